import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { acrossShops } from '../../db/rows.ts'
import { enqueue } from '../../lib/enqueue.ts'
import { call, read } from '../../verb.ts'

const Row = z.object({ tenant_id: z.number(), id: z.number() })
const most = 500

/** Hands out again what no consumer has finished, and payments whose provider owes us an answer. */
export const sweepProviders = call(
  {
    summary: 'Sweep what providers left open',
    can: 'tenants:manage',
    output: z.object({ messages: z.number(), payments: z.number() }),
  },
  async (ctx) => {
    const { messages, payments } = await leftOpen(ctx, {})
    const all = [
      ...messages.map((row) => ({ kind: 'inbox_message' as const, ...row })),
      ...payments.map((row) => ({ kind: 'payment_review' as const, ...row })),
    ].map((message) => ({ ...message, request_id: ctx.request_id }))
    await enqueue(ctx.env.EVENTS_QUEUE, all)
    return { messages: messages.length, payments: payments.length }
  },
)

const leftOpen = read(
  {
    summary: 'Find what providers left open',
    can: 'tenants:manage',
    output: z.object({ messages: z.array(Row), payments: z.array(Row) }),
  },
  async (ctx) => {
    const [messages, payments] = await Promise.all([
      acrossShops(ctx, sql`app.waiting_inbox(${most})`),
      acrossShops(ctx, sql`app.unsettled_payments(${most})`),
    ])
    return { messages, payments }
  },
)
