import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { startShelves } from './shelves.ts'

const { shop, owner } = await startShops()
const { dock, newBin, newProduct, putAway, transfer } = await startShelves(shop)

test('however goods move at once, none are lost and none are made', async () => {
  const bins = [dock, await newBin('P-01'), await newBin('P-02'), await newBin('P-03')]
  const [target] = bins.slice(1)
  interface Move {
    from: number
    to: number
    quantity: number
    puts: boolean
    which: number
  }
  const move: fc.Arbitrary<Move> = fc.record({
    from: fc.nat(3),
    to: fc.nat(3),
    quantity: fc.integer({ min: 1, max: 4 }),
    puts: fc.boolean(),
    which: fc.nat(1),
  })
  const send = ({ from, to, quantity, puts, which }: Move, ids: number[]) => {
    const product_id = ids[which] as number
    const [a, b] = [bins[from] as number, bins[to] as number]
    if (puts) return putAway(product_id, b === dock ? (target as number) : b, quantity)
    return transfer(product_id, a, a === b ? (bins[(to + 1) % 4] as number) : b, quantity)
  }
  await fc.assert(
    fc.asyncProperty(
      fc.nat(12),
      fc.array(fc.array(move, { minLength: 2, maxLength: 8 }), { minLength: 1, maxLength: 3 }),
      async (stock_quantity, waves) => {
        const ids = [await newProduct({ stock_quantity }), await newProduct({ stock_quantity })]
        for (const wave of waves) {
          const answers = await Promise.all(wave.map((one) => send(one, ids)))
          for (const { status, body } of answers) {
            if (status !== 200) expect(body.code).toBe('insufficient_stock')
          }
        }
        const { rows } = await owner.query(
          `select p.stock_quantity as stock,
             (select sum(quantity)::int from bin_stock where product_id = p.id) as stands,
             (select min(quantity)::int from bin_stock where product_id = p.id) as least,
             (select coalesce(bool_and(s.quantity = (select sum(quantity) from stock_movements m
               where m.product_id = p.id and m.bin_id = s.bin_id)), true)
              from bin_stock s where s.product_id = p.id) as moved
           from products p where id = any ($1)`,
          [ids],
        )
        for (const row of rows) {
          expect(row).toMatchObject({ stock: stock_quantity, moved: true })
          expect(row.stands ?? 0).toBe(stock_quantity)
          expect(row.least ?? 0).toBeGreaterThanOrEqual(0)
        }
      },
    ),
    { numRuns: 12 },
  )
})
