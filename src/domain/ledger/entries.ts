import { and, gte, inArray, lte, not, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { guard, insert, mustExist, newId, same } from '../../db/rows.ts'
import { day, flag, Id, idText, optionalText, Paging, pageOf, searchText } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { suppliers } from '../purchasing/tables.ts'
import { LineDraft, lineRowsOf, maxLines, mustBalance, mustBeOneSided } from './entry-lines.ts'
import { Entry, EntryDetail, isLate, one, rows } from './entry-record.ts'
import { containing } from './search.ts'
import {
  btwPeriods,
  entrySources,
  glAccounts,
  journalEntries,
  journalLines,
  journals,
} from './tables.ts'

const about = { module: 'accounting' } as const

const Filters = Paging.extend({
  from: day().optional().describe('Booking date'),
  to: day().optional(),
  journal: z.enum(journals).optional(),
  account_id: idText().optional().describe('Entries with a line on that account'),
  source_type: z.enum(entrySources).optional(),
  source_id: idText().optional(),
  btw_period_id: idText().optional(),
  customer_id: idText().optional(),
  supplier_id: idText().optional(),
  late: flag().optional().describe('Documents of an earlier VAT period than they are booked in'),
  q: searchText().optional().describe('In number, reference and description'),
})

export const listEntries = read(
  {
    ...about,
    summary: 'List journal entries',
    description: 'Newest first.',
    can: 'ledger:read',
    query: Filters,
    output: pageOf(Entry),
  },
  async (ctx, { query }) => {
    const [, , , , list] = await Promise.all([
      mustExist(ctx, glAccounts, query.account_id),
      mustExist(ctx, btwPeriods, query.btw_period_id),
      mustExist(ctx, customers, query.customer_id),
      mustExist(ctx, suppliers, query.supplier_id),
      page(ctx, journalEntries, query, whereOf(query), rows),
    ])
    return list
  },
)

const whereOf = (query: z.output<typeof Filters>) =>
  and(
    query.from === undefined ? undefined : gte(journalEntries.entry_date, query.from),
    query.to === undefined ? undefined : lte(journalEntries.entry_date, query.to),
    same(journalEntries.journal, query.journal),
    same(journalEntries.source, query.source_type),
    same(journalEntries.source_id, query.source_id),
    same(journalEntries.btw_period_id, query.btw_period_id),
    same(journalEntries.customer_id, query.customer_id),
    same(journalEntries.supplier_id, query.supplier_id),
    hasLineOn(query.account_id),
    query.late === undefined ? undefined : query.late ? isLate : not(isLate),
    containing(
      query.q,
      journalEntries.entry_number,
      journalEntries.reference,
      journalEntries.description,
    ),
  )

const hasLineOn = (account_id: number | undefined) =>
  account_id === undefined
    ? undefined
    : inArray(
        journalEntries.id,
        sql`(select l.journal_entry_id from ${journalLines} l where l.account_id = ${account_id})`,
      )

export const getEntry = read(
  {
    ...about,
    summary: 'Get journal entry',
    can: 'ledger:read',
    params: Id,
    output: EntryDetail,
    on: journalEntries,
  },
  (ctx, { params }) => one(ctx, params.id),
)

const NewEntry = z
  .object({
    date: day().describe('Booking date'),
    description: optionalText().meta({ examples: ['Kasstorting'] }),
    reference: optionalText().describe('Number of the document'),
    document_date: day().optional().describe('Of the document; the booking date when absent'),
    lines: z
      .array(LineDraft)
      .min(2)
      .max(maxLines)
      .meta({
        examples: [
          [
            { account_id: 1, debit: 100 },
            { account_id: 2, credit: 100 },
          ],
        ],
      }),
  })
  .superRefine(({ lines }, checks) => {
    // Of amounts that are none nothing can be said.
    if (checks.issues.length > 0) return
    mustBeOneSided(lines, checks)
    mustBalance(lines, checks)
  })

export const createEntry = write(
  {
    ...about,
    summary: 'Create journal entry',
    description:
      'An entry by hand, in the open VAT period of its date. Each line has one side, and both sides are as much. ' +
      'Accounts that the documents keep (roles `debtors`, `creditors`, `stock`, `stock_margin`, `grni`) take none. ' +
      'An entry never changes: what is wrong is reversed.',
    can: 'journal:post',
    body: NewEntry,
    output: EntryDetail,
    status: 201,
  },
  async (ctx, { body: { date, document_date = date, description, reference, lines } }) => {
    const head = { entry_date: date, document_date, description: description ?? '', reference }
    const [, , , entry] = await Promise.all([
      mustBeNear(ctx, date),
      insert(ctx, journalEntries, head),
      insert(ctx, journalLines, lineRowsOf(lines)),
      one(ctx, newId(journalEntries)),
    ])
    return entry
  },
)

/** 422 for a day so far away that it must be a slip. */
async function mustBeNear(ctx: Writing, date: string | undefined) {
  if (date === undefined) return
  await guard(ctx, sql`${date}::date between '2000-01-01' and app.today() + interval '1 year'`, {
    code: 'validation_failed',
    message: 'The date field must lie between 2000 and a year from now.',
    field: 'date',
  })
}

export const reverseEntry = write(
  {
    ...about,
    summary: 'Reverse journal entry',
    description:
      'Once, for entries by hand: a new entry with debit and credit in each other’s place. What was posted for a ' +
      'document follows that document.',
    can: 'journal:post',
    params: Id,
    body: z.object({
      date: day()
        .optional()
        .describe('Booking date, not before that of the entry; today when absent'),
      description: optionalText(),
    }),
    output: EntryDetail,
    on: journalEntries,
    status: 201,
  },
  async (ctx, { params: { id }, body: { date, description } }) => {
    const [, , entry] = await Promise.all([
      mustBeNear(ctx, date),
      ctx.db.execute(
        sql`select app.reverse_entry(${id}, ${date ?? null}::date, ${description ?? null})`,
      ),
      one(ctx, newId(journalEntries)),
    ])
    return entry
  },
)
