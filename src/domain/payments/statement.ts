import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { sumCents } from '../../lib/money.ts'
import { found, invalid } from '../../refusal.ts'
import { day, Id, id, money, Named } from '../../schema.ts'
import { read } from '../../verb.ts'
import { companies, customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { buyerOf, sellerOf } from '../sales/buyers.ts'
import type { StatementDocument } from '../sales/documents/statement-pdf.ts'
import { localeOf, printedBuyer, printedSeller } from '../sales/invoice-document.ts'
import { creditNotes, invoices } from '../sales/tables.ts'
import { payments, refunds, writeOffs } from './tables.ts'

const kinds = [
  'invoice',
  'credit_note',
  'payment',
  'rounding',
  'refund',
  'write_off',
  'write_off_reversal',
] as const

const Period = z.object({
  from: day().optional().describe('First day; what was before is the opening balance'),
  to: day().optional().describe('Last day'),
})

const balance = () => money().describe('What the customer owes; negative is in credit')

const Statement = z.object({
  customer: Named,
  from: day().nullable(),
  to: day().nullable(),
  opening_balance: balance().meta({ examples: [0] }),
  rows: z.array(
    z.object({
      date: day(),
      kind: z.enum(kinds),
      number: z
        .string()
        .nullable()
        .describe('Of the invoice or the credit note; null for money')
        .meta({ examples: ['INV-2026-0001'] }),
      invoice_id: id(),
      invoice_number: z.string().meta({ examples: ['INV-2026-0001'] }),
      payment_id: id().nullable(),
      method: z
        .string()
        .nullable()
        .meta({ examples: ['pin'] }),
      reference: z.string().nullable(),
      amount: money()
        .describe('What it adds to the balance')
        .meta({ examples: [107.69] }),
      balance: balance(),
    }),
  ),
  closing_balance: balance(),
})

type Row = z.input<typeof Statement>['rows'][number]

export const getStatement = read(
  {
    summary: 'Get statement of account',
    description:
      'Invoices, applied credit notes, payments, refunds and write-offs of a customer by day, with the balance after each.',
    can: 'invoices:read',
    module: 'invoices',
    params: Id,
    query: Period,
    output: Statement,
    on: customers,
  },
  async (ctx, { params, query }) => {
    const [[customer], account] = await Promise.all([
      ctx.db
        .select({ id: customers.id, name: sql<string>`${customers.name}` })
        .from(customers)
        .where(eq(customers.id, params.id)),
      accountOf(ctx, params.id, query),
    ])
    return { customer: found(customer), ...account }
  },
)

export const getStatementPdf = read(
  {
    summary: 'Get statement of account as PDF',
    can: 'invoices:read',
    module: 'invoices',
    params: Id,
    query: Period,
    file: 'application/pdf',
    on: customers,
  },
  async (ctx, { params, query }) => {
    const [[row], account, { renderStatement }, { fonts }] = await Promise.all([
      ctx.db
        .select({
          customer: customers,
          company: companies,
          shop: tenants,
          today: sql<string>`app.today()::text`,
        })
        .from(customers)
        .innerJoin(tenants, eq(tenants.id, customers.tenant_id))
        .leftJoin(companies, eq(companies.id, customers.company_id))
        .where(eq(customers.id, params.id)),
      accountOf(ctx, params.id, query),
      import('../sales/documents/statement-pdf.ts'),
      import('../sales/documents/fonts.ts'),
    ])
    const { customer, company, shop, today } = found(row)
    const locale = localeOf(shop)
    const document: StatementDocument = {
      locale,
      date: today,
      seller: printedSeller(sellerOf(shop), shop),
      buyer: printedBuyer(buyerOf(customer, company), shop.country, locale),
      customer_number: String(customer.id),
      ...account,
    }
    return {
      content: await renderStatement(document, fonts),
      content_type: 'application/pdf',
      filename: `statement-${customer.id}-${query.to ?? today}.pdf`,
      inline: true,
    }
  },
)

/** Two statements: what was before the period, and each row of it. */
async function accountOf(ctx: Reading, customer_id: number, period: z.output<typeof Period>) {
  const { from = null, to = null } = period
  if (from !== null && to !== null && from > to) {
    throw invalid({ to: ['The to field must be a date on or after from.'] })
  }
  const entries = entriesOf(customer_id)
  const [before, within] = await Promise.all([
    ctx.db.execute<{ cents: string }>(sql`
      select coalesce(sum(amount_cents), 0) as cents from (${entries}) entry where date < ${from}::date`),
    ctx.db.execute<Entry>(sql`
      select kind, date::text, number, invoice_id, invoice_number, payment_id, method, reference, amount_cents
      from (${entries}) entry
      where coalesce(date >= ${from}::date, true) and coalesce(date <= ${to}::date, true)
      order by date, place, at, id`),
  ])
  const opening_balance = Number(before.rows[0]?.cents ?? 0)
  let balance = opening_balance
  const rows = within.rows.map(({ amount_cents, ...entry }): Row => {
    const amount = Number(amount_cents)
    balance = sumCents([balance, amount])
    return {
      ...entry,
      invoice_id: Number(entry.invoice_id),
      payment_id: entry.payment_id === null ? null : Number(entry.payment_id),
      amount,
      balance,
    }
  })
  return { from, to, opening_balance, rows, closing_balance: balance }
}

interface Entry extends Record<string, unknown> {
  kind: (typeof kinds)[number]
  date: string
  number: string | null
  invoice_id: string
  invoice_number: string
  payment_id: string | null
  method: string | null
  reference: string | null
  amount_cents: string
}

/** All that ever changed what a customer owes. Of one day the documents come before the money. */
function entriesOf(customer_id: number): SQL {
  const dayOf = (moment: SQL) => sql`(${moment} at time zone (select app.zone()))::date`
  const money = sql`from ${payments} p join ${invoices} i on i.id = p.invoice_id`
  const writtenOff = sql`from ${writeOffs} w join ${invoices} i on i.id = w.invoice_id`
  const theirs = sql`i.customer_id = ${customer_id}`
  return sql`
    select 'invoice' as kind, 1 as place, i.invoice_date as date, i.issued_at as at, i.id, i.invoice_number as number,
      i.id as invoice_id, i.invoice_number, null::bigint as payment_id, null::text as method, null::text as reference,
      i.total_cents as amount_cents
    from ${invoices} i where ${theirs} and i.issued_at is not null
    union all
    select 'credit_note', 2, ${dayOf(sql`c.applied_at`)}, c.applied_at, c.id, c.credit_note_number,
      i.id, i.invoice_number, null, null, null, -c.total_cents
    from ${creditNotes} c join ${invoices} i on i.id = c.invoice_id where ${theirs} and c.status = 'applied'
    union all
    select 'payment', 3, ${dayOf(sql`p.paid_at`)}, p.paid_at, p.id, null,
      i.id, i.invoice_number, p.id, p.method, p.reference, -p.amount_cents
    ${money} where ${theirs} and p.paid_at is not null
    union all
    select 'rounding', 4, ${dayOf(sql`p.paid_at`)}, p.paid_at, p.id, null,
      i.id, i.invoice_number, p.id, p.method, null, -p.rounding_cents
    ${money} where ${theirs} and p.rounding_cents <> 0
    union all
    select 'refund', 5, ${dayOf(sql`r.created_at`)}, r.created_at, r.id, null,
      i.id, i.invoice_number, p.id, p.method, r.reason, r.amount_cents
    ${money} join ${refunds} r on r.payment_id = p.id where ${theirs} and r.status <> 'failed'
    union all
    select 'write_off', 6, w.written_off_on, w.created_at, w.id, null,
      i.id, i.invoice_number, null, null, null, -w.amount_cents
    ${writtenOff} where ${theirs}
    union all
    select 'write_off_reversal', 7, ${dayOf(sql`w.reversed_at`)}, w.reversed_at, w.id, null,
      i.id, i.invoice_number, null, null, null, w.amount_cents
    ${writtenOff} where ${theirs} and w.reversed_at is not null`
}
