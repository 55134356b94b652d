import { and, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { update, updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { type PaymentProviderName, paymentProviders } from '../../integrations/payment-provider.ts'
import { Id } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { inbox } from '../integrations/tables.ts'
import { askAndBook } from './provider-booking.ts'
import { payments } from './tables.ts'

/** A message that asks again for its payment while we read it is read again, so often. */
const rounds = 3
/** After this the message is given up: the provider has been silent, or refused us, for days. */
const patience_ms = 3 * 24 * 3600_000

/** Acts on what a provider told us: by asking the provider, never by believing the message. */
export const handleMessage = call(
  { summary: 'Handle the message of a provider', can: 'public', params: Id },
  async (ctx, { params }) => {
    for (let round = 0; round < rounds; round++) {
      const message = await waitingMessage(ctx, { params })
      if (!message?.about) return
      const { provider, provider_id } = message.about
      const failure = await readAndBook(ctx, provider, provider_id).catch((error: unknown) => {
        const age_ms = Date.now() - new Date(message.created_at).getTime()
        if (error instanceof ProviderError && age_ms > patience_ms) return error.message
        throw error
      })
      if (await closeMessage(ctx, { params, body: { ...message, failure } })) return
    }
    throw new Error('The message kept changing')
  },
)

/**
 * A payment that the provider does not know, or that is not ours, is no news.
 *
 * @returns why it is useless to try again, or null
 * @throws ProviderError when it may be tried again
 */
async function readAndBook(
  ctx: Calling,
  name: PaymentProviderName,
  provider_id: string,
): Promise<string | null> {
  try {
    await askAndBook(ctx, name, provider_id)
    return null
  } catch (error) {
    if (!(error instanceof ProviderError) || error.failure === 'no_answer') throw error
    return error.failure === 'not_found' ? null : error.message
  }
}

interface Waiting {
  /** Changes whenever the provider repeats itself. */
  version: string
  created_at: string
  about: { provider: PaymentProviderName; provider_id: string } | undefined
}

const waitingMessage = read(
  {
    summary: 'Read a message that waits',
    can: 'public',
    params: Id,
    output: z.custom<Waiting>().optional(),
  },
  async (ctx, { params: { id } }) => {
    const [row] = await ctx.db.select().from(inbox).where(eq(inbox.id, id))
    if (!row || row.done_at !== null) return undefined
    const about = z
      .object({ provider: z.enum(paymentProviders), provider_id: z.string() })
      .safeParse({ ...row.body, provider: row.provider }).data
    return { version: row.updated_at, created_at: row.created_at, about }
  },
)

/** Done, or given up; not when the provider has told us more in the meantime. */
const closeMessage = write(
  {
    summary: 'Close a message',
    can: 'public',
    params: Id,
    body: z.object({ version: z.string(), failure: z.string().nullable() }),
    output: z.boolean(),
  },
  async (ctx, { params: { id }, body: { version, failure } }) => {
    const isSame = and(eq(inbox.id, id), sql`${inbox.updated_at} = ${version}::timestamptz`)
    const outcome = failure === null ? { done_at: sql`app.now()` } : { failure }
    return (await updateWhere(ctx, inbox, isSame, outcome)) > 0
  },
)

/** Asks the provider about a payment whose time is over, or whose refund it never answered. */
export const reviewPayment = call(
  { summary: 'Review a payment at its provider', can: 'public', params: Id },
  async (ctx, { params }) => {
    const payment = await reviewable(ctx, { params })
    if (!payment) return
    const { provider, provider_id } = payment
    if (provider_id !== null) await readAndBook(ctx, provider, provider_id)
    await closeReview(ctx, { params, body: { wasAsked: provider_id !== null } })
  },
)

const reviewable = read(
  {
    summary: 'Read a payment to review',
    can: 'public',
    params: Id,
    output: z.custom<{ provider: PaymentProviderName; provider_id: string | null }>().optional(),
  },
  async (ctx, { params: { id } }) => {
    const [row] = await ctx.db.select().from(payments).where(eq(payments.id, id))
    const provider = z.enum(paymentProviders).safeParse(row?.provider).data
    return row && provider && { provider, provider_id: row.provider_id }
  },
)

const closeReview = write(
  {
    summary: 'Close the review of a payment',
    can: 'public',
    params: Id,
    body: z.object({ wasAsked: z.boolean() }),
  },
  async (ctx, { params: { id }, body: { wasAsked } }) => {
    // The next review is some time after this write; nobody can pay what the provider never showed us.
    if (wasAsked) return update(ctx, payments, id, {})
    const isPending = and(eq(payments.id, id), eq(payments.status, 'pending'))
    await updateWhere(ctx, payments, isPending, { status: 'failed', failure: 'expired' })
  },
)
