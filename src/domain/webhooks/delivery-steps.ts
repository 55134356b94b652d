import { and, eq, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { insertMissing, updateWhere } from '../../db/rows.ts'
import { events } from '../../db/tables.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { finish, type Reaction } from '../engine/reaction.ts'
import { reactions } from '../engine/tables.ts'
import type { Told } from './message.ts'
import { type Attempt, webhookDeliveries, webhookEndpoints } from './tables.ts'

/** An endpoint that has failed for this long is switched off. */
export const longestFailure = '5 days'

const endpointColumns = {
  id: webhookEndpoints.id,
  tenant_id: webhookEndpoints.tenant_id,
  url: webhookEndpoints.url,
  active: webhookEndpoints.active,
  secrets: webhookEndpoints.secrets,
  signs_twice: sql<boolean>`coalesce(${webhookEndpoints.previous_until} > app.now(), false)`,
  fails_long: sql<boolean>`coalesce(${webhookEndpoints.failing_since} < app.now() - ${sql.raw(`interval '${longestFailure}'`)}, false)`,
}

const deliveryColumns = {
  id: webhookDeliveries.id,
  message_id: webhookDeliveries.message_id,
  status: webhookDeliveries.status,
  body: webhookDeliveries.body,
}

const eventColumns = {
  name: events.name,
  entity: events.entity,
  entity_id: events.entity_id,
  changes: events.changes,
  at: events.at,
}

/** What sending to an endpoint needs to know of it. */
export interface Endpoint {
  id: number
  tenant_id: number
  url: string
  active: boolean
  secrets: string
  /** The secret before still signs too. */
  signs_twice: boolean
  /** Nothing has arrived for `longestFailure`. */
  fails_long: boolean
}

export interface Delivery {
  id: number
  message_id: string
  status: string
  body: string
}

export interface Seen {
  endpoint: Endpoint | undefined
  /** undefined before the first try. */
  delivery: Delivery | undefined
  event: Told | undefined
}

/** An endpoint, as sending to it needs it. */
export const endpointToSend = read(
  {
    summary: 'Look at a webhook endpoint',
    can: 'webhook_endpoints:write',
    params: Id,
    output: z.custom<Endpoint>(),
  },
  async (ctx, { params }) => found((await endpointsBy(ctx, params.id))[0]),
)

const endpointsBy = (ctx: Selecting, id: number) =>
  ctx.db.select(endpointColumns).from(webhookEndpoints).where(eq(webhookEndpoints.id, id))

const isMessage = (endpoint_id: number, message_id: string) =>
  and(eq(webhookDeliveries.endpoint_id, endpoint_id), eq(webhookDeliveries.message_id, message_id))

const deliveriesBy = (ctx: Selecting, where: SQL | undefined): Promise<Delivery[]> =>
  ctx.db.select(deliveryColumns).from(webhookDeliveries).where(where)

/** All that a try needs, in one look. */
export const look = read(
  {
    summary: 'Look at a webhook to deliver',
    can: 'public',
    body: z.object({
      reaction: z.custom<Reaction>(),
      // Which delivery: by the one or by the other.
      delivery_id: z.number().optional(),
      message_id: z.string().optional(),
    }),
    output: z.custom<Seen>(),
  },
  async (ctx, { body: { reaction, delivery_id, message_id = '' } }) => {
    const endpoint_id = reaction.subject_id ?? 0
    const isIt =
      delivery_id === undefined
        ? isMessage(endpoint_id, message_id)
        : eq(webhookDeliveries.id, delivery_id)
    const [endpoint, delivery, event] = await Promise.all([
      endpointsBy(ctx, endpoint_id),
      deliveriesBy(ctx, isIt),
      ctx.db
        .select(eventColumns)
        .from(events)
        .where(eq(events.id, reaction.event_id ?? 0)),
    ])
    return { endpoint: endpoint[0], delivery: delivery[0], event: event[0] }
  },
)

/** Keeps the body of the first try; when another try came first, its body holds. */
export const keepDelivery = write(
  {
    summary: 'Keep a webhook delivery',
    can: 'public',
    body: z.object({
      endpoint_id: z.number(),
      event_id: z.number().nullable(),
      message_id: z.string(),
      event: z.string(),
      body: z.string(),
    }),
    output: z.custom<Delivery>(),
  },
  async (ctx, { body }) => {
    const [, [delivery]] = await Promise.all([
      insertMissing(ctx, webhookDeliveries, body),
      deliveriesBy(ctx, isMessage(body.endpoint_id, body.message_id)),
    ])
    return found(delivery)
  },
)

/** Keeps the body that an address without an endpoint is sent. */
export const keepBody = write(
  {
    summary: 'Keep the body of a webhook',
    can: 'public',
    body: z.object({ reaction: z.custom<Reaction>(), body: z.string() }),
  },
  (ctx, { body: { reaction, body } }) =>
    updateWhere(ctx, reactions, eq(reactions.id, reaction.id), {
      payload: sql`${reactions.payload} || ${JSON.stringify({ body })}::jsonb`,
    }),
)

/** Ends a reaction when nothing more is to be sent; a delivery that still waits has failed. */
export const endQuietly = write(
  {
    summary: 'End a webhook',
    can: 'public',
    body: z.object({ reaction: z.custom<Reaction>(), delivery_id: z.number().nullable() }),
  },
  (ctx, { body: { reaction, delivery_id } }) =>
    Promise.all([
      finish(ctx, reaction),
      delivery_id === null
        ? undefined
        : updateWhere(
            ctx,
            webhookDeliveries,
            and(eq(webhookDeliveries.id, delivery_id), eq(webhookDeliveries.status, 'pending')),
            { status: 'failed', next_attempt_at: null, updated_at: sql`app.write_time()` },
          ),
    ]),
)

/** Keeps what came of a try, in the same transaction as the end of the reaction, if it is the end. */
export const settle = write(
  {
    summary: 'Keep a try of a webhook',
    can: 'public',
    body: z.object({
      reaction: z.custom<Reaction>(),
      endpoint_id: z.number(),
      delivery_id: z.number(),
      tried: z.custom<Attempt>(),
      /** `pending`: to be tried again; `disabled`: it failed, and the endpoint is to be switched off. */
      as: z.enum(['delivered', 'pending', 'failed', 'disabled']),
      after_s: z.number().optional(),
      reason: z.string().optional(),
    }),
  },
  async (ctx, { body: { reaction, endpoint_id, delivery_id, tried, as, after_s, reason } }) => {
    const isOver = as === 'delivered' || as === 'disabled'
    await Promise.all([
      isOver ? finish(ctx, reaction) : undefined,
      updateWhere(
        ctx,
        webhookDeliveries,
        // What another try delivered stays delivered.
        and(eq(webhookDeliveries.id, delivery_id), ne(webhookDeliveries.status, 'delivered')),
        {
          status: as === 'disabled' ? 'failed' : as,
          attempts: sql`${webhookDeliveries.attempts} || ${JSON.stringify([tried])}::jsonb`,
          response_code: tried.status_code,
          delivered_at: as === 'delivered' ? sql`app.now()` : undefined,
          next_attempt_at:
            after_s === undefined ? null : sql`app.now() + make_interval(secs => ${after_s})`,
          updated_at: sql`app.write_time()`,
        },
      ),
      noteHealth(ctx, endpoint_id, as, reason),
    ])
  },
)

/** Writes only what changes: the row is the same for every message of the endpoint. */
function noteHealth(ctx: Writing, id: number, as: string, reason: string | undefined) {
  const isIt = eq(webhookEndpoints.id, id)
  const { failing_since, active } = webhookEndpoints
  if (as === 'delivered') {
    return updateWhere(ctx, webhookEndpoints, and(isIt, isNotNull(failing_since)), {
      failing_since: null,
    })
  }
  if (as === 'disabled') {
    return updateWhere(ctx, webhookEndpoints, and(isIt, eq(active, true)), {
      active: false,
      disabled_at: sql`app.now()`,
      disabled_reason: reason,
    })
  }
  return updateWhere(ctx, webhookEndpoints, and(isIt, isNull(failing_since)), {
    failing_since: sql`app.now()`,
  })
}
