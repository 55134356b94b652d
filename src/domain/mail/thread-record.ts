import { desc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { subquery } from '../../db/rows.ts'
import { id, instant, Named, Stamps } from '../../schema.ts'
import { customers } from '../customers/tables.ts'
import { Message } from './message-record.ts'
import { emailMessages, emailThreads } from './tables.ts'

/** A conversation, as lists show it. */
export const Thread = z.object({
  id: id().meta({ examples: [77] }),
  subject: z.string().meta({ examples: ['Re: Your repair status'] }),
  address: z
    .string()
    .describe("The other side's")
    .meta({ examples: ['customer@example.com'] }),
  customer_id: id().nullable(),
  customer: Named.nullable(),
  message_count: z.int().meta({ examples: [2] }),
  unread_count: z
    .int()
    .describe('Received and not read')
    .meta({ examples: [1] }),
  is_read: z.boolean(),
  last_message_at: instant(),
  last_inbound_at: instant().nullable(),
  last_outbound_at: instant().nullable(),
  ...Stamps,
})

/** A conversation with what was written. */
export const ThreadDetail = Thread.extend({ messages: z.array(Message) })

export const threadRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: emailThreads.id,
      subject: emailThreads.subject,
      address: emailThreads.address,
      customer_id: emailThreads.customer_id,
      customer: { id: customers.id, name: sql<string>`${customers.name}` },
      message_count: emailThreads.message_count,
      unread_count: emailThreads.unread_count,
      is_read: sql<boolean>`${emailThreads.unread_count} = 0`,
      last_message_at: emailThreads.last_message_at,
      last_inbound_at: emailThreads.last_inbound_at,
      last_outbound_at: emailThreads.last_outbound_at,
      created_at: emailThreads.created_at,
      updated_at: emailThreads.updated_at,
    })
    .from(emailThreads)
    .leftJoin(customers, eq(customers.id, emailThreads.customer_id))
    .$dynamic()

/** The thread of the last mail about a record. */
export const threadAbout = (ctx: Selecting, { entity, id }: { entity: string; id: number }) =>
  ctx.db
    .select({ id: emailMessages.thread_id })
    .from(emailMessages)
    .where(sql`${emailMessages.entity} = ${entity} and ${emailMessages.entity_id} = ${id}`)
    .orderBy(desc(emailMessages.id))
    .limit(1)

/** The customer with an address of its own, or of its company; of several the newest. */
export const customerAt = (address: string) =>
  subquery<number | null>(sql`
    select coalesce(
      (select max(c.id) from customers c where c.email = ${address.toLowerCase()}),
      (select max(c.id) from customers c join companies o on o.id = c.company_id
       where o.email = ${address.toLowerCase()}))`)
