import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { isSameSecret } from '../../lib/digest.ts'
import { jsonOf } from '../../lib/json.ts'
import { forbidden, invalid } from '../../refusal.ts'
import { openConnection } from '../integrations/connection.ts'
import { enterByWebhook } from '../integrations/inbox.ts'
import { tellCalls } from './tell.ts'
import type { ToldCall } from './told-call.ts'

/** What our template has the exchange send when a call ends; see crm-template.ts. */
export async function receiveJournal(
  ctx: Calling,
  key: string,
  { body, secret }: { body: string; secret: string },
): Promise<void> {
  const shop = await enterPbx(ctx, key, secret)
  const told = callOfJournal(jsonOf(body))
  if (shop) await tellCalls(shop, { body: { told: [told] } })
}

/**
 * The shop whose exchange calls; undefined when it has switched it off.
 *
 * @param secret of the header `X-Webhook-Secret`, which counts when the shop has set one
 * @throws Refusal 404 for an unknown key, 403 for a wrong secret
 */
export async function enterPbx(ctx: Calling, key: string, secret: string) {
  const shop = await enterByWebhook(ctx, '3cx', key)
  const connection = await openConnection(shop, '3cx')
  const { webhook_secret } = connection?.secrets ?? {}
  if (webhook_secret && !isSameSecret(webhook_secret, secret)) {
    throw forbidden('The secret of the webhook is wrong.')
  }
  return connection?.enabled ? shop : undefined
}

/** A variable that the exchange had nothing for may arrive as its own name in brackets. */
const value = z
  .union([z.string(), z.number(), z.null()])
  .optional()
  .transform((given) => {
    const text = String(given ?? '').trim()
    return /^\[\w+\]$/.test(text) ? '' : text
  })
  .refine((text) => text.length <= 200 && !text.includes('\0') && text.isWellFormed())

const Journal = z.object({
  call_type: value,
  number: value,
  agent: value,
  queue: value,
  duration: value,
  started_at: value,
  established_at: value,
  ended_at: value,
})

/** One source writes Notanswered, another Unanswered. */
const kinds: Record<string, Pick<ToldCall, 'direction' | 'outcome'>> = {
  inbound: { direction: 'inbound', outcome: 'answered' },
  missed: { direction: 'inbound', outcome: 'missed' },
  outbound: { direction: 'outbound', outcome: 'answered' },
  notanswered: { direction: 'outbound', outcome: 'unanswered' },
  unanswered: { direction: 'outbound', outcome: 'unanswered' },
}

/** @throws Refusal 422 when it tells of no call */
export function callOfJournal(body: unknown): ToldCall {
  const journal = Journal.safeParse(body).data
  if (!journal) throw invalid({ body: ['The body is no report of a call.'] })
  const kind = kinds[journal.call_type.toLowerCase()]
  if (!kind) throw invalid({ call_type: ['The call type field is not known.'] })
  const started_at = momentOf(journal.started_at)
  if (!started_at) throw invalid({ started_at: ['The started at field must be a valid date.'] })
  const { agent, number, queue, duration } = journal
  return {
    by: 'journal',
    // The exchange has no number of its own for a call there.
    key: [agent, number, started_at].join('|'),
    ...kind,
    number: number || null,
    extension: agent || null,
    queue: queue || null,
    duration_sec: kind.outcome === 'answered' ? secondsOf(duration) : 0,
    started_at,
    answered_at: kind.outcome === 'answered' ? momentOf(journal.established_at) : null,
    ended_at: momentOf(journal.ended_at),
  }
}

/** A moment in UTC, which the exchange may not say; null for none, such as that of the year 1. */
function momentOf(text: string): string | null {
  const match = /^(20\d\d-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?$/.exec(text)
  const date = new Date(match ? `${match[1]}T${match[2]}Z` : Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** hh:mm:ss → seconds. */
function secondsOf(duration: string): number {
  const match = /^(\d{1,3}):([0-5]\d):([0-5]\d)(?:\.\d+)?$/.exec(duration)
  const [hours = 0, minutes = 0, seconds = 0] = (match ?? []).slice(1).map(Number)
  return hours * 3600 + minutes * 60 + seconds
}
