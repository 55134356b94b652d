import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { id, instant, Named, number, Stamps } from '../../schema.ts'
import { customers } from '../customers/tables.ts'
import { smsDirections, smsMessages, smsStatuses } from './tables.ts'

/** How a message is named outside: `sms_9x2k`. */
export const messageId = (id: number) => `sms_${id.toString(36)}`

export const message_id = z.string().meta({ examples: ['sms_9x2k'] })

export const Sms = z.object({
  id: id(),
  message_id,
  phone: z.string().meta({ examples: ['+31612345678'] }),
  body: z.string().meta({ examples: ['Your repair is ready for pickup!'] }),
  direction: z.enum(smsDirections),
  status: z.enum(smsStatuses),
  credits: z.int().describe('Messages to the provider that it is sent in'),
  cost: number(0.079).nullable().describe('In the currency of the account at the provider'),
  failure: z.string().nullable().describe('Why it was not sent or did not arrive'),
  customer_id: id().nullable(),
  customer: Named.nullable(),
  bulk_id: id().nullable(),
  sent_at: instant().nullable(),
  delivered_at: instant().nullable(),
  ...Stamps,
})

export const smsRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: smsMessages.id,
      phone: smsMessages.phone,
      body: smsMessages.body,
      direction: smsMessages.direction,
      status: smsMessages.status,
      credits: smsMessages.credits,
      cost: smsMessages.cost,
      failure: smsMessages.failure,
      customer_id: smsMessages.customer_id,
      customer: { id: customers.id, name: sql<string>`${customers.name}` },
      bulk_id: smsMessages.bulk_id,
      sent_at: smsMessages.sent_at,
      delivered_at: smsMessages.delivered_at,
      created_at: smsMessages.created_at,
      updated_at: smsMessages.updated_at,
    })
    .from(smsMessages)
    .leftJoin(customers, eq(customers.id, smsMessages.customer_id))

export const named = <T extends { id: number }>(row: T) => ({
  ...row,
  message_id: messageId(row.id),
})
