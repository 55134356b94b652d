import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert, update, updateWhere } from '../../db/rows.ts'
import { allocate, decimal, exactUnitPrice, lineTotalCents } from '../../lib/money.ts'
import { found, refused } from '../../refusal.ts'
import { Id, id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { branches } from '../staff/tables.ts'
import { workOrderLines, workOrders } from '../workshop/tables.ts'
import { sumsOf } from './columns.ts'
import { deductDeposits } from './deposit-deduction.ts'
import { dueDate } from './invoices.ts'
import { shownStatus } from './quotation-record.ts'
import { invoiceLines, invoices, quotationLines, quotations } from './tables.ts'

type QuotationRow = typeof quotations.$inferSelect
type QuotationLine = typeof quotationLines.$inferSelect

export const convertToInvoice = transact(
  {
    summary: 'Convert quotation to invoice',
    description:
      'Creates a draft invoice from the quotation lines, less the deposits, dated today, and marks the quotation as accepted. Once.',
    can: 'quotations:write',
    module: 'quotations',
    params: Id,
    output: z.object({
      invoice_id: id().meta({ examples: [78] }),
      message: z.string().meta({ examples: ['Invoice created from quotation'] }),
    }),
    on: quotations,
  },
  async (ctx, { params }) => {
    const quotation = await lockConvertible(ctx, params.id)
    if (await invoiceOf(ctx, params.id)) {
      throw refused('already_converted', 'This quotation already has an invoice.')
    }
    const lines = await linesOf(ctx, params.id)
    await refuseBilled(ctx, quotation, lines)
    const [invoice] = await insert(ctx, invoices, {
      customer_id: quotation.customer_id,
      work_order_id: quotation.work_order_id,
      quotation_id: quotation.id,
      branch_id: quotation.branch_id,
      invoice_date: sql`app.today()`,
      due_date: dueDate(sql`app.today()`, quotation.customer_id),
      notes: quotation.notes,
      ...sumsOf(quotation),
    })
    const invoice_id = found(invoice).id
    await insert(
      ctx,
      invoiceLines,
      lines.map((line) => ({
        ...wordsOf(line),
        invoice_id,
        position: line.position,
        unit_price: line.unit_price,
        quantity: line.quantity,
        discount_pct: line.discount_pct,
        category: line.category,
        net_cents: line.net_cents,
        tax_rate_id: line.tax_rate_id,
        work_order_line_id: line.work_order_line_id,
      })),
    )
    await deductDeposits(ctx, { ...quotation, id: invoice_id, quotation_id: quotation.id })
    await accept(ctx, quotation)
    return { invoice_id, message: 'Invoice created from quotation' }
  },
)

export const convertToWorkOrder = transact(
  {
    summary: 'Convert quotation to work order',
    description: 'Creates a work order with the quotation lines and accepts the quotation. Once.',
    can: 'quotations:write',
    module: 'quotations',
    params: Id,
    output: z.object({
      work_order_id: id().meta({ examples: [203] }),
      message: z.string().meta({ examples: ['Work order created from quotation'] }),
    }),
    on: quotations,
  },
  async (ctx, { params }) => {
    const quotation = await lockConvertible(ctx, params.id)
    if (quotation.work_order_id !== null) {
      throw refused('already_converted', 'This quotation already belongs to a work order.')
    }
    const lines = await linesOf(ctx, params.id)
    const [workOrder] = await insert(ctx, workOrders, {
      customer_id: quotation.customer_id,
      // A branch that was deleted meanwhile gets no new work.
      branch_id: sql`(select ${branches.id} from ${branches}
        where ${branches.id} = ${quotation.branch_id} and ${branches.deleted_at} is null)`,
    })
    const work_order_id = found(workOrder).id
    const added = await insert(
      ctx,
      workOrderLines,
      inWorkOrder(quotation, lines).map((line) => ({ ...line, work_order_id })),
    )
    await linkLines(ctx, quotation, work_order_id, added)
    await linkDeposits(ctx, quotation.id, work_order_id)
    await accept(ctx, { ...quotation, work_order_id })
    return { work_order_id, message: 'Work order created from quotation' }
  },
)

/** A draft, a sent or an accepted quotation; an expired or rejected one is an offer no more. */
export async function lockConvertible(
  ctx: Transacting,
  quotation_id: number,
): Promise<QuotationRow> {
  const [row] = await ctx.db
    .select({ quotation: quotations, status: shownStatus })
    .from(quotations)
    .where(eq(quotations.id, quotation_id))
    .for('update')
  const { quotation, status } = found(row)
  if (status === 'expired' || status === 'rejected') {
    throw refused(`quotation_${status}`, `This quotation is ${status}; it cannot be converted.`)
  }
  return quotation
}

const linesOf = (ctx: Transacting, quotation_id: number): Promise<QuotationLine[]> =>
  ctx.db
    .select()
    .from(quotationLines)
    .where(eq(quotationLines.quotation_id, quotation_id))
    .orderBy(asc(quotationLines.position))

/** The invoice made from a quotation; a cancelled one does not count, nor a deposit. */
export async function invoiceOf(ctx: Transacting, quotation_id: number) {
  const [invoice] = await ctx.db
    .select({ id: invoices.id })
    .from(invoices)
    .where(
      and(
        eq(invoices.quotation_id, quotation_id),
        eq(invoices.kind, 'standard'),
        ne(invoices.status, 'cancelled'),
      ),
    )
  return invoice
}

/** What the work order made from the quotation has billed already is not billed again. */
async function refuseBilled(ctx: Transacting, quotation: QuotationRow, lines: QuotationLine[]) {
  const made = lines.flatMap((line) => line.work_order_line_id ?? [])
  if (quotation.work_order_id === null || made.length === 0) return
  // Billing a work order locks it too, so the two wait for each other.
  await ctx.db
    .select({ id: workOrders.id })
    .from(workOrders)
    .where(eq(workOrders.id, quotation.work_order_id))
    .for('update')
  const [billed] = await ctx.db
    .select({ id: invoiceLines.id })
    .from(invoiceLines)
    .innerJoin(invoices, eq(invoices.id, invoiceLines.invoice_id))
    .where(and(inArray(invoiceLines.work_order_line_id, made), ne(invoices.status, 'cancelled')))
    .limit(1)
  if (billed) {
    throw refused('line_invoiced', 'Lines of this quotation were invoiced with their work order.')
  }
}

const wordsOf = ({ description, product_id, vat_rate, total_excl_cents }: QuotationLine) => ({
  description,
  product_id,
  vat_rate,
  total_excl_cents,
})

/**
 * Lines of a work order have no discount and exclude VAT: the price carries both. The VAT of prices
 * incl. VAT is handed on to the cent, so that the sum stays the offered one.
 */
function inWorkOrder(quotation: QuotationRow, lines: QuotationLine[]) {
  const vats = quotation.prices_include_vat ? vatsOf(quotation, lines) : lines.map(() => null)
  return lines.map((line, i) => ({
    ...wordsOf(line),
    ...netPrice(line, quotation),
    tax_rate_id: line.tax_rate_id,
    total_excl_cents: line.net_cents,
    vat_cents: vats[i] ?? null,
  }))
}

/** Where no price comes to the net, the line becomes one piece of it. */
function netPrice(line: QuotationLine, { prices_include_vat }: QuotationRow) {
  const { quantity, unit_price, net_cents } = line
  if (!prices_include_vat && lineTotalCents({ quantity, unit_price }) === net_cents) {
    return { quantity, unit_price }
  }
  const net_price = exactUnitPrice(net_cents, quantity)
  return net_price === undefined
    ? { quantity: '1', unit_price: decimal(net_cents) }
    : { quantity, unit_price: net_price }
}

/** The VAT of each rate, spread over its lines. */
function vatsOf({ vat_breakdown }: QuotationRow, lines: QuotationLine[]): (number | null)[] {
  const vats: (number | null)[] = lines.map(() => null)
  for (const group of vat_breakdown) {
    if (group.vat_cents === 0) continue
    const places = lines.flatMap((line, place) =>
      line.category === group.category && Number(line.vat_rate) === group.vat_rate ? [place] : [],
    )
    // A net of nothing may still bear a cent of VAT.
    const weights = places.map((place) => 1000 * (lines[place]?.net_cents ?? 0) + 1)
    const parts = allocate(group.vat_cents, weights)
    parts.forEach((cents, i) => {
      vats[places[i] ?? 0] = cents
    })
  }
  return vats
}

/** Work order line and quotation line know each other; what an invoice billed before counts as billed. */
async function linkLines(
  ctx: Transacting,
  quotation: QuotationRow,
  work_order_id: number,
  added: { id: number }[],
) {
  const ids = `{${added.map((line) => line.id).join()}}`
  await updateWhere(ctx, quotationLines, eq(quotationLines.quotation_id, quotation.id), {
    work_order_line_id: sql`(${ids}::bigint[])[${quotationLines.position}]`,
  })
  const invoice = await invoiceOf(ctx, quotation.id)
  if (!invoice) return
  await update(ctx, invoices, invoice.id, { work_order_id })
  const offered = sql`(
    select ${quotationLines.work_order_line_id} from ${quotationLines}
    where ${quotationLines.quotation_id} = ${quotation.id}
      and ${quotationLines.position} = ${invoiceLines.position}
      and ${quotationLines.description} = ${invoiceLines.description})`
  await updateWhere(ctx, invoiceLines, eq(invoiceLines.invoice_id, invoice.id), {
    work_order_line_id: offered,
  })
}

const linkDeposits = (ctx: Transacting, quotation_id: number, work_order_id: number) =>
  updateWhere(
    ctx,
    invoices,
    and(eq(invoices.quotation_id, quotation_id), eq(invoices.kind, 'deposit')),
    { work_order_id },
  )

const accept = (ctx: Transacting, { id, work_order_id, accepted_at }: QuotationRow) =>
  update(ctx, quotations, id, {
    status: 'accepted',
    work_order_id,
    accepted_at: accepted_at ?? sql`app.now()`,
  })
