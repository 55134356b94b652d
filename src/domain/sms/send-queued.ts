import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import { type Calling, originOf, type Transacting } from '../../context.ts'
import { subquery, updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { optedOut, type SentText } from '../../integrations/twilio/client.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read, transact, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import {
  finish,
  GiveUp,
  type Reaction,
  type ReactionHandler,
  TryLater,
} from '../engine/reaction.ts'
import { delayOf } from '../engine/retry.ts'
import { switchedOff } from '../integrations/connection.ts'
import { webhookUrl } from '../integrations/integrations.ts'
import { smsConnection } from './provider.ts'
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
      const sent = await deliver(ctx, message)
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
interface Outgoing {
  id: number
  phone: string
  body: string
  provider_id: string | null
  /** Of the first try, if this is another one. */
  attempted_at: string | null
  opted_out: boolean
}

const isUnsent = (id: number) => and(eq(smsMessages.id, id), isNull(smsMessages.provider_id))

/** What is to be sent, as it was before this try was noted. */
const beginSms = write(
  { summary: 'Begin to send an SMS', can: 'public', params: Id, output: z.custom<Outgoing>() },
  async (ctx, { params: { id } }) => {
    const [rows] = await Promise.all([
      ctx.db
        .select({
          id: smsMessages.id,
          phone: smsMessages.phone,
          body: smsMessages.body,
          provider_id: smsMessages.provider_id,
          attempted_at: smsMessages.attempted_at,
          opted_out: subquery<boolean>(sql`
            select exists (select from ${customers}
              where ${customers.phone_e164} = ${smsMessages.phone} and ${customers.sms_opt_out})`),
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
      }),
    ])
    return found(rows[0])
  },
)

/** Two clocks never agree, and Twilio's shows no fractions of a second. */
const slack_ms = 60_000

/** The provider's answer; null when it is kept already. */
async function deliver(ctx: Calling, message: Outgoing): Promise<SentText | null> {
  if (message.provider_id !== null) return null
  const connection = await smsConnection(ctx)
  if (!connection?.enabled) throw new GiveUp(switchedOff('twilio').message)
  const { provider, webhook_key } = connection
  const { phone: to, body } = message
  if (message.attempted_at !== null) {
    const since = new Date(Date.parse(message.attempted_at) - slack_ms)
    const there = await provider.find({ to, body, since })
    const earlier = await firstUnknown(ctx, { body: { sent: there } })
    if (earlier) return earlier
  }
  if (message.opted_out) throw new GiveUp('The customer has opted out of text messages.')
  const callback = `${webhookUrl(ctx, 'twilio', webhook_key)}?sms=${message.id}`
  const status_callback = originOf(ctx)?.startsWith('https:') ? callback : undefined
  return provider.send({ to, body, status_callback })
}

/** The first that is no other message of ours with the same words. */
const firstUnknown = read(
  {
    summary: 'Find a message that nobody has',
    can: 'public',
    body: z.object({ sent: z.custom<SentText[]>() }),
    output: z.custom<SentText | undefined>(),
  },
  async (ctx, { body: { sent } }) => {
    const ids = sent.map(({ provider_id }) => provider_id)
    const known = await ctx.db
      .select({ provider_id: smsMessages.provider_id })
      .from(smsMessages)
      .where(inArray(smsMessages.provider_id, ids))
    return sent.find((one) => !known.some(({ provider_id }) => provider_id === one.provider_id))
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
  const { sent_at, ...outcome } = sent
  // One at a time may take it.
  await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${sent.provider_id}, 0))`)
  const isFree = sql`not exists (select from ${smsMessages} other where other.provider_id = ${sent.provider_id})`
  const kept = await updateWhere(ctx, smsMessages, and(isUnsent(id), isFree), {
    ...outcome,
    sent_at: sent_at ?? sql`app.now()`,
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
      updateWhere(ctx, smsMessages, isUnsent(id), { status: 'failed', failure }),
      opted_out &&
        updateWhere(ctx, customers, eq(customers.phone_e164, number), { sms_opt_out: true }),
    ])
  },
)
