import { asc, eq, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { updateMany } from '../../db/many.ts'
import { update } from '../../db/rows.ts'
import { milliOf } from '../../lib/money.ts'
import { type FieldErrors, found, refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { mustBePast } from '../ledger/days.ts'
import { bill, goodsOf, holdBilling, receiptsOf, unbill } from './billed-goods.ts'
import { mustBeBookable } from './purchase-invoice-lines.ts'
import { onePurchaseInvoice, PurchaseInvoiceDetail } from './purchase-invoice-record.ts'
import { purchaseInvoiceLines, purchaseInvoices } from './tables.ts'

const onPurchaseInvoice = {
  can: 'purchase_invoices:write',
  module: 'accounting',
  params: Id,
  output: PurchaseInvoiceDetail,
  on: purchaseInvoices,
} as const

export const bookPurchaseInvoice = transact(
  {
    ...onPurchaseInvoice,
    summary: 'Book purchase invoice',
    description:
      'A draft enters the ledger on its date, or, where that VAT period is closed, today and listed as late. Of ' +
      'received goods no more is billed than came and stayed; what they cost beyond their receipt is a price difference.',
  },
  async (ctx, { params: { id } }) => {
    const { status } = await lock(ctx, id)
    if (status !== 'draft') {
      throw refused('not_draft', 'Only a draft purchase invoice can be booked.')
    }
    await mustBePast(ctx, dateOf(id), 'invoice_date')
    await mustBeBookable(ctx, id)
    await billGoods(ctx, id)
    await update(ctx, purchaseInvoices, id, {
      status: sql`case when ${purchaseInvoices.total_cents} = 0 then 'paid' else 'booked' end`,
      booked_at: sql`app.now()`,
    })
    return onePurchaseInvoice(ctx, id)
  },
)

export const cancelPurchaseInvoice = transact(
  {
    ...onPurchaseInvoice,
    summary: 'Cancel purchase invoice',
    description:
      'A draft, or a booked one without payments: its entry is undone, and the goods that it billed can be billed ' +
      'again. Refused while a later credit note takes back what it billed.',
  },
  async (ctx, { params: { id } }) => {
    const { status, paid_cents, total_cents } = await lock(ctx, id)
    if (status === 'cancelled') {
      throw refused('cancelled', 'The purchase invoice has been cancelled already.')
    }
    if (paid_cents !== 0 || (status === 'paid' && total_cents !== 0)) {
      throw refused('invoice_paid', 'The purchase invoice has payments: void them first.')
    }
    if (status !== 'draft') await releaseGoods(ctx, id)
    await update(ctx, purchaseInvoices, id, {
      status: 'cancelled',
      cancelled_at: sql`app.now()`,
    })
    return onePurchaseInvoice(ctx, id)
  },
)

const dateOf = (id: number) =>
  sql`(select ${purchaseInvoices.invoice_date} from ${purchaseInvoices} where ${purchaseInvoices.id} = ${id})`

async function lock(ctx: Transacting, id: number) {
  const [invoice] = await ctx.db
    .select({
      status: purchaseInvoices.status,
      paid_cents: purchaseInvoices.paid_cents,
      total_cents: purchaseInvoices.total_cents,
    })
    .from(purchaseInvoices)
    .where(eq(purchaseInvoices.id, id))
    .for('update')
  return found(invoice)
}

/** The lines that bill goods, and those goods; nobody else bills them until the transaction is done. */
async function holdGoods(ctx: Transacting, id: number) {
  const lines = await ctx.db
    .select({
      id: purchaseInvoiceLines.id,
      position: purchaseInvoiceLines.position,
      quantity: purchaseInvoiceLines.quantity,
      goods_receipt_line_id: purchaseInvoiceLines.goods_receipt_line_id,
    })
    .from(purchaseInvoiceLines)
    .where(eq(purchaseInvoiceLines.purchase_invoice_id, id))
    .orderBy(asc(purchaseInvoiceLines.position))
  const ids = lines.flatMap(({ goods_receipt_line_id }) => goods_receipt_line_id ?? [])
  if (ids.length === 0) return []
  const receipts = receiptsOf(sql`select unnest(${sql.param(ids)}::bigint[])`)
  await holdBilling(ctx, receipts)
  // After the lock, so that what is read here stays so.
  const goods = await goodsOf(ctx, receipts)
  return lines.flatMap(({ goods_receipt_line_id, quantity, ...line }) =>
    goods_receipt_line_id === null
      ? []
      : { ...line, milli: milliOf(quantity), goods: found(goods.get(goods_receipt_line_id)) },
  )
}

async function billGoods(ctx: Transacting, id: number) {
  const errors: FieldErrors = {}
  const billed = (await holdGoods(ctx, id)).map(({ id, position, milli, goods }) => {
    const received_cents = bill(goods, milli)
    if (received_cents === undefined) {
      errors[`lines.${position - 1}.quantity`] = [
        milli > 0
          ? 'That is more than was received and not billed yet.'
          : 'That is more than was billed of it.',
      ]
    }
    return { id, received_cents: received_cents ?? 0 }
  })
  const [[sentence] = []] = Object.values(errors)
  if (sentence) throw refused('over_billed', sentence, errors)
  await updateMany(ctx, purchaseInvoiceLines, ['received_cents'], billed)
}

async function releaseGoods(ctx: Transacting, id: number) {
  const lines = await holdGoods(ctx, id)
  const fits = lines.map(({ milli, goods }) => unbill(goods, milli))
  const isWithin = lines.every(({ goods }) => goods.billed_milli * Math.sign(goods.milli) >= 0)
  if (fits.every(Boolean) && isWithin) return
  throw refused(
    'billed_since',
    'A later purchase invoice bills or credits the same goods: cancel that one first.',
  )
}
