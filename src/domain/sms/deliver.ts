import { inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import { type Calling, originOf } from '../../context.ts'
import { subquery } from '../../db/rows.ts'
import type { SentText } from '../../integrations/twilio/client.ts'
import { read } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { GiveUp } from '../engine/reaction.ts'
import { switchedOff } from '../integrations/connection.ts'
import { webhookUrl } from '../integrations/integrations.ts'
import { type ConnectedSmsProvider, smsConnection } from './provider.ts'
import { smsMessages } from './tables.ts'

/** A message that is to be sent. */
export interface Outgoing {
  id: number
  phone: string
  body: string
  /** Of the first try, if this is another one. */
  attempted_at: string | null
  opted_out: boolean
}

/** Whether somebody with the number of a message wants none, as a column of a select of messages. */
export const hasOptedOut = subquery<boolean>(sql`
  select exists (select from ${customers} who
    where who.phone_e164 = ${smsMessages.phone} and who.sms_opt_out)`)

/** The shop's account at the provider. @throws GiveUp when it has none, or has switched it off */
export async function openForSms(ctx: Calling): Promise<ConnectedSmsProvider> {
  const connection = await smsConnection(ctx)
  if (!connection?.enabled) throw new GiveUp(switchedOff('twilio').message)
  return connection
}

/** Two clocks never agree, and Twilio's shows no fractions of a second. */
const slack_ms = 60_000

/**
 * Sends a message whose try is noted, and answers what the provider made of it. If there was a try before, the
 * message may be there already: the provider knows no key of idempotency, so it is looked for first.
 */
export async function deliver(
  ctx: Calling,
  { provider, webhook_key }: ConnectedSmsProvider,
  { id, phone: to, body, attempted_at, opted_out }: Outgoing,
): Promise<SentText> {
  if (attempted_at !== null) {
    const since = new Date(Date.parse(attempted_at) - slack_ms)
    const there = await provider.find({ to, body, since })
    const earlier = there.length > 0 && (await firstUnknown(ctx, { body: { sent: there } }))
    if (earlier) return earlier
  }
  if (opted_out) throw new GiveUp('The customer has opted out of text messages.')
  const callback = `${webhookUrl(ctx, 'twilio', webhook_key)}?sms=${id}`
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
