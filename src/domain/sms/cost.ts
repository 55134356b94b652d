import { eq } from 'drizzle-orm'
import * as z from 'zod'
import { updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { finish, type Reaction, type ReactionHandler, TryLater } from '../engine/reaction.ts'
import { delayOf } from '../engine/retry.ts'
import { smsConnection } from './provider.ts'
import { smsMessages } from './tables.ts'

/** Twilio bills a message some time after it has arrived. */
const usualWait_s = 60

/**
 * Asks what a message has cost, which no callback tells. A price that never comes is no failure that anybody
 * could mend: the cost stays unknown.
 */
export const fetchSmsCost: ReactionHandler = async (ctx, reaction) => {
  const params = { id: found(reaction.subject_id ?? undefined) }
  const provider_id = await providerIdOf(ctx, { params })
  const connection = await smsConnection(ctx)
  const isLast = delayOf(reaction.kind, reaction.attempts) === null
  const sent =
    provider_id &&
    (await connection?.provider.read(provider_id).catch((error: unknown) => {
      if (error instanceof ProviderError && (isLast || error.failure !== 'no_answer')) return null
      throw error
    }))
  if (sent && sent.cost === null && !isLast)
    throw new TryLater('Twilio names no price yet.', usualWait_s)
  await keepCost(ctx, { params, body: { reaction, cost: sent ? sent.cost : null } })
}

const providerIdOf = read(
  {
    summary: 'Find the provider’s number of an SMS',
    can: 'public',
    params: Id,
    output: z.string().nullable(),
  },
  async (ctx, { params: { id } }) => {
    const { provider_id } = smsMessages
    const rows = await ctx.db
      .select({ provider_id })
      .from(smsMessages)
      .where(eq(smsMessages.id, id))
    return rows[0]?.provider_id ?? null
  },
)

const keepCost = transact(
  {
    summary: 'Keep the cost of an SMS',
    can: 'public',
    params: Id,
    body: z.object({ reaction: z.custom<Reaction>(), cost: z.string().nullable() }),
  },
  async (ctx, { params: { id }, body: { reaction, cost } }) => {
    if (!(await finish(ctx, reaction)) || cost === null) return
    await updateWhere(ctx, smsMessages, eq(smsMessages.id, id), { cost })
  },
)
