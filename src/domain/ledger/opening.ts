import { asc, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { guard, insert, newId, rowsBy, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, Id, id, money, optionalText } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { accountOf, NamedAccount, namedAccount } from './account-record.ts'
import {
  differenceOf,
  lineRowsOf,
  maxLines,
  mustBalance,
  mustBeOneSided,
  PlainLine,
} from './entry-lines.ts'
import { EntryDetail, one } from './entry-record.ts'
import { mustBeOpen } from './fiscal-years.ts'
import { holdLedger } from './lock.ts'
import { fiscalYears, glAccounts, journalEntries, journalLines } from './tables.ts'

const about = { module: 'accounting' } as const

const OpeningBalance = z.object({
  fiscal_year_id: id(),
  date: day().describe('First day of the year'),
  journal_entry_id: id().nullable().describe('By which it was entered; null when carried over'),
  lines: z.array(
    z.object({ account_id: id(), account: NamedAccount, debit: money(), credit: money() }),
  ),
})

const entered = sql`
  select e.id from ${journalEntries} e where e.source = 'fiscal_year' and e.source_id = ${fiscalYears}.id`

const yearRows = (ctx: Selecting) =>
  ctx.db
    .select({
      fiscal_year_id: fiscalYears.id,
      date: fiscalYears.start_date,
      journal_entry_id: subquery<number | null>(entered).mapWith(Number),
    })
    .from(fiscalYears)

/** What earlier years carry over, and what was entered. */
const opening = sql`lateral (
  select account_id, sum(balance_cents)::bigint as cents from (
    select * from app.balances_before(${fiscalYears.start_date}, ${fiscalYears.start_date})
    union all
    select l.account_id, l.debit_cents - l.credit_cents from ${journalLines} l where l.journal_entry_id = (${entered})
  ) part group by 1 having sum(balance_cents) <> 0
) o`

const lineRows = (ctx: Selecting) =>
  ctx.db
    .select({
      account_id: glAccounts.id,
      account: namedAccount,
      debit: sql<number>`greatest(o.cents, 0)`.mapWith(Number),
      credit: sql<number>`greatest(-o.cents, 0)`.mapWith(Number),
    })
    .from(fiscalYears)
    .innerJoin(opening, sql`true`)
    .innerJoin(glAccounts, sql`${glAccounts.id} = o.account_id`)
    .$dynamic()
    .orderBy(asc(glAccounts.code))

export const getOpeningBalance = read(
  {
    ...about,
    summary: 'Get opening balance',
    description: 'What the year began with: as entered, or carried over from the years before.',
    can: 'ledger:read',
    params: Id,
    output: OpeningBalance,
    on: fiscalYears,
  },
  async (ctx, { params }) => {
    const [[year], lines] = await Promise.all([
      rowsBy(ctx, yearRows, fiscalYears.id, params.id),
      rowsBy(ctx, lineRows, fiscalYears.id, params.id),
    ])
    return { ...found(year), lines }
  },
)

const NewOpening = z
  .object({
    description: optionalText().meta({ examples: ['Beginbalans'] }),
    lines: z.array(PlainLine).min(1).max(maxLines),
    balance_to_equity: z
      .boolean()
      .optional()
      .describe(
        'A difference between debit and credit goes to the account with role `opening_equity`',
      ),
  })
  .superRefine(({ lines, balance_to_equity }, checks) => {
    // Of amounts that are none nothing can be said.
    if (checks.issues.length > 0) return
    mustBeOneSided(lines, checks)
    if (!balance_to_equity) mustBalance(lines, checks)
  })

/** As rows, with one more for what is missing on a side. */
function balanced(lines: z.output<typeof NewOpening>['lines']) {
  const difference = differenceOf(lines)
  if (difference === 0) return lineRowsOf(lines)
  const rest = {
    debit: Math.max(-difference, 0),
    credit: Math.max(difference, 0),
    description: null,
  }
  return lineRowsOf([...lines, { ...rest, account_id: accountOf('opening_equity') }])
}

export const enterOpeningBalance = write(
  {
    ...about,
    summary: 'Enter opening balance',
    description:
      'Once, in the first year of the books, on accounts of the balance sheet. Open invoices and stock are entered ' +
      'as such: accounts that the documents keep take no line.',
    can: 'journal:post',
    params: Id,
    body: NewOpening,
    output: EntryDetail,
    on: fiscalYears,
    status: 201,
  },
  async (ctx, { params: { id }, body: { description, lines } }) => {
    const start = sql`(select y.start_date from ${fiscalYears} y where y.id = ${id})`
    const none = (entries: SQL) =>
      sql`not exists (select from ${journalEntries} e where ${entries})`
    const [, , , , , , entry] = await Promise.all([
      holdLedger(ctx),
      mustBeOpen(ctx, id),
      guard(ctx, none(sql`e.source = 'fiscal_year'`), {
        code: 'already_opened',
        message: 'An opening balance was entered already; correct it with an entry.',
      }),
      guard(ctx, none(sql`e.entry_date < ${start}`), {
        code: 'not_first_year',
        message: 'There are entries from before the year: it begins with what they carry over.',
      }),
      insert(ctx, journalEntries, {
        journal: 'opening',
        entry_date: start,
        document_date: start,
        description: description ?? sql`app.words_of('fiscal_year')`,
        source: 'fiscal_year',
        source_id: id,
      }),
      insert(ctx, journalLines, balanced(lines)),
      one(ctx, newId(journalEntries)),
    ])
    return entry
  },
)
