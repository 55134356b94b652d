import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { day, id, money } from '../../schema.ts'
import { companies, customers } from '../customers/tables.ts'
import { glAccounts, journalEntries, journalLines } from '../ledger/tables.ts'
import { purchaseInvoices, purchasePayments } from '../payables/tables.ts'
import { payments, writeOffs } from '../payments/tables.ts'
import { suppliers } from '../purchasing/tables.ts'
import { creditNotes, invoices } from '../sales/tables.ts'
import { DayQuery, dayOf } from './period.ts'
import type { PrintedReport } from './printed.ts'
import { filenameOf, type Printing, report } from './report.ts'
import type { ReportName } from './words.ts'

const amount = () => money().meta({ examples: [107.69] })
const none = () => money().meta({ examples: [0] })

const Aged = {
  current: none().describe('Not due yet'),
  days_1_30: amount(),
  days_31_60: none(),
  days_61_90: none(),
  over_90: none(),
  credits: none().describe('Below zero: credit that was not used, and what was paid too much'),
  total: amount(),
}

const agedOf = <P extends z.ZodRawShape>(party: P) =>
  z.object({
    date: day(),
    rows: z.array(
      z.object({
        ...party,
        name: z
          .string()
          .nullable()
          .describe('Null for postings that belong to no document')
          .meta({ examples: ['Jane Smith'] }),
        ...Aged,
      }),
    ),
    totals: z.object(Aged).describe('The total is what the account says that day'),
  })

const Receivables = agedOf({ customer_id: id().nullable() })
const Payables = agedOf({ supplier_id: id().nullable() })

/** One side of the books: its account, and how entries find the document that they settle. */
interface Side {
  role: 'debtors' | 'creditors'
  /** What a line adds to what is open. */
  added: SQL
  /** Joins of the document `i`, and of its party `p`. */
  documents: SQL
  party_id: SQL
  party_name: SQL
  /** A document's own key, where it is not open on the invoice that it belongs to. */
  stands_alone: SQL
}

const receivables: Side = {
  role: 'debtors',
  added: sql`l.debit_cents - l.credit_cents`,
  documents: sql`
    left join ${payments} paid on posted.source = 'payment' and paid.id = posted.key
    left join ${writeOffs} off on posted.source = 'write_off' and off.id = posted.key
    left join ${creditNotes} note on posted.source = 'credit_note' and note.id = posted.key
    left join ${invoices} i on i.id = case posted.source when 'invoice' then posted.key when 'payment' then paid.invoice_id
      when 'write_off' then off.invoice_id when 'credit_note' then note.invoice_id end
    left join ${customers} p on p.id = i.customer_id
    left join ${companies} company on company.id = p.company_id`,
  party_id: sql`p.id`,
  party_name: sql`coalesce(company.name, p.name)`,
  // A credit note is money of the customer until it is applied.
  stands_alone: sql`posted.source = 'credit_note' and coalesce(app.shop_day(note.applied_at) > day, true)`,
}

const payables: Side = {
  role: 'creditors',
  added: sql`l.credit_cents - l.debit_cents`,
  documents: sql`
    left join ${purchasePayments} paid on posted.source = 'purchase_payment' and paid.id = posted.key
    left join ${purchaseInvoices} i on i.id = case posted.source when 'purchase_invoice' then posted.key
      when 'purchase_payment' then paid.purchase_invoice_id end
    left join ${suppliers} p on p.id = i.supplier_id`,
  party_id: sql`p.id`,
  party_name: sql`p.name`,
  stands_alone: sql`false`,
}

/**
 * What was open of each document when a day ended, by its due date. Of the lines on the account and no others, so
 * that the total is its balance, on any day; an entry by hand is open from its own day on, until it is reversed.
 */
