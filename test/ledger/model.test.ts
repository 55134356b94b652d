import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer, Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newShop } from './founding.ts'
import { truth } from './truth.ts'
import { buildWorld, commandNames, perform, type Step } from './world.ts'

/** `npm run books-model` plays a hundred histories of sixty steps. */
const runs = Number(process.env.BOOKS_RUNS ?? 4)
const steps = Number(process.env.BOOKS_STEPS ?? 25)

const shops = await startShops()
const { owner } = shops
const step: fc.Arbitrary<Step> = fc.record({
  // Much is sold and paid, periods are closed now and then.
  command: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('sell', 'sell', 'issue', 'pay', 'pay') },
    { weight: 7, arbitrary: fc.constantFrom(...commandNames) },
  ) as fc.Arbitrary<Step['command']>,
  which: fc.nat(40),
  other: fc.nat(11),
  quantity: fc.integer({ min: 1, max: 4 }),
  amount: fc.integer({ min: 1, max: 30_000 }).map((cents) => cents / 100),
  age: fc.constantFrom(0, 0, 1, 60, 130, 220, 400),
  flag: fc.boolean(),
})

/** What happens at once: mostly one thing, now and then several, or the same thing several times. */
const moment = fc.oneof(
  { weight: 6, arbitrary: step.map((one) => [one]) },
  { weight: 2, arbitrary: fc.array(step, { minLength: 2, maxLength: 4 }) },
  { weight: 2, arbitrary: step.map((one) => [one, one, one]) },
)

const shopKinds = fc.record({
  vat_basis: fc.constantFrom('invoice', 'cash'),
  vat_period: fc.constantFrom('quarter', 'month', 'year'),
  valuation_method: fc.constantFrom('average', 'fifo'),
  margin_method: fc.constantFrom('global', 'individual'),
  kor: fc.oneof(
    { weight: 6, arbitrary: fc.constant(false) },
    { arbitrary: fc.constant(true), weight: 1 },
  ),
})

const answered = new Map<string, Set<number>>()
const note = ({ command }: Step, answer: Answer | undefined) => {
  if (!answer) return
  const statuses = answered.get(command) ?? new Set()
  answered.set(command, statuses.add(answer.status))
}

test('whatever people do, alone or at once, the books say what the documents say', async () => {
  await fc.assert(
    fc.asyncProperty(
      shopKinds,
      fc.array(moment, { minLength: steps, maxLength: steps }),
      async (settings, history) => {
        const shop = await newShop(shops)
        const world = await buildWorld(owner, shop, settings)
        for (const together of history) {
          const answers = await Promise.all(together.map((one) => perform(world, one)))
          for (const [place, answer] of answers.entries()) {
            note(together[place] as Step, answer)
            expect(answer?.status ?? 200, said(together[place], answer?.body)).toBeLessThan(500)
            expect(answer?.body?.code, said(together[place], answer?.body)).not.toBe('conflict')
          }
          expect(await truth(owner, shop.tenant_id), JSON.stringify(together)).toEqual([])
        }
      },
    ),
    { numRuns: runs, endOnFailure: true },
  )
  // Histories in which everything is refused would prove nothing. Few and short ones do not come to everything.
  const done = commandNames.filter((command) =>
    [...(answered.get(command) ?? [])].some((status) => status < 300),
  )
  if (runs * steps >= 1000) expect(done).toEqual(commandNames)
  else expect(done.length).toBeGreaterThan(commandNames.length / 2)
}, 7_200_000)

const said = (one: Step | undefined, body: Json) => JSON.stringify({ one, body })
