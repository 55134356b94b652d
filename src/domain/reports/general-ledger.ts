import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { mustExist } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, money, Paging, pageOf } from '../../schema.ts'
import { call, read } from '../../verb.ts'
import { entrySources, glAccounts, journalEntries } from '../ledger/tables.ts'
import { accountsIn, LedgerQuery, linesOf } from './ledger-lines.ts'
import { AccountRow, Format, reportSpec } from './report.ts'

const Query = Paging.extend({ ...LedgerQuery.shape, ...Format.shape })

const Line = AccountRow.extend({
  id: id().meta({ examples: [1] }),
  date: day(),
  entry_id: id().meta({ examples: [1] }),
  entry_number: z.string().meta({ examples: ['JE-2026-0001'] }),
  description: z.string().meta({ examples: ['Factuur'] }),
  reference: z
    .string()
    .nullable()
    .meta({ examples: ['INV-2026-0001'] }),
  source_type: z
    .enum(entrySources)
    .nullable()
    .describe('What was posted; null for an entry by hand')
    .meta({ examples: ['invoice'] }),
  source_id: id().nullable(),
  debit: money().meta({ examples: [107.69] }),
  credit: money().meta({ examples: [0] }),
  balance: money()
    .describe('Of the account after this line; debit is above zero')
    .meta({ examples: [107.69] }),
})

const Ledger = pageOf(Line).extend({
  from: day(),
  to: day(),
  account: AccountRow.nullable().describe('That was asked for'),
  opening_balance: money()
    .describe('When the period begins; of all accounts together it is zero')
    .meta({ examples: [0] }),
  total_debit: money().meta({ examples: [107.69] }),
  total_credit: money().meta({ examples: [0] }),
  closing_balance: money().meta({ examples: [107.69] }),
})

const ledgerSpec = {
  ...reportSpec,
  summary: 'General ledger',
  description:
    'What was posted to an account in the period, oldest first, with its balance after each line, also from page ' +
    'to page. A CSV has all lines; a PDF at most 2000.',
  query: Query,
  output: Ledger,
}

const ledgerPage = read(ledgerSpec, async (ctx, { query }) => {
  const { page: current_page = 1, per_page = 25 } = query
  const [, figures] = await Promise.all([
    mustExist(ctx, glAccounts, query.account_id),
    figuresOf(ctx, query, { limit: per_page, offset: (current_page - 1) * per_page }),
  ])
  const last_page = Math.max(1, Math.ceil(figures.total / per_page))
  return { ...figures, current_page, last_page, per_page }
})

/** A CSV may be long: it is read and sent piece by piece. */
export const getGeneralLedger = call({ ...ledgerSpec, asks: true }, async (ctx, { query }) => {
  if (!query.format || query.format === 'json') return ledgerPage(ctx, { query })
  const { ledgerSheet, ledgerPdf } = await import('./general-ledger-files.ts')
  return query.format === 'csv'
    ? ledgerSheet(ctx, query, query.separator)
    : ledgerPdf(ctx, { query })
})

type Figures = Omit<z.input<typeof Ledger>, 'current_page' | 'last_page' | 'per_page'>

/** Accounts are skipped by how many lines they have; of the first on the page the lines before it are added up. */
async function figuresOf(
  ctx: Reading,
  query: LedgerQuery,
  { limit, offset }: { limit: number; offset: number },
): Promise<Figures> {
  const { rows } = await ctx.db.execute<{ figures: Figures }>(sql`
    with ${accountsIn(query)}, part as materialized (
      select a.*, lines.count, (sum(lines.count) over (order by code, a.id) - lines.count)::bigint as start
      from account a cross join lateral (select count(*) as count from ${linesOf}) lines
    ), page as (
      select l.*, a.code, a.name, a.opening + skipped.cents + sum(l.debit_cents - l.credit_cents) over (
        partition by a.id order by l.entry_date, l.id) as balance
      from (
        select part.*, greatest(${offset}::bigint - start, 0) as skip, least(count, ${offset + limit}::bigint - start) as upto
        from part where start < ${offset + limit}::bigint and start + count > ${offset}::bigint
      ) a
      cross join lateral (
        select coalesce(sum(cents), 0) as cents from (
          select l.debit_cents - l.credit_cents as cents from ${linesOf} order by l.entry_date, l.id limit a.skip) earlier
      ) skipped
      cross join lateral (select l.* from ${linesOf} order by l.entry_date, l.id offset a.skip limit a.upto - a.skip) l
    )
    select jsonb_build_object('from', span.first, 'to', span.last, 'account', ${account(query)}, 'total', coalesce(sum(count), 0),
      'opening_balance', coalesce(sum(opening), 0), 'total_debit', coalesce(sum(debit), 0), 'total_credit', coalesce(sum(credit), 0),
      'closing_balance', coalesce(sum(opening + debit - credit), 0),
      'data', (
        select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'account_id', l.account_id, 'code', l.code, 'name', l.name,
          'date', l.entry_date, 'entry_id', e.id, 'entry_number', e.entry_number, 'description', coalesce(l.description, e.description),
          'reference', e.reference, 'source_type', e.source, 'source_id', e.source_id, 'debit', l.debit_cents, 'credit', l.credit_cents,
          'balance', l.balance) order by l.code, l.account_id, l.entry_date, l.id), '[]')
        from page l join ${journalEntries} e on e.tenant_id = l.tenant_id and e.id = l.journal_entry_id
      )) as figures
    from span left join part on true group by span.first, span.last`)
  return found(rows[0]).figures
}

const account = ({ account_id }: LedgerQuery): SQL =>
  account_id === undefined
    ? sql`null`
    : sql`(array_agg(jsonb_build_object('account_id', part.id, 'code', code, 'name', name)))[1]`