function openItems({ role, added, documents, party_id, party_name, stands_alone }: Side): SQL {
  return sql`
    select party_id, name, case
        when cents < 0 then 'credits' when day <= due then 'current' when day - due <= 30 then 'days_1_30'
        when day - due <= 60 then 'days_31_60' when day - due <= 90 then 'days_61_90' else 'over_90' end as age, cents
    from (
      select day, ${party_id} as party_id, ${party_name} as name, sum(posted.cents) as cents,
        coalesce(i.due_date, i.invoice_date, min(posted.since)) as due
      from (
        select day, e.source, coalesce(e.source_id, e.reverses_id, e.id) as key, sum(${added}) as cents, min(e.entry_date) as since
        from at join ${glAccounts} a on a.role = ${role}
        join ${journalLines} l on l.tenant_id = a.tenant_id and l.account_id = a.id and l.entry_date <= day
        join ${journalEntries} e on e.tenant_id = l.tenant_id and e.id = l.journal_entry_id
        group by 1, 2, 3
      ) posted ${documents}
      group by day, i.id, ${party_id}, ${party_name},
        case when i.id is null or ${stands_alone} then posted.source end, case when i.id is null or ${stands_alone} then posted.key end
    ) item where cents <> 0`
}

interface AgedRow extends z.input<z.ZodObject<typeof Aged>> {
  party_id: number | null
  name: string | null
}
interface Figures {
  date: string
  rows: AgedRow[]
  totals: z.input<z.ZodObject<typeof Aged>>
}

const ages = ['current', 'days_1_30', 'days_31_60', 'days_61_90', 'over_90', 'credits'] as const

async function figuresOf(
  ctx: Reading,
  query: z.output<typeof DayQuery>,
  side: Side,
): Promise<Figures> {
  const sums = sql.join(
    [
      ...ages.map((age) =>
        sql.raw(`'${age}', coalesce(sum(cents) filter (where age = '${age}'), 0)`),
      ),
      sql.raw(`'total', coalesce(sum(cents), 0)`),
    ],
    sql`, `,
  )
  const { rows } = await ctx.db.execute<{ figures: Figures }>(sql`
    with ${dayOf(query)}, item as materialized (${openItems(side)}), party as (
      select party_id, name, jsonb_build_object('party_id', party_id, 'name', name, ${sums}) as aged
      from item group by party_id, name
    )
    select jsonb_build_object('date', (select day from at), 'totals', (select jsonb_build_object(${sums}) from item),
      'rows', (select coalesce(jsonb_agg(aged order by lower(name) nulls last, party_id), '[]') from party)) as figures`)
  return found(rows[0]).figures
}

const description =
  'What was open when the day ended, by how many days it was past due. It adds up to the account in the ' +
  'trial balance; what was posted on that account by hand is a row without name.'

export const getAgedReceivables = report(
  { summary: 'Aged receivables', description, query: DayQuery, output: Receivables },
  async (ctx, query) => {
    const { rows, ...figures } = await figuresOf(ctx, query, receivables)
    return {
      ...figures,
      rows: rows.map(({ party_id, ...row }) => ({ customer_id: party_id, ...row })),
    }
  },
  (figures, printing) => printed('aged-receivables', figures, printing),
)

export const getAgedPayables = report(
  { summary: 'Aged payables', description, query: DayQuery, output: Payables },
  async (ctx, query) => {
    const { rows, ...figures } = await figuresOf(ctx, query, payables)
    return {
      ...figures,
      rows: rows.map(({ party_id, ...row }) => ({ supplier_id: party_id, ...row })),
    }
  },
  (figures, printing) => printed('aged-payables', figures, printing),
)

function printed(
  report: ReportName,
  { date: day, rows, totals }: z.input<typeof Receivables> | z.input<typeof Payables>,
  { words, date }: Printing,
): PrintedReport {
  return {
    name: filenameOf(report, day),
    title: words.titles[report],
    about: [words.asAt(date(day))],
    columns: [
      { key: 'name', kind: 'text', is_wide: true },
      ...[...ages, 'total'].map((key) => ({ key, kind: 'money' as const })),
    ],
    rows: [
      ...rows.map((row) => ({ cells: { ...row, name: row.name ?? words.otherPostings } })),
      { cells: { name: words.total, ...totals }, strong: true },
    ],
  }
}
