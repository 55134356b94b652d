import { and, eq, isNotNull, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling, Context, WritableDb } from '../../context.ts'
import { insertMissing, updateWhere } from '../../db/rows.ts'
import { found, notFound } from '../../refusal.ts'
import { read, write } from '../../verb.ts'
import type { Slug } from './catalog.ts'
import { inbox } from './tables.ts'

/** The shop behind a webhook's address. */
const shopOfWebhook = read(
  {
    summary: 'Find the shop of a webhook',
    can: 'public',
    body: z.object({ slug: z.string(), key: z.string() }),
    output: z.number().nullable(),
  },
  async (ctx, { body: { slug, key } }) => {
    const { rows } = await ctx.db.execute<{ id: string | null }>(
      sql`select app.webhook_tenant(${slug}, ${key}) as id`,
    )
    return rows[0]?.id ? Number(rows[0].id) : null
  },
)

/** The context of the shop that a webhook's address names; 404 when it names none. */
export async function enterByWebhook(ctx: Calling, slug: Slug, key: string): Promise<Calling> {
  const tenant_id = await shopOfWebhook(ctx, { body: { slug, key } })
  if (tenant_id === null) throw notFound('Webhook')
  const caller = { kind: 'system', job: `${slug}-webhook`, tenant_id } as const
  return { ...ctx, caller, session: {} }
}

const Message = z.object({
  provider: z.string(),
  /** What makes two messages the same one. */
  external_id: z.string(),
  body: z.record(z.string(), z.unknown()),
})

const keepMessage = write(
  {
    summary: 'Keep the message of a provider',
    can: 'public',
    body: Message.extend({ tells: z.enum(['once', 'something changed']) }),
    output: z.object({ id: z.number(), isNews: z.boolean() }),
  },
  async (ctx, { body: { tells, ...message } }) => {
    const isIt = and(
      eq(inbox.provider, message.provider),
      eq(inbox.external_id, message.external_id),
    )
    const isOver = or(isNotNull(inbox.done_at), isNotNull(inbox.failure))
    const repeats = tells === 'something changed'
    const [added, , reopened, rows] = await Promise.all([
      insertMissing(ctx, inbox, message),
      // One that waits still is given a new version: whoever works on it will look again. First, because
      // it holds the row: from here on nobody closes it.
      repeats ? updateWhere(ctx, inbox, isIt, {}) : 0,
      repeats ? updateWhere(ctx, inbox, and(isIt, isOver), { done_at: null, failure: null }) : 0,
      ctx.db.select({ id: inbox.id }).from(inbox).where(isIt),
    ])
    return { id: found(rows[0]).id, isNews: added.length + reopened > 0 }
  },
)

/**
 * Keeps what a provider told the shop, and lets the queue act on it. A repetition changes nothing.
 *
 * @param tells whether the same message may stand for something new, as a bare id does
 */
export async function takeIn(
  shop: Calling,
  message: z.input<typeof Message>,
  tells: 'once' | 'something changed',
) {
  const { id, isNews } = await keepMessage(shop, { body: { ...message, tells } })
  if (!isNews) return
  const { tenant_id } = shop.session
  if (tenant_id === undefined) throw new Error('A webhook outside of a shop')
  await shop.env.EVENTS_QUEUE.send({
    kind: 'inbox_message',
    tenant_id,
    id,
    request_id: shop.request_id,
  })
}

type Writer = Context & { db: WritableDb }

/** What was given up is tried again by the next sweep. */
export const reopenMessages = (ctx: Writer, provider: Slug) =>
  updateWhere(
    ctx,
    inbox,
    and(
      eq(inbox.provider, provider),
      isNotNull(inbox.failure),
      sql`${inbox.created_at} > app.now() - interval '30 days'`,
    ),
    { failure: null },
  )
