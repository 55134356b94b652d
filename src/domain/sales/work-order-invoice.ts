import { and, asc, eq, notExists, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { insert } from '../../db/rows.ts'
import { found, refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'
import { taxOf } from '../tax/codes.ts'
import { taxRates } from '../tax/tables.ts'
import { workOrderLines, workOrders } from '../workshop/tables.ts'
import { deductDeposits } from './deposit-deduction.ts'
import { InvoiceDetail, oneInvoice } from './invoice-record.ts'
import { dueDate } from './invoices.ts'
import { priced } from './lines.ts'
import { invoiceLines, invoices } from './tables.ts'

/** A line is billed by the invoice line that points at it; a cancelled or deleted draft lets go of it. */
export const invoiceWorkOrder = transact(
  {
    summary: 'Invoice work order',
    description: 'A draft of the lines that were not billed yet, less the deposits.',
    can: 'invoices:write',
    module: 'invoices',
    params: Id,
    output: InvoiceDetail,
    status: 201,
    on: workOrders,
  },
  async (ctx, { params: { id } }) => {
    const [workOrder] = await ctx.db
      .select({
        customer_id: workOrders.customer_id,
        branch_id: workOrders.branch_id,
        warranty_of_id: workOrders.warranty_of_id,
        kor: tenants.kor,
        /** Told on the invoice where it is not its own date (Wet OB art. 35a). */
        supply_date: sql<string | null>`
          nullif((${workOrders.completed_at} at time zone ${tenants.timezone})::date, app.today())::text`,
      })
      .from(workOrders)
      .innerJoin(tenants, eq(tenants.id, workOrders.tenant_id))
      .where(eq(workOrders.id, id))
      .for('update', { of: workOrders })
    const { customer_id, branch_id, warranty_of_id, kor, supply_date } = found(workOrder)
    if (warranty_of_id !== null) {
      throw refused('nothing_to_invoice', 'A warranty work order has nothing to invoice.')
    }
    const unbilled = await unbilledLines(ctx, id)
    const { lines, totals } = priced(unbilled.map((line) => ({ ...line, ...taxOf(line, kor) })))
    if (lines.length === 0) {
      throw refused('nothing_to_invoice', 'All lines of the work order have been invoiced.')
    }
    const [invoice] = await insert(ctx, invoices, {
      customer_id,
      branch_id,
      work_order_id: id,
      ...totals,
      supply_date,
      invoice_date: sql`app.today()`,
      due_date: dueDate(sql`app.today()`, customer_id),
    })
    const invoice_id = found(invoice).id
    await insert(
      ctx,
      invoiceLines,
      lines.map((line) => ({ ...line, invoice_id })),
    )
    await deductDeposits(ctx, { id: invoice_id, work_order_id: id })
    return oneInvoice(ctx, invoice_id)
  },
)

function unbilledLines(ctx: Transacting, work_order_id: number) {
  const billed = ctx.db
    .select({ id: invoiceLines.id })
    .from(invoiceLines)
    .where(eq(invoiceLines.work_order_line_id, workOrderLines.id))
  return ctx.db
    .select({
      work_order_line_id: workOrderLines.id,
      description: workOrderLines.description,
      product_id: workOrderLines.product_id,
      quantity: workOrderLines.quantity,
      unit_price: workOrderLines.unit_price,
      vat_rate: workOrderLines.vat_rate,
      vat_cents: workOrderLines.vat_cents,
      tax_rate_id: workOrderLines.tax_rate_id,
      category: taxRates.category,
      exemption_text: taxRates.exemption_text,
    })
    .from(workOrderLines)
    .leftJoin(taxRates, eq(taxRates.id, workOrderLines.tax_rate_id))
    .where(and(eq(workOrderLines.work_order_id, work_order_id), notExists(billed)))
    .orderBy(asc(workOrderLines.id))
}
