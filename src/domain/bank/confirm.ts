import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { refusalOf } from '../../db/errors.ts'
import { invalid } from '../../refusal.ts'
import { id } from '../../schema.ts'
import { call, read } from '../../verb.ts'
import { candidatesOf } from './candidates.ts'
import { matchBankTransaction } from './match.ts'
import type { GivenAllocation } from './match-input.ts'
import { type Suggestion, suggestionsOf } from './suggestions.ts'
import { bankTransactions } from './tables.ts'

/** A request looks at so many open transactions, newest first, and matches so many of them. */
const mostSeen = 500
const mostMatched = 50

const Body = z.object({
  ids: z.array(id()).min(1).max(mostMatched).optional().describe('All that are open when absent'),
  min_score: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('1 when absent: number and amount of an invoice')
    .meta({ examples: [1] }),
})

const Confirmed = z.object({
  data: z.array(
    z.object({
      id: id(),
      score: z.number().meta({ examples: [1] }),
      reason: z.string(),
      is_matched: z.boolean(),
      code: z
        .string()
        .nullable()
        .describe('Of the refusal')
        .meta({ examples: ['overpaid'] }),
      message: z.string().nullable(),
    }),
  ),
  matched: z.int().meta({ examples: [12] }),
  left: z
    .int()
    .describe('With such a suggestion, but beyond what one request matches')
    .meta({ examples: [0] }),
})

const spec = { can: 'bank:write', module: 'accounting' } as const

const propose = read({ ...spec, summary: 'Propose matches', body: Body }, async (ctx, { body }) => {
  const ids = body.ids
  const newest = sql`select ${bankTransactions.id} from ${bankTransactions}
    where ${bankTransactions.open_cents} <> 0 order by ${bankTransactions.id} desc limit ${mostSeen}`
  const [found, there] = await Promise.all([
    candidatesOf(ctx, ids ?? newest),
    ids &&
      ctx.db.execute<{ id: string }>(
        sql`select id from bank_transactions where id = any(${sql.param(ids)}::bigint[])`,
      ),
  ])
  const known = new Set(there?.rows.map((row) => Number(row.id)))
  const missing = ids?.findIndex((each) => !known.has(each)) ?? -1
  if (missing >= 0) throw invalid({ [`ids.${missing}`]: ['The selected ids is invalid.'] })
  return found.flatMap((one) => {
    const [best] = suggestionsOf(one)
    const isGood = best && best.score >= (body.min_score ?? 1)
    return isGood ? [{ id: one.transaction.id, ...best }] : []
  })
})

export const confirmSuggestions = call(
  {
    ...spec,
    summary: 'Confirm suggestions',
    description:
      `Matches open transactions with their best suggestion, where its score is high enough. Each is matched by ` +
      `itself, as by \`…/match\`, so that one that is refused leaves the others alone; at most ${mostMatched} at once.`,
    body: Body,
    output: Confirmed,
  },
  async (ctx, { body }) => {
    const proposals = (await propose(ctx, { body })) as Proposal[]
    const now = proposals.slice(0, mostMatched)
    const data: z.input<typeof Confirmed>['data'] = []
    for (const proposal of now) data.push(await confirm(ctx, proposal))
    const matched = data.filter((one) => one.is_matched).length
    return { data, matched, left: proposals.length - now.length }
  },
)

type Proposal = Suggestion & { id: number }

async function confirm(ctx: Calling, { id, score, reason, allocations }: Proposal) {
  try {
    const given = allocations as unknown as GivenAllocation[]
    await matchBankTransaction(ctx, { params: { id }, body: { allocations: given } })
    return { id, score, reason, is_matched: true, code: null, message: null }
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal || refusal.status >= 500) throw error
    return { id, score, reason, is_matched: false, code: refusal.code, message: refusal.message }
  }
}
