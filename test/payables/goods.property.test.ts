import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { billing } from './billing.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { goodsLine, newBill, receive, supplier, unbilled } = billing(shop, owner)

const step = fc.oneof(
  fc.record({
    act: fc.constant('receive'),
    quantity: fc.integer({ min: 1, max: 7 }),
    cents: fc.integer({ min: 1, max: 9999 }),
  }),
  fc.record({
    act: fc.constant('bill'),
    which: fc.nat(9),
    quantity: fc.integer({ min: -4, max: 7 }).filter(Boolean),
    cents: fc.integer({ min: 1, max: 9999 }),
  }),
  fc.record({ act: fc.constantFrom('reverse', 'cancel'), which: fc.nat(9) }),
) as fc.Arbitrary<{ act: string; which: number; quantity: number; cents: number }>

test('whatever is received, billed, taken back and cancelled: the account owes what documents say', async () => {
  const supplier_id = await supplier()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
      const receipts: Json[] = []
      const bills: number[] = []
      for (const { act, which, quantity, cents } of steps) {
        const receipt = receipts[which % receipts.length]
        if (act === 'receive') receipts.push(await receive(quantity, cents / 100))
        else if (act === 'reverse' && receipt) await api.post(`/receiving/${receipt.id}/reverse`)
        else if (act === 'bill' && receipt) {
          const lines = [goodsLine(receipt, quantity, cents / 100)]
          const { id } = await newBill({ supplier_id, lines })
          const { status } = await api.post(`/purchase-invoices/${id}/book`)
          if (status === 200) bills.push(id)
        } else if (act === 'cancel' && bills.length > 0) {
          await api.post(`/purchase-invoices/${bills[which % bills.length]}/cancel`)
        }
      }
      const { body } = await api.get('/purchase-invoices/unbilled')
      expect(await unbilled()).toBe(Math.round(body.total_amount * 100))
      const { rows } = await owner.query(
        `select line_id from app.billed_goods(null)
         where billed_quantity not between 0 and quantity
           or kept_quantity = billed_quantity and kept_cents <> received_cents`,
      )
      expect(rows).toEqual([])
    }),
    { numRuns: 8 },
  )
})
