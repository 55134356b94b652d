import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { countingIn } from './counting.ts'

const { shop, owner } = await startShops()
const { add, newBin, adjust, standing, books, newCount, enter, apply } = countingIn({
  ...shop,
  owner,
})

const pieces = fc.nat(6)

/** What one bin goes through. */
const shelf = fc.record({
  initial: pieces,
  /** null: nobody counted it. */
  counted: fc.option(pieces),
  /** Came in after it was counted. */
  later: pieces,
})

test.each(['average', 'fifo'])(
  'valued by %s, a bin holds what was counted and what came since',
  async (method) => {
    await shop.api.put('/settings', { valuation_method: method })
    await fc.assert(
      fc.asyncProperty(
        fc.array(shelf, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (shelves, zero) => {
          const product_id = await add()
          const bins: number[] = []
          for (const [place, { initial }] of shelves.entries()) {
            const bin = await newBin()
            bins.push(bin)
            if (initial > 0)
              await adjust(product_id, bin, initial, { unit_cost: 1.37 * (place + 1) })
          }
          const { id } = await newCount({ bin_ids: bins })
          const lines = shelves.flatMap(({ counted: counted_qty }, place) =>
            counted_qty === null ? [] : [{ bin_id: bins[place], product_id, counted_qty }],
          )
          if (lines.length > 0) expect((await enter(id, lines)).status).toBe(200)
          const after = shelves.map(({ initial, counted, later }) => {
            if (counted !== null) return counted + later
            // Taken as empty when it is applied, if it is on the list at all.
            return zero && initial > 0 ? 0 : initial + later
          })
          for (const [place, { later }] of shelves.entries()) {
            if (later > 0) await adjust(product_id, bins[place] as number, later)
          }
          const [one, two] = await Promise.all(
            [1, 2].map(() => apply(id, { uncounted: zero ? 'zero' : 'keep' })),
          )
          expect(new Set([one?.status, two?.status])).toEqual(new Set([200, 422]))
          expect(await Promise.all(bins.map((bin) => standing(product_id, bin)))).toEqual(after)
          const stock = after.reduce((sum, n) => sum + n, 0)
          expect(await books(product_id)).toEqual({ stock, reserved: 0, agree: true })
          const { body } = await shop.api.get(`/products/${product_id}`)
          if (stock === 0) expect(body.stock_value).toBe(0)
        },
      ),
      { numRuns: 15 },
    )
  },
)
