import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert } from '../../db/rows.ts'
import { sumCents } from '../../lib/money.ts'
import { invalid } from '../../refusal.ts'
import { id, money, positiveAmount } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { invoices } from '../sales/tables.ts'
import { bookEach, mustHaveComeIn } from './booking.ts'
import { cashMustStayAllowed, lockLinked } from './cash.ts'
import { Payment, paymentsOf } from './payments.ts'
import { receipt, receivedAt } from './record-payment.ts'
import { asGiven, inOrder, type Open, type Share } from './spreading.ts'
import { payments } from './tables.ts'

const Shares = z
  .array(z.object({ invoice_id: id(), amount: positiveAmount() }))
  .min(1)
  .max(100)

export const spreadPayment = transact(
  {
    summary: 'Record payment of several invoices',
    description:
      'Spreads money over open invoices of a customer, one payment for each: over those given, else the oldest due first. At most what is open.',
    can: 'payments:write',
    module: 'invoices',
    body: z.object({
      customer_id: id(),
      ...receipt,
      invoices: Shares.optional().describe('Shares that add up to the amount'),
    }),
    output: z.object({
      data: z.array(Payment),
      amount: money().meta({ examples: [107.69] }),
      customer_id: id(),
    }),
    status: 201,
  },
  async (ctx, { body }) => {
    const { customer_id, amount, method, reference, invoices: shares } = body
    const isCash = method === 'cash'
    if (shares) refuseWrongShares(shares, amount)
    const rounds = await payer(ctx, customer_id)
    const open = await lockOpen(ctx, customer_id, shares, isCash)
    const parts = shares
      ? asGiven(shares, open, isCash && rounds)
      : inOrder(amount, open, isCash && rounds)
    const paid_at = receivedAt(body.paid_at)
    await mustHaveComeIn(ctx, paid_at)
    const added = await insert(
      ctx,
      payments,
      parts.map((part) => ({ ...part, method, reference, paid_at })),
    )
    const invoice_ids = parts.map(({ invoice_id }) => invoice_id)
    if (isCash) await cashMustStayAllowed(ctx, sql`${sql.param(invoice_ids)}::bigint[]`)
    const ids = added.map((payment) => payment.id)
    const settles = sql`(
      select sum(${payments.amount_cents} + ${payments.rounding_cents}) from ${payments}
      where ${payments.invoice_id} = ${invoices.id} and ${inArray(payments.id, ids)})`
    await bookEach(ctx, inArray(invoices.id, invoice_ids), settles, paid_at)
    return { data: await paymentsOf(ctx, ids), amount, customer_id }
  },
)

function refuseWrongShares(shares: Share[], amount: number) {
  const seen = new Set<number>()
  shares.forEach(({ invoice_id }, index) => {
    if (seen.has(invoice_id)) {
      const field = `invoices.${index}.invoice_id`
      throw invalid({ [field]: [`The ${field.replaceAll('_', ' ')} field has a duplicate value.`] })
    }
    seen.add(invoice_id)
  })
  if (sumCents(shares.map((share) => share.amount)) !== amount) {
    throw invalid({ amount: ['The amount field must be the sum of the amounts of the invoices.'] })
  }
}

/** 422 for a customer who is not there; else whether the shop rounds cash. */
async function payer(ctx: Transacting, customer_id: number): Promise<boolean> {
  const [row] = await ctx.db
    .select({ cash_rounding: tenants.cash_rounding })
    .from(customers)
    .innerJoin(tenants, eq(tenants.id, customers.tenant_id))
    .where(eq(customers.id, customer_id))
  if (!row) throw invalid({ customer_id: ['The selected customer id is invalid.'] })
  return row.cash_rounding
}

/** The invoices to pay, oldest due first; locked in the order of their ids, so that nobody waits in a circle. */
async function lockOpen(
  ctx: Transacting,
  customer_id: number,
  shares: Share[] | undefined,
  isCash: boolean,
): Promise<Open[]> {
  const theirs = and(
    eq(invoices.customer_id, customer_id),
    shares
      ? inArray(
          invoices.id,
          shares.map((share) => share.invoice_id),
        )
      : and(eq(invoices.status, 'sent'), gt(invoices.due_cents, 0)),
  )
  if (isCash) {
    await lockLinked(ctx, sql`array(select ${invoices.id} from ${invoices} where ${theirs})`)
  }
  const locked = await ctx.db
    .select({
      id: invoices.id,
      status: invoices.status,
      due_date: invoices.due_date,
      due_cents: invoices.due_cents,
    })
    .from(invoices)
    .where(theirs)
    .orderBy(asc(invoices.id))
    .for('update')
  const dueOf = ({ due_date }: { due_date: string | null }) => due_date ?? '9999-12-31'
  return locked
    .map((invoice) => ({ ...invoice, due_cents: invoice.due_cents ?? 0 }))
    .sort((a, b) => dueOf(a).localeCompare(dueOf(b)) || a.id - b.id)
}
