import { and, desc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { mustExist, rowsBy, same, update } from '../../db/rows.ts'
import { found, refused } from '../../refusal.ts'
import { Id, id, instant, Paging, pageOf, Stamps } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { react } from '../engine/reaction.ts'
import { webhookDeliveries, webhookEndpoints } from './tables.ts'

const statuses = ['pending', 'delivered', 'failed'] as const

const Delivery = z.object({
  id: id(),
  endpoint_id: id(),
  event: z.string().meta({ examples: ['invoice.paid'] }),
  message_id: z
    .string()
    .describe('`webhook-id`, the same in every attempt and replay')
    .meta({ examples: ['msg_9913_4'] }),
  status: z.enum(statuses),
  response_code: z
    .int()
    .nullable()
    .describe('Of the last attempt; null when there was no answer')
    .meta({ examples: [200] }),
  attempts: z.array(
    z.object({
      at: instant(),
      status_code: z
        .int()
        .nullable()
        .meta({ examples: [200] }),
      duration_ms: z.int().meta({ examples: [84] }),
      error: z.string().nullable(),
    }),
  ),
  next_attempt_at: instant().nullable(),
  delivered_at: instant().nullable(),
  payload: z
    .unknown()
    .describe('The body, as it was sent')
    .meta({
      type: 'object',
      examples: [{ type: 'invoice.paid', timestamp: '2026-03-27T10:00:00Z', data: { id: 42 } }],
    }),
  ...Stamps,
})

const columns = {
  id: webhookDeliveries.id,
  endpoint_id: webhookDeliveries.endpoint_id,
  event: webhookDeliveries.event,
  message_id: webhookDeliveries.message_id,
  status: sql<(typeof statuses)[number]>`${webhookDeliveries.status}`,
  response_code: webhookDeliveries.response_code,
  attempts: webhookDeliveries.attempts,
  next_attempt_at: webhookDeliveries.next_attempt_at,
  delivered_at: webhookDeliveries.delivered_at,
  payload: sql<unknown>`${webhookDeliveries.body}::json`,
  created_at: webhookDeliveries.created_at,
  updated_at: webhookDeliveries.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(webhookDeliveries)

const one = async (ctx: Selecting, id: number) =>
  found((await rowsBy(ctx, rows, webhookDeliveries.id, id))[0])

export const listDeliveries = read(
  {
    summary: 'List deliveries of a webhook endpoint',
    description: 'What was sent, or is to be, latest first.',
    can: 'webhook_endpoints:read',
    params: Id,
    query: Paging.extend({
      status: z.enum(statuses).optional(),
      event: z.string().max(100).optional(),
    }),
    output: pageOf(Delivery),
    on: webhookEndpoints,
  },
  async (ctx, { params, query: { status, event, ...paging } }) => {
    const where = and(
      eq(webhookDeliveries.endpoint_id, params.id),
      same(webhookDeliveries.status, status),
      same(webhookDeliveries.event, event),
    )
    const [, list] = await Promise.all([
      mustExist(ctx, webhookEndpoints, params.id),
      pageInOrder(ctx, webhookDeliveries, paging, where, [desc(webhookDeliveries.id)], rows),
    ])
    return list
  },
)

export const getDelivery = read(
  {
    summary: 'Get webhook delivery',
    can: 'webhook_endpoints:read',
    params: Id,
    output: Delivery,
    on: webhookDeliveries,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const replayDelivery = transact(
  {
    summary: 'Replay webhook delivery',
    description:
      'Sends the same body under the same `webhook-id` again, with all its attempts. Not while it is still being tried.',
    can: 'webhook_endpoints:write',
    params: Id,
    output: Delivery,
    on: webhookDeliveries,
  },
  async (ctx, { params: { id } }) => {
    const [delivery] = await ctx.db
      .select({
        endpoint_id: webhookDeliveries.endpoint_id,
        status: webhookDeliveries.status,
        active: webhookEndpoints.active,
      })
      .from(webhookDeliveries)
      .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpoint_id))
      .where(eq(webhookDeliveries.id, id))
      .for('update', { of: webhookDeliveries })
    const { status, active, endpoint_id } = found(delivery)
    if (status === 'pending') {
      throw refused('delivery_pending', 'This message is still being delivered.')
    }
    if (!active) throw refused('endpoint_inactive', 'The webhook endpoint is not active.')
    await update(ctx, webhookDeliveries, id, {
      status: 'pending',
      delivered_at: null,
      next_attempt_at: sql`app.now()`,
      updated_at: sql`app.write_time()`,
    })
    await react(ctx, {
      kind: 'webhook',
      key: `webhook_delivery:${id}/${crypto.randomUUID()}`,
      subject_id: endpoint_id,
      payload: { delivery_id: id },
    })
    return one(ctx, id)
  },
)
