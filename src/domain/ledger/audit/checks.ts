import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { day } from '../../../schema.ts'
import { read } from '../../../verb.ts'
import { YearQuery } from './book-year.ts'
import { bookOfYear, rules } from './check-rules.ts'

/** So many of what breaks a rule are named. */
const named = 20

const Check = z.object({
  rule: z
    .string()
    .describe('0001 to 0010: as the standard numbers them')
    .meta({ examples: ['0010'] }),
  title: z.string().meta({ examples: ['Each entry has two lines or more'] }),
  ok: z.boolean(),
  found: z
    .array(z.string())
    .describe(`What breaks it, the first ${named}: numbers of entries, codes of accounts`),
})

export const checkAuditFile = read(
  {
    summary: 'Check a book year for its audit file',
    description:
      'What an audit file has to be and no schema can tell: ids that are unique, references that exist, sums ' +
      'that are right. All of it holds in books that this service has kept; what does not is named.',
    can: 'ledger:read',
    module: 'accounting',
    query: YearQuery,
    output: z.object({
      year: z.int().meta({ examples: [2026] }),
      start_date: day(),
      end_date: day(),
      ok: z.boolean(),
      checks: z.array(Check),
    }),
  },
  async (ctx, { query: { year } }) => {
    const found = rules.map(
      ({ rule, finds }) =>
        sql`select ${rule}::text as rule, array(select found from (${finds}) it order by 1 limit ${named}) as found`,
    )
    const { rows } = await ctx.db.execute<{
      start_date: string
      end_date: string
      found: Record<string, string[]>
    }>(sql`
      with ${bookOfYear(year)}
      select start_date::text as start_date, end_date::text as end_date,
        (select json_object_agg(rule, found) from (${sql.join(found, sql` union all `)}) checked) as found
      from book`)
    const [book] = rows
    const checks = rules.map(({ rule, title }) => {
      const broken = book?.found[rule] ?? []
      return { rule, title, ok: broken.length === 0, found: broken }
    })
    return {
      year,
      start_date: book?.start_date ?? '',
      end_date: book?.end_date ?? '',
      ok: checks.every(({ ok }) => ok),
      checks,
    }
  },
)
