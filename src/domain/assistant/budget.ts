import { and, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { insert, updateWhere } from '../../db/rows.ts'
import { found, Refusal } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact, write } from '../../verb.ts'
import { type consultationOutcomes, consultations } from './tables.ts'

/** After so long a question is not under way any more: its Worker is gone, and holds nothing back. */
export const abandoned = sql`${consultations.outcome} = 'running' and ${consultations.created_at} < app.now() - interval '10 minutes'`

interface Wanted {
  device_brand: string
  device_model: string
  openai_model: string
  /** The most that it can cost. */
  tokens: number
}

interface Spent extends Record<string, unknown> {
  spent: string
  next_day_s: number
}

/**
 * Holds tokens of the shop's day back for one question; answers the consultation's id. One after another,
 * so that many at once do not spend the same tokens.
 */
export const reserveTokens = transact(
  {
    summary: 'Reserve tokens of the assistant',
    can: 'assistant:use',
    module: 'ai',
    body: z.object({ wanted: z.custom<Wanted>(), daily_token_limit: z.int() }),
    output: z.int(),
  },
  async (ctx, { body: { wanted, daily_token_limit } }) => {
    await ctx.db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended('assistant:' || app.tenant(), 0))`,
    )
    const { rows } = await ctx.db.execute<Spent>(sql`
      select coalesce(sum(tokens) filter (where not (${abandoned})), 0)::text as spent,
        ceil(extract(epoch from ((app.today() + 1)::timestamp at time zone app.zone()) - app.now()))::int as next_day_s
      from ${consultations}
      where ${consultations.created_at} >= (select app.today()::timestamp at time zone app.zone())`)
    const { spent, next_day_s } = found(rows[0])
    if (Number(spent) + wanted.tokens > daily_token_limit) throw usedUp(next_day_s)
    const [row] = await insert(ctx, consultations, { ...wanted, user_id: sql`app.user_id()` })
    return found(row).id
  },
)

const usedUp = (retry_after_s: number) =>
  new Refusal(
    429,
    'daily_limit_reached',
    'The assistant has used its tokens of today; its daily limit is in the AI configuration.',
    undefined,
    { 'Retry-After': String(retry_after_s) },
  )

export interface Settlement {
  outcome: Exclude<(typeof consultationOutcomes)[number], 'running'>
  /** What it really used; null: nobody knows, and what was held back counts. */
  tokens: number | null
  answer?: Record<string, unknown> | undefined
  failure: string | null
}

/** Says what came of a question, and gives back what it did not use. */
export const settleTokens = write(
  {
    summary: 'Settle the tokens of a question',
    can: 'assistant:use',
    module: 'ai',
    params: Id,
    body: z.object({ settlement: z.custom<Settlement>() }),
  },
  async (ctx, { params: { id }, body: { settlement } }) => {
    const { tokens, ...outcome } = settlement
    await updateWhere(
      ctx,
      consultations,
      and(eq(consultations.id, id), eq(consultations.outcome, 'running')),
      { ...outcome, tokens: tokens ?? undefined },
    )
  },
)
