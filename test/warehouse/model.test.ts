import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer, Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { truth } from './truth.ts'
import { buildWorld, commandNames, perform, type Step } from './world.ts'

/** `npm run stock-model` plays a hundred histories of fifty steps. */
const runs = Number(process.env.STOCK_RUNS ?? 4)
const steps = Number(process.env.STOCK_STEPS ?? 25)

const { shop, owner } = await startShops()

const step: fc.Arbitrary<Step> = fc.record({
  command: fc.constantFrom(...commandNames),
  product: fc.nat(3),
  bin: fc.nat(3),
  other_bin: fc.nat(3),
  order: fc.nat(1),
  quantity: fc.integer({ min: 1, max: 6 }),
  pieces: fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 3 }),
  flag: fc.boolean(),
})

/** What happens at once: mostly one thing, now and then several, or the same thing several times. */
const moment = fc.oneof(
  { weight: 6, arbitrary: step.map((one) => [one]) },
  { weight: 2, arbitrary: fc.array(step, { minLength: 2, maxLength: 4 }) },
  { weight: 2, arbitrary: step.map((one) => [one, one, one]) },
)

const answered = new Map<string, Set<number>>()
const note = ({ command }: Step, answer: Answer | undefined) => {
  if (!answer) return
  const statuses = answered.get(command) ?? new Set()
  answered.set(command, statuses.add(answer.status))
}

test('whatever people do, alone or at once, stock stays the sum of what moved', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('average', 'fifo'),
      fc.array(moment, { minLength: steps, maxLength: steps }),
      async (valuation_method, history) => {
        const world = await buildWorld(shop.api, valuation_method)
        for (const together of history) {
          const answers = await Promise.all(together.map((one) => perform(world, one)))
          for (const [place, answer] of answers.entries()) {
            note(together[place] as Step, answer)
            expect(answer?.status ?? 200, said(together[place], answer?.body)).toBeLessThan(500)
          }
          expect(await truth(owner), JSON.stringify(together)).toEqual([])
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
}, 3_600_000)

const said = (step: Step | undefined, body: Json) => JSON.stringify({ step, body })
