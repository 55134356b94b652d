import { and, asc, eq, inArray, notExists, or, sql } from 'drizzle-orm'
import type { Transacting, Writing } from '../../context.ts'
import { insert } from '../../db/rows.ts'
import { decimal } from '../../lib/money.ts'
import { tenants } from '../identity/tables.ts'
import { invoiceLines, invoices, quotations } from './tables.ts'

/** The lines that deduct stand last, however many others a draft gets. */
const firstPosition = 1001

/**
 * Deducts the issued deposits of a work order or quotation from a new draft, each in a line of its own and
 * with the VAT that it bore; what was credited of a deposit is not deducted. 422 `deposit_exceeds_invoice`.
 */
export async function deductDeposits(
  ctx: Transacting,
  invoice: {
    id: number
    work_order_id: number | null
    quotation_id?: number
    prices_include_vat?: boolean
  },
) {
  const deposits = await lockDeposits(ctx, invoice)
  if (deposits.length === 0) return
  await insert(
    ctx,
    invoiceLines,
    deposits.map(({ id, number, locale, base_cents, vat_cents, ...terms }, index) => {
      const price_cents = invoice.prices_include_vat ? base_cents + vat_cents : base_cents
      return {
        ...terms,
        invoice_id: invoice.id,
        deposit_invoice_id: id,
        position: firstPosition + index,
        description:
          locale === 'en' ? `Deposit, invoice ${number}` : `Aanbetaling, factuur ${number}`,
        unit_price: decimal(-price_cents),
        total_excl_cents: -base_cents,
        net_cents: -base_cents,
      }
    }),
  )
  await subtractDeposits(ctx, invoice.id)
}

/** Takes the deposits that the lines of a draft deduct off its sums; after the sums of its other lines were written. */
export async function subtractDeposits(ctx: Writing, invoice_id: number) {
  await ctx.db.execute(sql`select app.deduct_deposits(${invoice_id})`)
}

/** Lines in a body without those that deduct, so that a client may send back what it has read. */
export const withoutDeductions = (lines: unknown) =>
  Array.isArray(lines) ? lines.filter((line) => !line?.deposit_invoice_id) : lines

/** What is left to deduct; locked before it is read, so that nobody credits it meanwhile. */
async function lockDeposits(
  ctx: Transacting,
  { work_order_id, quotation_id }: { work_order_id: number | null; quotation_id?: number },
) {
  const offers = ctx.db
    .select({ id: quotations.id })
    .from(quotations)
    .where(eq(quotations.work_order_id, work_order_id ?? 0))
  const deducted = ctx.db
    .select({ id: invoiceLines.id })
    .from(invoiceLines)
    .where(eq(invoiceLines.deposit_invoice_id, invoices.id))
  const locked = await ctx.db
    .select({ id: invoices.id })
    .from(invoices)
    .where(
      and(
        eq(invoices.kind, 'deposit'),
        inArray(invoices.status, ['sent', 'paid']),
        or(
          eq(invoices.work_order_id, work_order_id ?? 0),
          eq(invoices.quotation_id, quotation_id ?? 0),
          inArray(invoices.quotation_id, offers),
        ),
        notExists(deducted),
      ),
    )
    .orderBy(asc(invoices.id))
    .for('update')
  if (locked.length === 0) return []
  const ids = locked.map(({ id }) => id)
  const left = sql`app.deposit_left(${invoices.id})`
  const deposits = await ctx.db
    .select({
      id: invoices.id,
      number: invoices.invoice_number,
      locale: tenants.locale,
      base_cents: sql`(${left}).base_cents`.mapWith(Number),
      vat_cents: sql`(${left}).vat_cents`.mapWith(Number),
      vat_rate: invoiceLines.vat_rate,
      category: invoiceLines.category,
      tax_rate_id: invoiceLines.tax_rate_id,
    })
    .from(invoices)
    .innerJoin(invoiceLines, eq(invoiceLines.invoice_id, invoices.id))
    .innerJoin(tenants, eq(tenants.id, invoices.tenant_id))
    .where(inArray(invoices.id, ids))
    .orderBy(asc(invoices.id))
  return deposits.filter(({ base_cents, vat_cents }) => base_cents + vat_cents > 0)
}
