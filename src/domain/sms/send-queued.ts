import { and, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { optedOut, type SentText } from '../../integrations/twilio/client.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import {
  finish,
  GiveUp,
  type Reaction,
  type ReactionHandler,
  TryLater,
} from '../engine/reaction.ts'
import { delayOf } from '../engine/retry.ts'
import { deliver, hasOptedOut, type Outgoing, openForSms } from './deliver.ts'
import { isFree, outcomeChanges } from './outcome.ts'
import { smsMessages } from './tables.ts'

/** Tries to find its number among messages of the same words that look for theirs at the same time. */
const rounds = 5

/**
 * Sends the text message that a reaction names. The provider knows no key of idempotency, so a try is
 * noted before it is made, and a later one looks first whether the message is there.
 */
export const sendQueuedSms: ReactionHandler = async (ctx, reaction) => {
  const params = { id: found(reaction.subject_id ?? undefined) }
  try {
    for (let round = 0; round < rounds; round++) {
      const message = await beginSms(ctx, { params })
      const isSent = message.provider_id !== null
      const sent = isSent ? null : await deliver(ctx, await openForSms(ctx), message)
      if (await keepSent(ctx, { params, body: { reaction, sent } })) return
    }
    throw new TryLater('Other messages of the same words took its numbers.')
  } catch (error) {
    const failure = finalFailure(error, reaction)
    if (failure === undefined) throw error
    const opted_out = error instanceof ProviderError && error.reason === optedOut
    await failSms(ctx, { params, body: { failure, opted_out } })
    throw new GiveUp(failure)
  }
}

/** Why no other try will mend it; undefined when one may. */
function finalFailure(error: unknown, { kind, attempts }: Reaction): string | undefined {
  if (error instanceof GiveUp) return error.message
  if (error instanceof ProviderError && error.failure !== 'no_answer') return error.message
  if (delayOf(kind, attempts) !== null) return undefined
  return error instanceof ProviderError ? error.message : 'It failed unexpectedly.'
}

/** A message that is to be sent, or was. */
type Begun = Outgoing & { provider_id: string | null }

const isUnsent = (id: number) => and(eq(smsMessages.id, id), isNull(smsMessages.provider_id))

/** What is to be sent, as it was before this try was noted. */
const beginSms = write(
  { summary: 'Begin to send an SMS', can: 'public', params: Id, output: z.custom<Begun>() },
  async (ctx, { params: { id } }) => {
    const [rows] = await Promise.all([
      ctx.db
        .select({
          id: smsMessages.id,
          phone: smsMessages.phone,
          body: smsMessages.body,
          provider_id: smsMessages.provider_id,
          attempted_at: smsMessages.attempted_at,
          opted_out: hasOptedOut,
        })
        .from(smsMessages)
        .where(eq(smsMessages.id, id))
        // At once: before the change.
        .execute(),
      updateWhere(ctx, smsMessages, isUnsent(id), {
        attempted_at: sql`coalesce(${smsMessages.attempted_at}, app.now())`,
        // One that was given up is tried again when somebody says so.
        status: 'queued',
        failure: null,
        failed_at: null,
      }),
    ])
    return found(rows[0])
  },
)

/** What the provider made of it, and the end of the reaction; false when another message took its number. */
const keepSent = transact(
  {
    summary: 'Keep a sent SMS',
    can: 'public',
    params: Id,
    body: z.object({ reaction: z.custom<Reaction>(), sent: z.custom<SentText>().nullable() }),
    output: z.boolean(),
  },
  async (ctx, { params: { id }, body: { reaction, sent } }) => {
    if (sent && !(await takeNumber(ctx, id, sent))) return false
    await finish(ctx, reaction)
    return true
  },
)

async function takeNumber(ctx: Transacting, id: number, sent: SentText): Promise<boolean> {
  const { provider_id, sent_at, cost } = sent
  // One at a time may take it.
  await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${provider_id}, 0))`)
  const kept = await updateWhere(ctx, smsMessages, and(isUnsent(id), isFree(provider_id)), {
    ...outcomeChanges(sent),
    ...(sent_at && { sent_at }),
    provider_id,
    cost,
  })
  return kept > 0
}

const failSms = write(
  {
    summary: 'Give an SMS up',
    can: 'public',
    params: Id,
    body: z.object({ failure: z.string(), opted_out: z.boolean() }),
  },
  async (ctx, { params: { id }, body: { failure, opted_out } }) => {
    const number = sql`(select ${smsMessages.phone} from ${smsMessages} where ${smsMessages.id} = ${id})`
    await Promise.all([
      updateWhere(ctx, smsMessages, isUnsent(id), {
        status: 'failed',
        failure,
        failed_at: sql`app.now()`,
      }),
      opted_out &&
        updateWhere(ctx, customers, eq(customers.phone_e164, number), { sms_opt_out: true }),
    ])
  },
)
