import { and, desc, eq, gte, lt, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { mustExist, same } from '../../db/rows.ts'
import { invalid, refused } from '../../refusal.ts'
import {
  day,
  id,
  idText,
  instant,
  Named,
  number,
  Paging,
  pageOf,
  Stamps,
  text,
} from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { e164 } from '../customers/phone.ts'
import { customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { switchedOff } from '../integrations/connection.ts'
import { integrations } from '../integrations/tables.ts'
import { queueSms } from './queue.ts'
import { smsDirections, smsMessages, smsStatuses } from './tables.ts'

/** How a message is named outside: `sms_9x2k`. */
const messageId = (id: number) => `sms_${id.toString(36)}`

const message_id = z.string().meta({ examples: ['sms_9x2k'] })

const phone = z.string().meta({ examples: ['+31612345678'] })

const Sms = z.object({
  id: id(),
  message_id,
  phone,
  body: z.string().meta({ examples: ['Your repair is ready for pickup!'] }),
  direction: z.enum(smsDirections),
  status: z.enum(smsStatuses),
  cost: number(0.079).nullable().describe('In the currency of the account at the provider'),
  failure: z.string().nullable().describe('Why it was not sent or did not arrive'),
  customer_id: id().nullable(),
  customer: Named.nullable(),
  sent_at: instant().nullable(),
  ...Stamps,
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: smsMessages.id,
      phone: smsMessages.phone,
      body: smsMessages.body,
      direction: smsMessages.direction,
      status: smsMessages.status,
      cost: smsMessages.cost,
      failure: smsMessages.failure,
      customer_id: smsMessages.customer_id,
      customer: { id: customers.id, name: sql<string>`${customers.name}` },
      sent_at: smsMessages.sent_at,
      created_at: smsMessages.created_at,
      updated_at: smsMessages.updated_at,
    })
    .from(smsMessages)
    .leftJoin(customers, eq(customers.id, smsMessages.customer_id))

export const listSms = read(
  {
    summary: 'SMS history log',
    description: 'Sent and received messages with what became of them, newest first.',
    can: 'sms:read',
    module: 'messaging',
    query: Paging.extend({
      phone: text(50)
        .optional()
        .describe('In any writing')
        .meta({ examples: ['+31612345678'] }),
      status: z.enum(smsStatuses).optional(),
      direction: z.enum(smsDirections).optional(),
      customer_id: idText().optional(),
      from: day().optional().describe('Written on this day or later'),
      to: day().optional().describe('Written on this day or earlier'),
    }),
    output: pageOf(Sms),
  },
  async (ctx, { query }) => {
    const { status, direction, customer_id, from, to } = query
    const where = and(
      same(smsMessages.phone, query.phone && (e164(query.phone) ?? query.phone)),
      same(smsMessages.status, status),
      same(smsMessages.direction, direction),
      same(smsMessages.customer_id, customer_id),
      from ? gte(smsMessages.created_at, sql`(select app.instant(${from}))`) : undefined,
      to
        ? lt(smsMessages.created_at, sql`(select app.instant((${to}::date + 1)::text))`)
        : undefined,
    )
    const [, list] = await Promise.all([
      mustExist(ctx, customers, customer_id),
      page(ctx, smsMessages, query, where, rows),
    ])
    return { ...list, data: list.data.map((row) => ({ ...row, message_id: messageId(row.id) })) }
  },
)

export const sendSms = transact(
  {
    summary: 'Send SMS',
    description:
      'It leaves after the answer; GET /sms/log shows what became of it. More than 160 characters are several messages to the provider.',
    can: 'sms:write',
    module: 'messaging',
    body: z.object({
      phone: text(50)
        .describe('E.164, or as the shop’s country writes it')
        .meta({
          examples: ['+31612345678'],
        }),
      body: text(1600).meta({ examples: ['Your repair is ready for pickup!'] }),
    }),
    output: z.object({ message_id, status: z.literal('queued') }),
  },
  async (ctx, { body: draft }) => {
    const [shop] = await ctx.db
      .select({ country: tenants.country, enabled: integrations.enabled })
      .from(tenants)
      .leftJoin(integrations, eq(integrations.slug, 'twilio'))
    const number = e164(draft.phone, shop?.country)
    if (!number) throw invalid({ phone: ['The phone field must be a valid phone number.'] })
    if (!shop?.enabled) throw switchedOff('twilio')
    const [customer] = await ctx.db
      .select({ id: customers.id, opted_out: customers.sms_opt_out })
      .from(customers)
      .where(eq(customers.phone_e164, number))
      .orderBy(desc(customers.sms_opt_out), desc(customers.id))
      .limit(1)
    if (customer?.opted_out) {
      const message = 'The customer has opted out of text messages.'
      throw refused('opted_out', message, { phone: [message] })
    }
    const id = await queueSms(ctx, { phone: number, body: draft.body, customer_id: customer?.id })
    return { message_id: messageId(id), status: 'queued' as const }
  },
)
