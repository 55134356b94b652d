import { asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, money, Named, Stamps } from '../../schema.ts'
import { users } from '../identity/tables.ts'
import { NamedAccount, namedAccount } from './account-record.ts'
import {
  btwPeriods,
  entrySources,
  glAccounts,
  journalEntries,
  journalLines,
  journals,
} from './tables.ts'

/** An entry in a list. */
export const Entry = z.object({
  id: id(),
  entry_number: z.string().meta({ examples: ['JE-2026-0001'] }),
  date: day().describe('Booking date'),
  description: z.string().meta({ examples: ['Kasstorting'] }),
  journal: z.enum(journals).meta({ examples: ['memorial'] }),
  reference: z.string().nullable().describe('Number of the document'),
  document_date: day().describe('Of the document'),
  total: money().describe('Debit, which is as much as credit'),
  source_type: z
    .enum(entrySources)
    .nullable()
    .describe('What it was posted for by itself; null for an entry by hand')
    .meta({ examples: [null] }),
  source_id: id().nullable(),
  reverses_id: id().nullable().describe('The entry that this one takes back'),
  reversed_by_id: id().nullable().describe('The entry that takes this one back'),
  btw_period_id: id(),
  customer_id: id().nullable(),
  supplier_id: id().nullable(),
  user: Named.nullable(),
  late: z
    .boolean()
    .describe('The document is of an earlier VAT period than the one that the entry stands in'),
  ...Stamps,
})

/** An entry by itself. */
export const EntryDetail = Entry.extend({
  lines: z.array(
    z.object({
      id: id(),
      account_id: id().meta({ examples: [1] }),
      account: NamedAccount,
      debit: money(),
      credit: money().meta({ examples: [0] }),
      description: z.string().nullable(),
      vat_box: z.string().nullable().describe('Box of the VAT return in which it stands'),
      vat_part: z
        .enum(['turnover', 'vat'])
        .nullable()
        .describe('As what it stands there')
        .meta({ examples: [null] }),
    }),
  ),
})

const total = sql`
  select coalesce(sum(l.debit_cents), 0) from ${journalLines} l where l.journal_entry_id = ${journalEntries.id}`

const reversal = sql`
  select later.id from ${journalEntries} later where later.reverses_id = ${journalEntries.id}`

const columns = {
  id: journalEntries.id,
  entry_number: journalEntries.entry_number,
  date: journalEntries.entry_date,
  description: journalEntries.description,
  journal: journalEntries.journal,
  reference: journalEntries.reference,
  document_date: journalEntries.document_date,
  total: subquery<number>(total).mapWith(Number),
  source_type: journalEntries.source,
  source_id: journalEntries.source_id,
  reverses_id: journalEntries.reverses_id,
  reversed_by_id: subquery<number | null>(reversal).mapWith(Number),
  btw_period_id: journalEntries.btw_period_id,
  customer_id: journalEntries.customer_id,
  supplier_id: journalEntries.supplier_id,
  user: { id: users.id, name: users.name },
  late: sql<boolean>`${journalEntries.document_date} < ${btwPeriods.start_date}`,
  created_at: journalEntries.created_at,
  updated_at: journalEntries.updated_at,
}

/** Entries; a select for lists. */
export const rows = (ctx: Selecting) =>
  ctx.db
    .select(columns)
    .from(journalEntries)
    .innerJoin(btwPeriods, eq(btwPeriods.id, journalEntries.btw_period_id))
    .leftJoin(users, eq(users.id, journalEntries.user_id))

/** Entries whose document is of an earlier VAT period. */
export const isLate = sql`(${journalEntries.document_date} < ${journalEntries.entry_date} and
  ${journalEntries.document_date} < (
    select p.start_date from ${btwPeriods} p where p.id = ${journalEntries.btw_period_id}))`

const lineRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: journalLines.id,
      account_id: journalLines.account_id,
      account: namedAccount,
      debit: journalLines.debit_cents,
      credit: journalLines.credit_cents,
      description: journalLines.description,
      vat_box: journalLines.vat_box,
      vat_part: journalLines.vat_part,
    })
    .from(journalLines)
    .innerJoin(glAccounts, eq(glAccounts.id, journalLines.account_id))
    .$dynamic()
    .orderBy(asc(journalLines.position))

/** One entry as answered, with its lines. */
export async function one(ctx: Selecting, id: number | SQL<number>) {
  const [[entry], lines] = await Promise.all([
    rowsBy(ctx, rows, journalEntries.id, id),
    rowsBy(ctx, lineRows, journalLines.journal_entry_id, id),
  ])
  return { ...found(entry), lines }
}
