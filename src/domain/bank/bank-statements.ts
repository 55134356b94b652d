import { and, gte, lte, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { mustExist, rowsBy, same, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, Id, id, idText, money, Paging, pageOf, Stamps } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { bankAccounts, bankStatements, bankTransactions } from './tables.ts'

const number = { examples: ['19321/1'] }

const Statement = z.object({
  id: id(),
  bank_account_id: id(),
  format: z.string().describe('camt053 | mt940'),
  statement_number: z.string().describe("The bank's own").meta(number),
  from_date: day(),
  to_date: day(),
  opening: money().meta({ examples: [1000] }),
  closing: money().meta({ examples: [1250.5] }),
  transactions: z
    .int()
    .describe('Those that no earlier statement had')
    .meta({ examples: [12] }),
  open_transactions: z
    .int()
    .describe('Not explained yet')
    .meta({ examples: [3] }),
  ...Stamps,
})

const counted = (condition: SQL) =>
  subquery<number>(
    sql`select count(*)::int from ${bankTransactions}
      where ${bankTransactions.bank_statement_id} = ${bankStatements.id} and ${condition}`,
  )

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: bankStatements.id,
      bank_account_id: bankStatements.bank_account_id,
      format: bankStatements.format,
      statement_number: bankStatements.statement_number,
      from_date: bankStatements.from_date,
      to_date: bankStatements.to_date,
      opening: bankStatements.opening_cents,
      closing: bankStatements.closing_cents,
      transactions: counted(sql`true`),
      open_transactions: counted(sql`${bankTransactions.open_cents} <> 0`),
      created_at: bankStatements.created_at,
      updated_at: bankStatements.updated_at,
    })
    .from(bankStatements)

export const listBankStatements = read(
  {
    summary: 'List bank statements',
    can: 'bank:read',
    module: 'accounting',
    query: Paging.extend({
      bank_account_id: idText().optional(),
      from: day().optional().describe('That end on this day or later'),
      to: day().optional().describe('That end on this day or earlier'),
    }),
    output: pageOf(Statement),
  },
  async (ctx, { query }) => {
    const where = and(
      same(bankStatements.bank_account_id, query.bank_account_id),
      query.from === undefined ? undefined : gte(bankStatements.to_date, query.from),
      query.to === undefined ? undefined : lte(bankStatements.to_date, query.to),
    )
    const [, list] = await Promise.all([
      mustExist(ctx, bankAccounts, query.bank_account_id),
      page(ctx, bankStatements, query, where, rows),
    ])
    return list
  },
)

export const getBankStatement = read(
  {
    summary: 'Get bank statement',
    description: 'Its transactions: `GET /bank-transactions?statement_id=`.',
    can: 'bank:read',
    module: 'accounting',
    params: Id,
    output: Statement,
    on: bankStatements,
  },
  async (ctx, { params }) => {
    const [statement] = await rowsBy(ctx, rows, bankStatements.id, params.id)
    return found(statement)
  },
)

const Imported = z.object({
  statements: z.array(
    z.object({
      id: id(),
      bank_account_id: id(),
      statement_number: z.string().meta(number),
      from_date: day(),
      to_date: day(),
      opening: money().meta({ examples: [1000] }),
      closing: money().meta({ examples: [1250.5] }),
      imported: z.int().meta({ examples: [12] }),
      skipped: z
        .int()
        .describe('That were known')
        .meta({ examples: [0] }),
    }),
  ),
})

export const importBankStatements = transact(
  {
    summary: 'Import bank statements',
    description:
      'A CAMT.053 or MT940 file of at most 10 MB and 50,000 transactions, as the body or as `file` of a form; it may ' +
      'hold statements of several bank accounts, in euros. All of it is imported, or nothing. Transactions that are ' +
      'known already are skipped, so that a file may come twice and exports may overlap. A bank account is made by ' +
      "itself for the shop's own IBAN; others must be there. Each transaction is booked at once: on the bank account " +
      'and, until it is explained, on the suspense account.',
    can: 'bank:write',
    module: 'accounting',
    upload: 'application/octet-stream',
    body: z.object({
      file: z.custom<Uint8Array>().meta({ type: 'string', format: 'binary' }),
    }),
    output: Imported,
    status: 201,
  },
  async (ctx, { body }) => {
    const { importFile } = await import('./import-file.ts')
    return { statements: await importFile(ctx, body.file) }
  },
)
