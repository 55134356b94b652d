import { issuedInvoice } from './bodies.ts'
import type { Body, Factory, Ids } from './factory.ts'

const invoice = { invoice_date: '2026-03-27' }

/** Valid bodies of what is owed to suppliers, and of what providers paid out and customers will not pay. */
export const payablesBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/purchase-invoices': async (f) => ({
    ...invoice,
    supplier_id: await f.id('/suppliers'),
    invoice_number: f.name('Bill'),
    lines: [
      {
        description: 'Paper',
        account_id: (await costAccount(f)).id,
        quantity: 2,
        unit_price: 44.5,
        vat: 18.69,
      },
    ],
  }),
  '/purchase-invoices/from-receipt': async (f) => ({
    ...invoice,
    goods_receipt_id: await f.id('/receiving'),
    supplier_id: await f.id('/suppliers'),
    invoice_number: f.name('Bill'),
  }),
  '/purchase-invoices/{id}/payments': () => ({ amount: 10, method: 'bank' }),
  '/settlements': (f) => ({
    provider: 'mollie',
    settled_on: '2026-03-27',
    gross: 1000,
    fee: 10,
    fee_vat: 2.1,
    reference: f.name('Payout'),
  }),
  '/invoices/{id}/write-off': () => ({ reason: 'Bankrupt' }),
}

/** An account for costs. */
export const costAccount = async (f: Factory): Promise<Ids> => ({
  id: await f.row('gl_accounts', { code: f.name('4'), name: f.name('Costs'), type: 'expense' }),
})

/** Goods that came in, as a line of their receipt. */
export const receivedLine = async (f: Factory): Promise<Ids> => {
  const goods_receipt_id = await f.row('goods_receipts', { receipt_number: f.name('GR') })
  const product_id = await f.id('/products')
  const line = { goods_receipt_id, product_id, quantity: 10, unit_cost: 45.5 }
  return { id: await f.row('goods_receipt_lines', line) }
}

/** A purchase invoice that can be paid. */
export const bookedBill = async (f: Factory): Promise<Ids> => {
  const id = await f.id('/purchase-invoices')
  await f.create(`/purchase-invoices/${id}/book`)
  return { id }
}

export const purchasePayment = async (f: Factory): Promise<Ids> => {
  const { id } = await bookedBill(f)
  const path = `/purchase-invoices/${id}/payments`
  return { id: (await f.create(path, { amount: 10, method: 'bank' })).id }
}

export const writtenOff = async (f: Factory): Promise<Ids> => {
  const { id } = await issuedInvoice(f)
  await f.create(`/invoices/${id}/write-off`, { reason: 'Bankrupt' })
  return { id: id as number }
}
