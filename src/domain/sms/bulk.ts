import { desc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { insert, rowsBy, subquery, updateWhere } from '../../db/rows.ts'
import { creditsOf } from '../../lib/sms-credits.ts'
import { found, refused } from '../../refusal.ts'
import { Id, id, instant, number, Paging, pageOf, Stamps } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { react } from '../engine/reaction.ts'
import { switchedOff } from '../integrations/connection.ts'
import { addressBulk, type LeftOut, leftOutReasons } from './bulk-audience.ts'
import { isRequired, saysSomething, sendingShop, Written, writtenText } from './send.ts'
import { smsBulkStatuses, smsBulks, smsMessages, type smsStatuses } from './tables.ts'

const count = () => z.int().meta({ examples: [84] })

const Left = z
  .object(
    Object.fromEntries(leftOutReasons.map((reason) => [reason, z.int()])) as Record<
      keyof LeftOut,
      z.ZodInt
    >,
  )
  .describe('Customers who were meant and get nothing, by the reason')

export const sendBulk = transact(
  {
    summary: 'Bulk SMS send',
    description:
      'To all customers whom the filters leave, each number once; who opted out, has no number or an impossible one is left out and counted. They leave after the answer; GET /sms/bulk/{id} tells how far it is.',
    can: 'sms:write',
    module: 'messaging',
    body: z
      .object({
        ...Written,
        tag_id: id().optional().describe('Only customers with this tag'),
        is_business: z.boolean().optional().describe('true: only business customers'),
      })
      .refine(saysSomething, isRequired),
    output: z.object({
      queued: count(),
      message: z.string().meta({ examples: ['84 SMS messages queued for delivery'] }),
      bulk_id: id(),
      left_out: Left,
    }),
  },
  async (ctx, { body: draft }) => {
    const { tag_id, template_id, is_business } = draft
    const { isOn } = await sendingShop(ctx)
    if (!isOn) throw switchedOff('twilio')
    const text = await writtenText(ctx, draft)
    const user_id = ctx.session.user_id
    const added = await insert(ctx, smsBulks, {
      body: text,
      template_id,
      tag_id,
      is_business,
      user_id,
    })
    const { id } = found(added[0])
    const credits = creditsOf(text)
    const { queued, left_out } = await addressBulk(ctx, { id, text, credits, tag_id, is_business })
    if (queued === 0) throw refused('nobody', 'There is nobody to send it to.')
    await Promise.all([
      updateWhere(ctx, smsBulks, eq(smsBulks.id, id), { queued, left_out }),
      react(ctx, {
        kind: 'sms_bulk',
        key: `sms_bulk:${id}`,
        subject_id: id,
        payload: { after: 0 },
      }),
    ])
    const message = `${queued} SMS ${queued === 1 ? 'message' : 'messages'} queued for delivery`
    return { queued, message, bulk_id: id, left_out }
  },
)

const Bulk = z.object({
  id: id(),
  body: z.string().meta({ examples: ['We are closed on Monday.'] }),
  template_id: id().nullable(),
  tag_id: id().nullable(),
  is_business: z.boolean().nullable(),
  status: z.enum(smsBulkStatuses).describe('done: each message was sent, or has failed'),
  total: count().describe('Messages in all'),
  queued: count().describe('Messages that wait'),
  sent: count().describe('Messages under way'),
  delivered: count(),
  failed: count(),
  left_out: Left,
  cost: number(6.64).nullable().describe('As far as the provider has told'),
  finished_at: instant().nullable(),
  ...Stamps,
})

const having = (status: (typeof smsStatuses)[number]) =>
  sql.raw(`count(*) filter (where status = '${status}')`)

/** How its messages stand, in one look at them. */
const progress = sql`(select jsonb_build_object('queued', ${having('queued')}, 'sent', ${having('sent')},
    'delivered', ${having('delivered')}, 'failed', ${having('failed')}, 'cost', sum(cost))
  from ${smsMessages} where ${smsMessages.bulk_id} = ${smsBulks.id})`

interface Progress extends Record<'queued' | 'sent' | 'delivered' | 'failed', number> {
  cost: number | null
}

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: smsBulks.id,
      body: smsBulks.body,
      template_id: smsBulks.template_id,
      tag_id: smsBulks.tag_id,
      is_business: smsBulks.is_business,
      status: smsBulks.status,
      total: smsBulks.queued,
      left_out: sql<LeftOut>`${smsBulks.left_out}`,
      progress: subquery<Progress>(sql`select ${progress}`),
      finished_at: smsBulks.finished_at,
      created_at: smsBulks.created_at,
      updated_at: smsBulks.updated_at,
    })
    .from(smsBulks)

const nobody = Object.fromEntries(leftOutReasons.map((reason) => [reason, 0])) as LeftOut

type Row = Awaited<ReturnType<typeof rows>>[number]

/** The last ones may still be tried again when all have had their turn. */
const shown = ({ progress, ...bulk }: Row) => {
  const isOver = progress.queued === 0
  return {
    ...bulk,
    ...progress,
    left_out: { ...nobody, ...bulk.left_out },
    status: bulk.status === 'done' && !isOver ? ('sending' as const) : bulk.status,
    finished_at: isOver ? bulk.finished_at : null,
  }
}

export const listBulks = read(
  {
    summary: 'List bulk SMS sends',
    can: 'sms:read',
    module: 'messaging',
    query: Paging,
    output: pageOf(Bulk),
  },
  async (ctx, { query }) => {
    const list = await pageInOrder(ctx, smsBulks, query, undefined, [desc(smsBulks.id)], rows)
    return { ...list, data: (list.data as Row[]).map(shown) }
  },
)

export const getBulk = read(
  {
    summary: 'Get bulk SMS send',
    description: 'How far it is, and what became of its messages.',
    can: 'sms:read',
    module: 'messaging',
    params: Id,
    output: Bulk,
    on: smsBulks,
  },
  async (ctx, { params: { id } }) => {
    const [row] = await rowsBy(ctx, rows, smsBulks.id, id)
    return shown(found(row as Row | undefined))
  },
)
