import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { call, read } from '../../verb.ts'

const Row = z.object({ tenant_id: z.number(), id: z.number() })
const most = 500
/** Messages that a queue takes at once. */
const batch = 100

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
    ].map((body) => ({ body: { ...body, request_id: ctx.request_id } }))
    for (let start = 0; start < all.length; start += batch) {
      await ctx.env.EVENTS_QUEUE.sendBatch(all.slice(start, start + batch))
    }
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
    const rowsOf = async (name: 'waiting_inbox' | 'unsettled_payments') => {
      const { rows } = await ctx.db.execute<{ tenant_id: string; id: string }>(
        sql`select tenant_id, id from ${sql.raw(`app.${name}`)}(${most})`,
      )
      return rows.map(({ tenant_id, id }) => ({ tenant_id: Number(tenant_id), id: Number(id) }))
    }
    const [messages, payments] = await Promise.all([
      rowsOf('waiting_inbox'),
      rowsOf('unsettled_payments'),
    ])
    return { messages, payments }
  },
)
