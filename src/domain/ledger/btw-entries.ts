import { eq, inArray, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { mustExist } from '../../db/rows.ts'
import { vatBoxes } from '../../lib/vat-return.ts'
import { day, Id, id, money, Paging, pageOf } from '../../schema.ts'
import { read } from '../../verb.ts'
import { btwPeriods, entrySources, glAccounts, journalEntries, journalLines } from './tables.ts'

const marginBoxes = ['ms', 'mp', 'mi'] as const

const BoxLine = z.object({
  id: id(),
  box: z.string().meta({ examples: ['1a'] }),
  part: z.enum(['turnover', 'vat']),
  amount: money()
    .describe('What it adds to the box')
    .meta({ examples: [18.69] }),
  entry_id: id(),
  entry_number: z.string().meta({ examples: ['JE-2026-0001'] }),
  date: day(),
  document_date: day().describe('Before `date` where its own period was closed already'),
  description: z.string().meta({ examples: ['Factuur'] }),
  reference: z
    .string()
    .nullable()
    .describe('Number of the document')
    .meta({ examples: ['INV-2026-0001'] }),
  source_type: z.enum(entrySources).nullable(),
  source_id: id().nullable(),
  account: z.object({ id: id(), code: z.string(), name: z.string() }),
  debit: money(),
  credit: money(),
})

const amount_cents: SQL<number> =
  sql`app.box_value(${journalLines.vat_box}, ${journalLines.vat_part}, ${journalLines.debit_cents}, ${journalLines.credit_cents})`.mapWith(
    Number,
  )

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: journalLines.id,
      box: sql<string>`${journalLines.vat_box}`,
      part: sql<'turnover' | 'vat'>`${journalLines.vat_part}`,
      amount: amount_cents,
      entry_id: journalLines.journal_entry_id,
      entry_number: journalEntries.entry_number,
      date: journalEntries.entry_date,
      document_date: journalEntries.document_date,
      description: journalEntries.description,
      reference: journalEntries.reference,
      source_type: journalEntries.source,
      source_id: journalEntries.source_id,
      account: { id: glAccounts.id, code: glAccounts.code, name: glAccounts.name },
      debit: journalLines.debit_cents,
      credit: journalLines.credit_cents,
    })
    .from(journalLines)
    .innerJoin(journalEntries, eq(journalEntries.id, journalLines.journal_entry_id))
    .innerJoin(glAccounts, eq(glAccounts.id, journalLines.account_id))

export const listBoxLines = read(
  {
    summary: 'List what BTW boxes are made of',
    description:
      'Lines of the journal that stand in a box, newest first. `ms`, `mp` and `mi` are sales and purchases under the ' +
      'margin scheme and margins of single goods, whose VAT is reckoned over the whole period.',
    can: 'btw:read',
    module: 'accounting',
    params: Id,
    query: Paging.extend({ box: z.enum([...vatBoxes, ...marginBoxes]).optional() }),
    output: pageOf(BoxLine),
    on: btwPeriods,
  },
  async (ctx, { params, query }) => {
    const boxes = query.box ? [query.box] : [...vatBoxes, ...marginBoxes]
    const within = sql`${journalLines.entry_date} between
      (select start_date from btw_periods where id = ${params.id}) and (select end_date from btw_periods where id = ${params.id})`
    const where = sql`${inArray(journalLines.vat_box, boxes)} and ${within}`
    const [, list] = await Promise.all([
      mustExist(ctx, btwPeriods, params.id),
      page(ctx, journalLines, query, where, rows),
    ])
    return list
  },
)
