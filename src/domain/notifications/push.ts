import { and, eq } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { removeWhere } from '../../db/rows.ts'
import type { Env } from '../../env.ts'
import { type Browser, isPushConfigured, sendPush } from '../../integrations/webpush/send.ts'
import { sha256Hex } from '../../lib/digest.ts'
import { refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { finish, GiveUp, type ReactionHandler, TryLater } from '../engine/reaction.ts'
import { notificationTypes, pushSubscriptions } from './tables.ts'

/** What a browser is sent, as JSON; `id` tells it a repetition. Payload of the reaction `push`. */
const PushedNotification = z.object({
  /** Of the notification. */
  id: z.number().nullable(),
  key: z.string(),
  type: z.enum(notificationTypes),
  title: z.string(),
  body: z.string(),
  entity: z.string().nullable(),
  entity_id: z.number().nullable(),
})
export type PushedNotification = z.infer<typeof PushedNotification>

/** Later than this it is no news. */
const ttl_s = 24 * 60 * 60

const longestTitle = 150
/** In a message there is room for 3993 bytes. */
const longestBody = 800

/** Sends a notification to one browser. */
export function pushTo(env: Env, browser: Browser, notification: PushedNotification) {
  const { key, type, title, body, entity, entity_id } = notification
  const shown = {
    ...notification,
    title: title.slice(0, longestTitle),
    body: body.slice(0, longestBody),
  }
  return sendPush(env, browser, {
    text: JSON.stringify(shown),
    ttl_s,
    urgency: type === 'sla' ? 'high' : 'normal',
    // Who was away gets the latest status of a work order, not all of them.
    topic: sha256Hex(`${key}/${entity}/${entity_id}`).slice(0, 32),
  })
}

export const pushNotConfigured = () =>
  refused('push_not_configured', 'Push is not configured: there are no VAPID keys.')

/** Sends what a reaction holds to the browser that it names; a browser that is gone is forgotten. */
export const sendQueuedPush: ReactionHandler = async (ctx, reaction) => {
  if (!isPushConfigured(ctx.env)) throw pushNotConfigured()
  const browser = await browserOf(ctx, { params: { id: reaction.subject_id ?? 0 } })
  const sent =
    browser && (await pushTo(ctx.env, browser, PushedNotification.parse(reaction.payload)))
  if (sent?.outcome === 'failed') throw new TryLater(sent.reason, sent.after_s)
  if (sent?.outcome === 'refused') throw new GiveUp(sent.reason)
  const gone = sent?.outcome === 'gone' ? browser : undefined
  await endPush(ctx, { body: { id: reaction.id, gone } })
}

/** A browser with its row. */
export interface KnownBrowser extends Browser {
  id: number
}

/** Columns of one. */
export const browserColumns = {
  id: pushSubscriptions.id,
  endpoint: pushSubscriptions.endpoint,
  p256dh: pushSubscriptions.p256dh,
  auth: pushSubscriptions.auth,
}

const browserOf = read(
  {
    summary: 'A browser that takes messages',
    can: 'public',
    params: Id,
    output: z.custom<KnownBrowser | undefined>(),
  },
  async (ctx, { params: { id } }) => {
    const [browser] = await ctx.db
      .select(browserColumns)
      .from(pushSubscriptions)
      .where(eq(pushSubscriptions.id, id))
    return browser
  },
)

const endPush = write(
  {
    summary: 'End a push message',
    can: 'public',
    body: z.object({ id: z.number(), gone: z.custom<KnownBrowser>().optional() }),
  },
  async (ctx, { body: { id, gone } }) => {
    await Promise.all([finish(ctx, { id }), gone && forget(ctx, gone)])
  },
)

/** Removes a browser that is gone, unless it subscribed anew meanwhile. */
export const forget = (ctx: Writing, { id, p256dh }: KnownBrowser) =>
  removeWhere(
    ctx,
    pushSubscriptions,
    and(eq(pushSubscriptions.id, id), eq(pushSubscriptions.p256dh, p256dh)),
  )
