import { sql } from 'drizzle-orm'
import type { Transacting } from '../../src/context.ts'
import { update } from '../../src/db/rows.ts'
import { recordPayment } from '../../src/domain/payments/record-payment.ts'
import { applyCreditNote } from '../../src/domain/sales/credit-note-apply.ts'
import { createCreditNote } from '../../src/domain/sales/credit-notes.ts'
import { cancelInvoice } from '../../src/domain/sales/invoice-cancel.ts'
import { issueInvoice } from '../../src/domain/sales/invoice-issue.ts'
import { getInvoice } from '../../src/domain/sales/invoices.ts'
import { invoices } from '../../src/domain/sales/tables.ts'
import { invoiceWorkOrder } from '../../src/domain/sales/work-order-invoice.ts'
import { changeStatus } from '../../src/domain/workshop/work-order-status.ts'
import { drafted } from './acting.ts'
import type { Repair } from './repair.ts'
import { daysAfter, type Story } from './story.ts'

/** An invoice to come. */
export interface Bill {
  invoice_id: number
  isPaidAtOnce: boolean
}

/** The customer collects the device; a private one pays at the counter, a business later, or late, or in parts. */
export function billRepair(story: Story, repair: Repair, bill: Bill, at: Date): void {
  const { random } = story
  const method = random.pick(['pin', 'pin', 'pin', 'cash', 'ideal'] as const)
  const isMistaken = random.chance(0.03)
  const staysDraft = random.chance(0.02)
  const owesMoney = { isLate: random.chance(0.15), inParts: random.chance(0.15) }
  const isOvercharged = random.chance(0.2)
  const payOnAccount = daysAfter(at, random.between(4, 28))

  story.at(at, 'frontdesk', async (ctx) => {
    const params = { id: repair.id }
    if (isMistaken) {
      const draft = await invoiceWorkOrder(ctx, { params })
      await cancelInvoice(ctx, { params: { id: draft.id } })
    }
    const { id } = await invoiceWorkOrder(ctx, { params })
    bill.invoice_id = id
    await changeStatus(ctx, { params, body: { status: 'completed', note: null } })
    if (staysDraft) return
    await issueInvoice(ctx, { params: { id }, body: {} })
    if (repair.client.isBusiness || !bill.isPaidAtOnce) await markSent(ctx, id)
    else await payOpen(ctx, id, method)
  })
  if (staysDraft) return
  if (isOvercharged) {
    story.at(story.later(at, 12), 'frontdesk', (ctx) => creditLine(ctx, bill.invoice_id))
  }
  if (owesMoney.isLate) return
  story.at(payOnAccount, 'accountant', async (ctx) => {
    if (repair.client.isBusiness || !bill.isPaidAtOnce) {
      await payOpen(ctx, bill.invoice_id, 'bank', owesMoney.inParts ? 0.5 : 1)
    }
  })
}

/** Takes one piece of the first line off an invoice that is open still. */
async function creditLine(ctx: Transacting, invoice_id: number): Promise<void> {
  const { amount_due, lines } = await getInvoice(ctx, { params: { id: invoice_id } })
  const [line] = lines
  if (amount_due === 0 || !line) return
  const body = drafted(createCreditNote, {
    invoice_id,
    reason: 'Te veel berekend',
    lines: [{ invoice_line_id: line.id, qty: Math.min(1, Number(line.qty)) }],
  })
  const { id } = await createCreditNote(ctx, { body })
  await applyCreditNote(ctx, { params: { id } })
}

/** Pays a part of what is open. */
async function payOpen(
  ctx: Transacting,
  id: number,
  method: 'pin' | 'cash' | 'ideal' | 'bank',
  part = 1,
): Promise<void> {
  const { amount_due } = await getInvoice(ctx, { params: { id } })
  const amount = Math.round(amount_due * part)
  if (amount > 0)
    await recordPayment(ctx, { params: { id }, body: { amount, method, reference: null } })
}

/** As sending it does, without a mail. */
export const markSent = (ctx: Transacting, id: number) =>
  update(ctx, invoices, id, { sent_at: sql`app.now()` })
