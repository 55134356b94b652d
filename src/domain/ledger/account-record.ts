import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { id, money, optionalText, Stamps, text } from '../../schema.ts'
import { accountTypes, glAccounts } from './tables.ts'

/** Boxes of the VAT return in which a line can stand as turnover. */
export const turnoverBoxes = [
  '1a',
  '1b',
  '1c',
  '1d',
  '1e',
  '2a',
  '3a',
  '3b',
  '3c',
  '4a',
  '4b',
] as const

/** An account in a list. */
export const Account = z.object({
  id: id().meta({ examples: [1] }),
  code: z.string().meta({ examples: ['1000'] }),
  name: z.string().meta({ examples: ['Kas'] }),
  type: z.enum(accountTypes).meta({ examples: ['asset'] }),
  rgs_code: z
    .string()
    .nullable()
    .describe('Of the Dutch reference chart (RGS)')
    .meta({ examples: ['BLimKasKas'] }),
  role: z
    .string()
    .nullable()
    .describe('What the service posts to it by itself')
    .meta({ examples: ['cash'] }),
  vat_box: z
    .string()
    .nullable()
    .describe('Box of the VAT return in which its lines stand')
    .meta({ examples: [null] }),
  is_active: z.boolean().meta({ examples: [true] }),
  ...Stamps,
})

/** An account by itself. */
export const AccountDetail = Account.extend({
  balance: money().describe(
    'At the end of today, debit less credit; of revenue and expense, since the fiscal year began',
  ),
})

export const Draft = z.object({
  code: text(20).meta({ examples: ['4410'] }),
  name: text().meta({ examples: ['Gereedschap'] }),
  type: z.enum(accountTypes).describe('Fixed once the account has entries'),
  rgs_code: optionalText(35).describe('Of the Dutch reference chart (RGS); each code once'),
  vat_box: z
    .enum(turnoverBoxes)
    .nullable()
    .optional()
    .describe('Box of the VAT return in which its lines stand as turnover from now on'),
  is_active: z.boolean().optional().describe('An account out of use takes no entries by hand'),
})

const columns = {
  id: glAccounts.id,
  code: glAccounts.code,
  name: glAccounts.name,
  type: glAccounts.type,
  rgs_code: glAccounts.rgs_code,
  role: glAccounts.role,
  vat_box: glAccounts.vat_box,
  is_active: glAccounts.is_active,
  created_at: glAccounts.created_at,
  updated_at: glAccounts.updated_at,
}

/** Accounts; a select for lists. */
export const rows = (ctx: Selecting) => ctx.db.select(columns).from(glAccounts)

const balance = subquery<number>(sql`
  select coalesce(sum(b.balance_cents), 0)
  from app.balances_before(app.today() + 1, app.book_year_of(app.today())) b
  where b.account_id = ${glAccounts}.id`).mapWith(Number)

const detailRows = (ctx: Selecting) => ctx.db.select({ ...columns, balance }).from(glAccounts)

/** One account as answered, with its balance. */
export async function one(ctx: Selecting, id: number | SQL<number>) {
  const [account] = await rowsBy(ctx, detailRows, glAccounts.id, id)
  return found(account)
}

/** As records name an account. */
export const NamedAccount = z.object({
  code: z.string().meta({ examples: ['1000'] }),
  name: z.string().meta({ examples: ['Kas'] }),
})

export const namedAccount = { code: glAccounts.code, name: glAccounts.name }

/** The account of a role, such as `opening_equity`. */
export const accountOf = (role: string) => sql<number>`app.account_of(${role})`
