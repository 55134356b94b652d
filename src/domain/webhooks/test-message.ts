import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { insert } from '../../db/rows.ts'
import { Id } from '../../schema.ts'
import { call, write } from '../../verb.ts'
import { attempt } from './attempt.ts'
import { endpointToSend } from './delivery-steps.ts'
import { bodyOf } from './message.ts'
import { keysOf } from './signing-keys.ts'
import { type Attempt, webhookDeliveries, webhookEndpoints } from './tables.ts'

const event = 'webhook_endpoint.tested'

export const testEndpoint = call(
  {
    summary: 'Test webhook endpoint',
    description: `Sends \`${event}\` at once, also to an endpoint that is not active, and answers 200 whatever comes of it. It is tried once.`,
    can: 'webhook_endpoints:write',
    params: Id,
    output: z.object({
      status_code: z
        .int()
        .nullable()
        .describe('null when there was no answer')
        .meta({ examples: [200] }),
      duration_ms: z.int().meta({ examples: [84] }),
      error: z.string().nullable().describe('null when it arrived'),
    }),
    on: webhookEndpoints,
  },
  async (ctx, { params }) => {
    const endpoint = await endpointToSend(ctx, { params })
    const id = `msg_${crypto.randomUUID()}`
    const about = { id: endpoint.id }
    const body = bodyOf(event, new Date().toISOString(), JSON.stringify(about), about)
    const keys = await keysOf(ctx.env, endpoint)
    const { retry_after_s: _, ...tried } = await attempt(ctx.env, {
      url: endpoint.url,
      id,
      body,
      keys,
    })
    await logTest(ctx, { params, body: { message_id: id, body, tried } })
    return tried
  },
)

const logTest = write(
  {
    summary: 'Log a test message',
    can: 'webhook_endpoints:write',
    params: Id,
    body: z.object({ message_id: z.string(), body: z.string(), tried: z.custom<Attempt>() }),
  },
  (ctx, { params, body: { message_id, body, tried } }) =>
    insert(ctx, webhookDeliveries, {
      endpoint_id: params.id,
      message_id,
      event,
      body,
      status: tried.error === null ? 'delivered' : 'failed',
      attempts: [tried],
      response_code: tried.status_code,
      ...(tried.error === null && { delivered_at: sql`app.now()` }),
    }),
)
