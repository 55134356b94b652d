import { and } from 'drizzle-orm'
import * as z from 'zod'
import { page } from '../../db/pages.ts'
import { mustExist, onDays, rowsBy, same } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, Id, idText, Paging, pageOf, text } from '../../schema.ts'
import { read } from '../../verb.ts'
import { e164 } from '../customers/phone.ts'
import { customers } from '../customers/tables.ts'
import { named, Sms, smsRows } from './message-record.ts'
import { smsBulks, smsDirections, smsMessages, smsStatuses } from './tables.ts'

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
      bulk_id: idText().optional(),
      from: day().optional().describe('Written on this day or later'),
      to: day().optional().describe('Written on this day or earlier'),
    }),
    output: pageOf(Sms),
  },
  async (ctx, { query }) => {
    const { status, direction, customer_id, bulk_id } = query
    const where = and(
      same(smsMessages.phone, query.phone && (e164(query.phone) ?? query.phone)),
      same(smsMessages.status, status),
      same(smsMessages.direction, direction),
      same(smsMessages.customer_id, customer_id),
      same(smsMessages.bulk_id, bulk_id),
      onDays(smsMessages.created_at, query),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, customers, customer_id),
      mustExist(ctx, smsBulks, bulk_id),
      page(ctx, smsMessages, query, where, smsRows),
    ])
    return { ...list, data: list.data.map(named) }
  },
)

export const getSms = read(
  {
    summary: 'Get SMS',
    can: 'sms:read',
    module: 'messaging',
    params: Id,
    output: Sms,
    on: smsMessages,
  },
  async (ctx, { params: { id } }) => {
    const [row] = await rowsBy(ctx, smsRows, smsMessages.id, id)
    return named(found(row))
  },
)
