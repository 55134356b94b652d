import { and, asc, eq, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting, Writing } from '../../context.ts'
import { updateWhere } from '../../db/rows.ts'
import { creditsOf } from '../../lib/sms-credits.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { finish, type Reaction, react } from '../engine/reaction.ts'
import { tenants } from '../identity/tables.ts'
import { placeholderValues } from '../messages/placeholders.ts'
import type { Outcome } from './bulk-chunk.ts'
import { hasOptedOut, type Outgoing } from './deliver.ts'
import { smsBulks, smsMessages } from './tables.ts'
import { smsTextFor, tooLong } from './text.ts'

/** Messages of one reaction. */
const chunk = 100

const isOpen = and(isNull(smsMessages.provider_id), eq(smsMessages.status, 'queued'))

/** The next messages with their texts filled, as they were before this try was noted. */
export const beginChunk = transact(
  {
    summary: 'Begin to send messages of a bulk',
    can: 'public',
    params: Id,
    body: z.object({ after: z.number() }),
    output: z.custom<Outgoing[]>(),
  },
  async (ctx, { params: { id }, body: { after } }) => {
    const bulks = await ctx.db
      .select({ text: smsBulks.body })
      .from(smsBulks)
      .where(eq(smsBulks.id, id))
    const { text } = found(bulks[0])
    const open = await openMessages(
      ctx,
      text,
      and(eq(smsMessages.bulk_id, id), gt(smsMessages.id, after)),
    )
    const messages = open.map(({ values, ...message }) =>
      // What was tried has the text that it was tried with.
      message.attempted_at === null ? { ...message, body: smsTextFor(text, values) } : message,
    )
    const sendable = messages.filter((message): message is Outgoing => message.body !== null)
    const unsendable = messages.filter(({ body }) => body === null)
    await Promise.all([
      noteTries(ctx, sendable),
      fail(
        ctx,
        unsendable.map(({ id }) => id),
        `The text ${tooLong}.`,
      ),
      updateWhere(ctx, smsBulks, and(eq(smsBulks.id, id), eq(smsBulks.status, 'queued')), {
        status: 'sending',
      }),
    ])
    return sendable
  },
)

const openMessages = (ctx: Transacting, text: string, which: SQL | undefined) =>
  ctx.db
    .select({
      id: smsMessages.id,
      phone: smsMessages.phone,
      body: smsMessages.body,
      attempted_at: smsMessages.attempted_at,
      opted_out: hasOptedOut,
      values: placeholderValues(text),
    })
    .from(smsMessages)
    .innerJoin(tenants, sql`true`)
    .leftJoin(customers, eq(customers.id, smsMessages.customer_id))
    .where(and(isOpen, which))
    .orderBy(asc(smsMessages.id))
    .limit(chunk)

async function noteTries(ctx: Transacting, messages: readonly Outgoing[]) {
  const tries = messages
    .filter(({ attempted_at }) => attempted_at === null)
    .map(({ id, body }) => ({ id, body, credits: creditsOf(body) }))
  await ctx.db.execute(sql`
    update ${smsMessages} set body = o.body, credits = o.credits, attempted_at = app.now()
    from jsonb_to_recordset(${JSON.stringify(tries)}::jsonb) as o (id bigint, body text, credits int)
    where ${smsMessages.id} = o.id`)
}

const fail = async (ctx: Transacting, ids: number[], failure: string) => {
  if (ids.length === 0) return
  const failed_at = sql`app.now()`
  await updateWhere(ctx, smsMessages, inArray(smsMessages.id, ids), {
    status: 'failed',
    failure,
    failed_at,
  })
}

const forgetTries = (ctx: Writing, ids: readonly number[]) =>
  updateWhere(ctx, smsMessages, and(isOpen, inArray(smsMessages.id, [...ids])), {
    attempted_at: null,
  })

/** Messages that were noted but not tried need not be looked for. */
export const releaseUntried = write(
  {
    summary: 'Release messages of a bulk',
    can: 'public',
    body: z.object({ untried: z.array(z.number()) }),
  },
  async (ctx, { body: { untried } }) => {
    await forgetTries(ctx, untried)
  },
)

/** What became of the messages of a chunk, the end of its reaction, and the next one. */
export const keepChunk = transact(
  {
    summary: 'Keep what became of messages of a bulk',
    can: 'public',
    params: Id,
    body: z.object({
      reaction: z.custom<Reaction>(),
      outcomes: z.custom<Outcome[]>(),
      untried: z.array(z.number()),
      /** The last one that was tried; null when there was none to try. */
      last: z.number().nullable(),
    }),
  },
  async (ctx, { params: { id }, body: { reaction, outcomes, untried, last } }) => {
    await keepOutcomes(ctx, outcomes)
    await forgetTries(ctx, untried)
    if (!(await finish(ctx, reaction))) return
    await sendAlone(ctx, outcomes)
    if (last === null) {
      await updateWhere(ctx, smsBulks, eq(smsBulks.id, id), {
        status: 'done',
        finished_at: sql`app.now()`,
      })
      return
    }
    const next = { kind: 'sms_bulk', key: `sms_bulk:${id}:${last}`, subject_id: id }
    await react(ctx, { ...next, payload: { after: last } })
  },
)

async function keepOutcomes(ctx: Transacting, outcomes: readonly Outcome[]) {
  const sent = outcomes.flatMap((one) => (one.fate === 'sent' ? [{ id: one.id, ...one.sent }] : []))
  const failed = outcomes.filter((one) => one.fate === 'failed')
  const quitters = failed.filter(({ opted_out }) => opted_out).map(({ id }) => id)
  await keepSent(ctx, sent)
  for (const [failure, ones] of Map.groupBy(failed, ({ failure }) => failure)) {
    await fail(
      ctx,
      ones.map(({ id }) => id),
      failure,
    )
  }
  if (quitters.length > 0) {
    await updateWhere(
      ctx,
      customers,
      sql`not ${customers.sms_opt_out} and ${customers.phone_e164} in (
        select ${smsMessages.phone} from ${smsMessages} where ${inArray(smsMessages.id, quitters)})`,
      { sms_opt_out: true },
    )
  }
}

/** But for numbers that another message of the same words has found to be its own. */
async function keepSent(ctx: Transacting, sent: readonly object[]) {
  if (sent.length === 0) return
  await ctx.db.execute(sql`
    update ${smsMessages} set provider_id = o.provider_id, status = o.status, failure = o.failure,
      cost = o.cost, sent_at = coalesce(o.sent_at, app.now()),
      delivered_at = case o.status when 'delivered' then app.now() end,
      failed_at = case o.status when 'failed' then app.now() end
    from jsonb_to_recordset(${JSON.stringify(sent)}::jsonb)
      as o (id bigint, provider_id text, status text, failure text, cost numeric, sent_at timestamptz)
    where ${smsMessages.id} = o.id and ${smsMessages.provider_id} is null
      and not exists (select from ${smsMessages} other where other.provider_id = o.provider_id)`)
}

/** Whose fate is unknown, or whose number another took, is sent as a single message is. */
async function sendAlone(ctx: Transacting, outcomes: readonly Outcome[]) {
  const tried = outcomes.map(({ id }) => id)
  if (tried.length === 0) return
  const open = await ctx.db
    .select({ id: smsMessages.id })
    .from(smsMessages)
    .where(and(isOpen, inArray(smsMessages.id, tried)))
  await react(ctx, ...open.map(({ id }) => ({ kind: 'sms', key: `sms:${id}`, subject_id: id })))
}
