import { and, desc, eq, inArray, isNull, ne, or } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { insertMissing, record, updateWhere } from '../../db/rows.ts'
import { outcomeOf, type TextOutcome } from '../../integrations/twilio/client.ts'
import {
  isSignedByTwilio,
  newsOf,
  type TwilioNews,
  type TwilioPost,
} from '../../integrations/twilio/webhook.ts'
import { creditsOf } from '../../lib/sms-credits.ts'
import { Refusal } from '../../refusal.ts'
import { transact } from '../../verb.ts'
import { e164 } from '../customers/phone.ts'
import { customers } from '../customers/tables.ts'
import { react } from '../engine/reaction.ts'
import { enterByWebhook } from '../integrations/inbox.ts'
import { webhookUrl } from '../integrations/integrations.ts'
import { isFree, outcomeChanges } from './outcome.ts'
import { smsConnection } from './provider.ts'
import { smsMessages } from './tables.ts'

/** A request to the webhook, and where the client sent it. */
export type WebhookPost = Omit<TwilioPost, 'urls'> & { url: string }

/**
 * Twilio tells what became of a message (`?sms=` names it), or hands over one that somebody sent.
 *
 * @throws Refusal 404 for an unknown key, 403 for what Twilio did not sign
 */
export async function receiveFromTwilio(ctx: Calling, key: string, post: WebhookPost) {
  const shop = await enterByWebhook(ctx, 'twilio', key)
  const auth_token = (await smsConnection(shop))?.secrets.auth_token
  const { search, searchParams } = new URL(post.url)
  const urls = [webhookUrl(ctx, 'twilio', key) + search, post.url]
  if (!auth_token || !(await isSignedByTwilio({ ...post, urls }, auth_token))) {
    throw new Refusal(403, 'bad_signature', 'The signature does not fit the request.')
  }
  const news = newsOf(post)
  if (news?.kind === 'message') await keepReceived(shop, { body: { news } })
  if (news?.kind !== 'status') return
  const id = Number(searchParams.get('sms'))
  const { provider_id, status, error_code } = news
  const outcome = outcomeOf(status, error_code)
  if (!onItsWay.has(status) && Number.isSafeInteger(id)) {
    await keepOutcome(shop, { body: { id, provider_id, outcome } })
  }
}

/** Nothing that the shop does not know by then. */
const onItsWay = new Set(['queued', 'accepted', 'scheduled', 'sending'])

type Received = Extract<TwilioNews, { kind: 'message' }>

const keepReceived = transact(
  {
    summary: 'Keep a received SMS',
    can: 'public',
    body: z.object({ news: z.custom<Received>() }),
  },
  async (ctx, { body: { news } }) => {
    const { provider_id, from, text, wants } = news
    const phone = e164(from) ?? from
    const isTheirs = eq(customers.phone_e164, phone)
    const [customer] = await ctx.db
      .select({ id: customers.id })
      .from(customers)
      .where(isTheirs)
      .orderBy(desc(customers.id))
      .limit(1)
    const [added] = await insertMissing(ctx, smsMessages, {
      direction: 'inbound',
      status: 'received',
      phone,
      body: text,
      credits: creditsOf(text),
      provider_id,
      customer_id: customer?.id ?? null,
    })
    if (!added) return
    await record(ctx, 'sms_message.received', 'sms_message', added.id)
    if (wants === undefined) return
    const sms_opt_out = wants === 'none'
    await updateWhere(ctx, customers, and(isTheirs, ne(customers.sms_opt_out, sms_opt_out)), {
      sms_opt_out,
    })
  },
)

/** Messages come to their end once; what comes later or out of order changes nothing. */
const keepOutcome = transact(
  {
    summary: 'Keep what became of an SMS',
    can: 'public',
    body: z.object({
      id: z.number(),
      provider_id: z.string(),
      outcome: z.custom<TextOutcome>(),
    }),
  },
  async (ctx, { body: { id, provider_id, outcome } }) => {
    const isIt = and(
      eq(smsMessages.id, id),
      eq(smsMessages.direction, 'outbound'),
      // The message may not have its number yet: its sender is about to write it down.
      or(
        eq(smsMessages.provider_id, provider_id),
        and(isNull(smsMessages.provider_id), isFree(provider_id)),
      ),
    )
    const earlier =
      outcome.status === 'sent' ? (['queued'] as const) : (['queued', 'sent'] as const)
    const changed = await updateWhere(
      ctx,
      smsMessages,
      and(isIt, inArray(smsMessages.status, [...earlier])),
      { ...outcomeChanges(outcome), provider_id },
    )
    if (changed === 0 || outcome.status === 'sent') return
    await react(ctx, { kind: 'sms_cost', key: `sms:${id}/cost`, subject_id: id })
  },
)
