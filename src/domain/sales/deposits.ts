import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert } from '../../db/rows.ts'
import { decimal } from '../../lib/money.ts'
import { forbidden, found, refused } from '../../refusal.ts'
import { Id, optionalText, percent, positiveAmount } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { holds } from '../identity/permissions.ts'
import { tenants } from '../identity/tables.ts'
import { roundedToFive } from '../payments/cash.ts'
import { methods } from '../payments/payments.ts'
import { receive } from '../payments/record-payment.ts'
import { taxOf } from '../tax/codes.ts'
import { workOrders } from '../workshop/tables.ts'
import { issueInvoice } from './invoice-issue.ts'
import { InvoiceDetail, oneInvoice } from './invoice-record.ts'
import { dueDate } from './invoices.ts'
import { priced } from './lines.ts'
import { invoiceOf, lockConvertible } from './quotation-conversion.ts'
import { invoiceLines, invoices, quotations } from './tables.ts'

const Deposit = z.object({
  amount: positiveAmount()
    .describe('Incl. VAT')
    .meta({ examples: [100] }),
  vat_rate: percent().prefault(21),
  method: z.enum(methods).optional().describe('Pays the deposit at once'),
  description: optionalText(2000),
})

const description =
  'An invoice of its own, issued at once, because VAT is due when the money comes in. The final invoice deducts it.'

export const takeWorkOrderDeposit = transact(
  {
    summary: 'Take deposit on work order',
    description,
    can: 'invoices:issue',
    module: 'invoices',
    params: Id,
    body: Deposit,
    output: InvoiceDetail,
    status: 201,
    on: workOrders,
  },
  async (ctx, { params, body }) => {
    const workOrder = await lockWorkOrder(ctx, params.id)
    return takeDeposit(ctx, { ...workOrder, work_order_id: params.id, quotation_id: null }, body)
  },
)

export const takeQuotationDeposit = transact(
  {
    summary: 'Take deposit on quotation',
    description,
    can: 'invoices:issue',
    module: 'invoices',
    params: Id,
    body: Deposit,
    output: InvoiceDetail,
    status: 201,
    on: quotations,
  },
  async (ctx, { params, body }) => {
    const quotation = await lockConvertible(ctx, params.id)
    if (await invoiceOf(ctx, params.id)) {
      throw refused('already_converted', 'This quotation already has an invoice.')
    }
    const { customer_id, branch_id, work_order_id, quotation_number } = quotation
    if (work_order_id !== null) await lockWorkOrder(ctx, work_order_id)
    return takeDeposit(
      ctx,
      {
        customer_id,
        branch_id,
        number: quotation_number,
        work_order_id,
        quotation_id: params.id,
      },
      body,
    )
  },
)

/** One deposit after the other, so that each sees the cash of the one before. */
async function lockWorkOrder(ctx: Transacting, id: number) {
  const [workOrder] = await ctx.db
    .select({
      customer_id: workOrders.customer_id,
      branch_id: workOrders.branch_id,
      number: workOrders.ticket_no,
      warranty_of_id: workOrders.warranty_of_id,
    })
    .from(workOrders)
    .where(eq(workOrders.id, id))
    .for('update')
  const { warranty_of_id, ...order } = found(workOrder)
  if (warranty_of_id !== null) {
    throw refused('nothing_to_invoice', 'A warranty work order has nothing to invoice.')
  }
  return order
}

interface Subject {
  customer_id: number
  branch_id: number | null
  work_order_id: number | null
  quotation_id: number | null
  number: string
}

const noCode = { tax_rate_id: null, exemption_text: null }

async function takeDeposit(
  ctx: Transacting,
  { number, ...subject }: Subject,
  body: z.output<typeof Deposit>,
) {
  const { amount, method } = body
  if (method && !holds(ctx.session, 'payments:write')) throw forbidden()
  const [row] = await ctx.db
    .select({ kor: tenants.kor, locale: tenants.locale, cash_rounding: tenants.cash_rounding })
    .from(tenants)
  const shop = found(row)
  const { lines, totals } = priced(
    [
      {
        description:
          body.description ?? `${shop.locale === 'en' ? 'Deposit' : 'Aanbetaling'} ${number}`,
        quantity: '1',
        unit_price: decimal(amount),
        ...taxOf({ vat_rate: body.vat_rate, category: null, ...noCode }, shop.kor),
      },
    ],
    { prices_include_vat: true },
  )
  const [invoice] = await insert(ctx, invoices, {
    ...subject,
    ...totals,
    kind: 'deposit',
    prices_include_vat: true,
    invoice_date: sql`app.today()`,
    due_date: dueDate(sql`app.today()`, subject.customer_id),
  })
  const { id } = found(invoice)
  await insert(
    ctx,
    invoiceLines,
    lines.map((line) => ({
      ...line,
      invoice_id: id,
      tax_rate_id: shop.kor ? null : sql`app.tax_rate_of(${body.vat_rate}, app.today())`,
    })),
  )
  const issued = await issueInvoice(ctx, { params: { id }, body: {} })
  if (!method) return issued
  const rounded = method === 'cash' && shop.cash_rounding ? roundedToFive(amount) : amount
  await receive(ctx, id, { amount: rounded || amount, method, paid_at: sql`app.now()` })
  return oneInvoice(ctx, id)
}
