import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { newShop } from '../ledger/founding.ts'
import { buildWorld, commandNames, perform, type Step } from '../ledger/world.ts'
import { expectTruth, periodsUntil } from './asking.ts'
import { biCommands, furnish } from './commands.ts'
import { addDays, dayIn } from './truth.ts'

const shops = await startShops()
const { owner } = shops
const runs = Number(process.env.BI_RUNS ?? 1)
const steps = Number(process.env.BI_STEPS ?? 25)

const step: fc.Arbitrary<Omit<Step, 'command'> & { command: string }> = fc.record({
  command: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...Object.keys(biCommands)) },
    { weight: 2, arbitrary: fc.constantFrom('order', 'bill', 'bill', 'turn', 'sell', 'pay') },
    { weight: 4, arbitrary: fc.constantFrom(...commandNames) },
  ),
  which: fc.nat(40),
  other: fc.nat(11),
  quantity: fc.integer({ min: 1, max: 4 }),
  amount: fc.integer({ min: 1, max: 30_000 }).map((cents) => cents / 100),
  age: fc.constantFrom(0, 0, 1, 60, 130, 220, 400),
  flag: fc.boolean(),
})

/** Mostly one thing, now and then several at once. */
const moment = fc.oneof(
  { weight: 6, arbitrary: step.map((one) => [one]) },
  { weight: 4, arbitrary: fc.array(step, { minLength: 2, maxLength: 5 }) },
)

test('whatever people do, alone or at once, the figures say what the records say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: steps, maxLength: steps }), async (history) => {
      const shop = await newShop(shops)
      const world = await furnish(await buildWorld(owner, shop, {}))
      const today = dayIn('Europe/Amsterdam', new Date())
      for (const together of history) {
        const answers = await Promise.all(
          together.map((one) => {
            const own = biCommands[one.command]
            return own ? own(world, one) : perform(world, one as Step)
          }),
        )
        for (const answer of answers) expect(answer?.status ?? 200).toBeLessThan(500)
        const [branch] = world.branches
        await expectTruth(owner, shop, [
          { from: addDays(today, -1), to: addDays(today, 1) },
          { from: addDays(today, -100), to: today, ...(branch && { branch_id: branch }) },
        ])
      }
      await expectTruth(owner, shop, periodsUntil(addDays(today, 1)))
    }),
    { numRuns: runs, endOnFailure: true },
  )
}, 600_000)

test('fifty writers at once, while the sums are folded', async () => {
  const shop = await newShop(shops)
  const world = await furnish(await buildWorld(owner, shop, {}))
  const today = dayIn('Europe/Amsterdam', new Date())
  const all = [
    ...Object.keys(biCommands).filter((name) => name !== 'remove'),
    'sell',
    'pay',
    'note',
  ]
  const writer = async (place: number) => {
    for (let turn = 0; turn < 4; turn++) {
      const command = all[(place * 7 + turn * 3) % all.length] as string
      const own = biCommands[command]
      const one = {
        command: command as Step['command'],
        which: place + turn,
        other: place % 12,
        quantity: 1 + (turn % 3),
        amount: 10 + place,
        age: place % 4 === 0 ? 40 : 0,
        flag: place % 2 === 0,
      }
      const answer = await (own && command in biCommands
        ? own(world, one)
        : commandNames.includes(one.command)
          ? perform(world, one)
          : undefined)
      expect(answer?.status ?? 200, command).toBeLessThan(500)
    }
  }
  await Promise.all(Array.from({ length: 50 }, (_, place) => writer(place)))
  const [branch] = world.branches
  await expectTruth(owner, shop, [...periodsUntil(today), ...periodsUntil(today, branch)])
}, 300_000)
