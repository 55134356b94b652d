import { ECDH } from 'node:crypto'
import { and, desc, eq, ne, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { guard, insertMissing, removeWhere, updateWhere } from '../../db/rows.ts'
import { checkedUrl } from '../../integrations/outside.ts'
import { isPushConfigured } from '../../integrations/webpush/send.ts'
import { found, notFound } from '../../refusal.ts'
import { ArrayPaging, id, optionalText, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { pushNotConfigured } from './push.ts'
import { pushSubscriptions } from './tables.ts'

const Subscription = z.object({
  id: id(),
  endpoint: z.string().meta({ examples: ['https://push.example.net/send/dGhlIGJyb3dzZXI'] }),
  user_agent: z.string().nullable(),
  ...Stamps,
})

const bytesOf = (value: string) =>
  /^[\w-]+={0,2}$/.test(value) ? Buffer.from(value, 'base64url') : Buffer.alloc(0)

/** An uncompressed point of P-256 that lies on the curve; with another one nothing could be encrypted. */
function isPoint(value: string): boolean {
  const point = bytesOf(value)
  if (point.length !== 65 || point[0] !== 4) return false
  try {
    ECDH.convertKey(point, 'prime256v1')
    return true
  } catch {
    return false
  }
}

const endpoint = text(2048).meta({ examples: ['https://push.example.net/send/dGhlIGJyb3dzZXI'] })

/** A browser's `PushSubscription.toJSON()`. */
const Draft = z.object({
  endpoint,
  expirationTime: z.number().nullable().optional(),
  keys: z.object({
    p256dh: z
      .string()
      .refine(isPoint, 'must be a public key of 65 bytes, base64url')
      .meta({
        examples: [
          'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        ],
      }),
    auth: z
      .string()
      .refine((value) => bytesOf(value).length === 16, 'must be a secret of 16 bytes, base64url')
      .meta({ examples: ['BTBZMqHH6r4Tts7J_aSIgg'] }),
  }),
  user_agent: optionalText(500).describe('By which people tell their browsers apart'),
})

const columns = {
  id: pushSubscriptions.id,
  endpoint: pushSubscriptions.endpoint,
  user_agent: pushSubscriptions.user_agent,
  created_at: pushSubscriptions.created_at,
  updated_at: pushSubscriptions.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(pushSubscriptions)

const self = sql<number>`app.user_id()`

const own = eq(pushSubscriptions.user_id, self)

/** Of the index: endpoints are long. */
const isEndpoint = (endpoint: string): SQL | undefined =>
  and(
    sql`md5(${pushSubscriptions.endpoint}) = md5(${endpoint})`,
    eq(pushSubscriptions.endpoint, endpoint),
  )

/** More browsers than anybody has; each costs a message per notification. */
const most = 20

export const pushKey = read(
  {
    summary: 'Get push key',
    description: 'The `applicationServerKey` with which a browser subscribes.',
    can: 'account',
    output: z.object({
      public_key: z.string().meta({
        examples: [
          'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
        ],
      }),
    }),
  },
  async (ctx) => {
    // Nothing is read, but only the database knows whether there is an account.
    await ctx.db.execute(sql`select 1`)
    if (!isPushConfigured(ctx.env)) throw pushNotConfigured()
    return { public_key: ctx.env.VAPID_PUBLIC_KEY ?? '' }
  },
)

export const listSubscriptions = read(
  {
    summary: 'List push subscriptions',
    description: 'The browsers of the caller.',
    can: 'account',
    query: ArrayPaging,
    output: z.array(Subscription),
  },
  (ctx, { query }) =>
    arrayPage(ctx, pushSubscriptions, query, own, [desc(pushSubscriptions.id)], rows),
)

export const subscribe = write(
  {
    summary: 'Subscribe a browser to push messages',
    description:
      'Takes what `PushSubscription.toJSON()` gives. The same endpoint again is the same subscription, with its new keys, and the caller’s.',
    can: 'account',
    body: Draft,
    output: Subscription,
    status: 201,
  },
  async (ctx, { body: { endpoint, keys, user_agent } }) => {
    checkedUrl(ctx.env, endpoint, 'endpoint')
    const { p256dh, auth } = keys
    const values = { user_id: self, p256dh, auth, user_agent: user_agent ?? null }
    const [, , , [subscription]] = await Promise.all([
      guard(ctx, hasRoomFor(endpoint), {
        code: 'too_many_subscriptions',
        message: `You have ${most} browsers already; remove one first.`,
      }),
      insertMissing(ctx, pushSubscriptions, { ...values, endpoint }),
      updateWhere(ctx, pushSubscriptions, isEndpoint(endpoint), values),
      rows(ctx).where(isEndpoint(endpoint)),
    ])
    return found(subscription)
  },
)

const hasRoomFor = (endpoint: string) => sql`(select count(*) < ${most} from ${pushSubscriptions}
  where ${and(eq(pushSubscriptions.user_id, self), ne(pushSubscriptions.endpoint, endpoint))})`

export const unsubscribe = write(
  {
    summary: 'Remove push subscription',
    description: 'By its endpoint, which is what a browser knows of it when it unsubscribes.',
    can: 'account',
    query: z.object({ endpoint }),
  },
  async (ctx, { query }) => {
    const isOwn = and(own, isEndpoint(query.endpoint))
    if ((await removeWhere(ctx, pushSubscriptions, isOwn)) === 0) throw notFound()
  },
)
