import { type SQL, sql } from 'drizzle-orm'
import type { Writing } from '../../context.ts'
import { guard, subquery } from '../../db/rows.ts'
import { tenants } from '../identity/tables.ts'
import { invoices } from '../sales/tables.ts'
import { payments } from './tables.ts'

const cashLimit_cents = 300_000

/** The invoices of the same affairs: a final invoice with the deposits that went before it. */
const linkedTo = (invoice_ids: SQL) =>
  sql`(select app.linked_invoices(id) from unnest(${invoice_ids}) as given (id))`

/** Locks all invoices whose cash counts together, in the order of their ids. Comes before any other lock. */
export async function lockLinked(ctx: Writing, invoice_ids: SQL) {
  await ctx.db.execute(sql`
    select from ${invoices} where ${invoices.id} in ${linkedTo(invoice_ids)}
    order by ${invoices.id} for update`)
}

/**
 * Cash of 3,000 euros or more for goods is forbidden since 2026, also in linked parts (Stb. 2025, 362).
 * Comes after the payments that it judges.
 */
export const cashMustStayAllowed = (ctx: Writing, invoice_ids: SQL) => {
  const cash = subquery(sql`
    select coalesce(sum(${payments.amount_cents} - ${payments.refunded_cents}), 0) from ${payments}
    where ${payments.method} = 'cash' and ${payments.invoice_id} in (select app.linked_invoices(given.id))`)
  return guard(
    ctx,
    sql`${cashLimit_cents}::bigint > all (select ${cash} from unnest(${invoice_ids}) as given (id))`,
    {
      code: 'cash_limit',
      message:
        'Cash payments of an invoice, and of those of the same repair or quotation, must stay below 3000.00 in total.',
      field: 'amount',
    },
  )
}

/** The nearest 5 cents, as the total of what is paid in cash may be rounded. */
export const roundedToFive = (cents: number) => Math.floor((cents + 2) / 5) * 5

/**
 * What rounding adds to a cash payment, so that it settles what is open: 10.02 open and 10.00 paid is 2
 * cents. Zero when the shop does not round, or the payment is not the open amount rounded.
 */
export const roundingOf = (invoice_id: SQL, amount_cents: SQL) =>
  subquery<number>(sql`
    select case when ${tenants.cash_rounding} and ${amount_cents} = (${invoices.due_cents} + 2) / 5 * 5
      then ${invoices.due_cents} - ${amount_cents} else 0 end
    from ${invoices}, ${tenants} where ${invoices.id} = ${invoice_id} and ${tenants.id} = app.tenant()`)
