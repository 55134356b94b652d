import { and, asc, eq, inArray, isNotNull, isNull, max, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { mustExist, onDays, remove, rowsBy, same, update, updateWhere } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, flag, Id, id, idText, Paging, pageOf, searchText } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { messageRows, shownMessage } from './message-record.ts'
import { emailAttachments, emailMessages, emailThreads } from './tables.ts'
import { Thread, ThreadDetail, threadRows } from './thread-record.ts'

const reading = { can: 'emails:read', module: 'messaging' } as const
const onThread = { can: 'emails:write', module: 'messaging', params: Id, on: emailThreads } as const

const Filters = Paging.extend({
  customer_id: idText().optional(),
  subject: searchText().optional().describe('Part of the subject'),
  q: searchText().optional().describe('Part of the subject, the address or the customer’s name'),
  from: day().optional().describe('Last written to on this day or later'),
  to: day().optional().describe('Last written to on this day or earlier'),
  unread: flag().optional().describe('Only those with, or without, unread mail'),
})

const holds = (text: SQL, part: string | undefined) =>
  part ? sql`strpos(app.fold(${text}), btrim(app.fold(${part}))) > 0` : undefined

/** A page of the threads of a kind, the last active one first. */
async function threadsBy(
  ctx: Parameters<typeof mustExist>[0],
  { customer_id, subject, q, unread, ...query }: z.output<typeof Filters>,
  { where, last }: { where?: SQL; last: PgColumn },
) {
  const named = sql`concat_ws(' ', ${emailThreads.subject}, ${emailThreads.address},
    (select c.name from ${customers} c where c.id = ${emailThreads.customer_id}))`
  const all = and(
    where,
    same(emailThreads.customer_id, customer_id),
    holds(sql`${emailThreads.subject}`, subject),
    holds(named, q),
    onDays(last, query),
    unread === undefined ? undefined : eq(sql`(${emailThreads.unread_count} > 0)`, unread),
  )
  const order = [sql`${last} desc nulls last`, sql`${emailThreads.id} desc`]
  const [, list] = await Promise.all([
    mustExist(ctx, customers, customer_id),
    pageInOrder(ctx, emailThreads, query, all, order, threadRows),
  ])
  return list
}

export const listThreads = read(
  {
    ...reading,
    summary: 'All email threads',
    description: 'Inbound and outbound, the last active one first.',
    query: Filters,
    output: pageOf(Thread),
  },
  (ctx, { query }) => threadsBy(ctx, query, { last: emailThreads.last_message_at }),
)

export const listInbox = read(
  {
    ...reading,
    summary: 'Inbox — inbound threads',
    description: 'Threads that hold received mail, the newest first.',
    query: Filters,
    output: pageOf(Thread),
  },
  (ctx, { query }) => {
    const last = emailThreads.last_inbound_at
    return threadsBy(ctx, query, { where: isNotNull(last), last })
  },
)

export const listSent = read(
  {
    ...reading,
    summary: 'Sent — outbound threads',
    description: 'Threads that hold sent mail, the newest first.',
    query: Filters,
    output: pageOf(Thread),
  },
  (ctx, { query }) => {
    const last = emailThreads.last_outbound_at
    return threadsBy(ctx, query, { where: isNotNull(last), last })
  },
)

const one = async (ctx: Selecting, id: number) => {
  const [thread] = await rowsBy(ctx, threadRows, emailThreads.id, id)
  return found(thread)
}

export const getThread = read(
  {
    ...reading,
    summary: 'Email thread detail',
    description:
      'With its messages, the oldest first. HTML is cleaned; pictures of received mail that come from elsewhere are left out unless asked for.',
    params: Id,
    query: z.object({
      remote_images: flag()
        .optional()
        .describe('Keep pictures of received mail that come from elsewhere; their owner sees that'),
    }),
    output: ThreadDetail,
  },
  async (ctx, { params, query }) => {
    const [thread, rows] = await Promise.all([
      one(ctx, params.id),
      rowsBy(ctx, messageRows, emailMessages.thread_id, params.id),
    ])
    const remote = query.remote_images ?? false
    const messages = await Promise.all(rows.map((row) => shownMessage(ctx, row, { remote })))
    return { ...thread, messages }
  },
)

/** Read: all of it. Unread: the last received mail. */
function markRead(ctx: Parameters<typeof updateWhere>[0], id: number, is_read: boolean) {
  const received = and(eq(emailMessages.thread_id, id), eq(emailMessages.direction, 'inbound'))
  if (is_read) {
    return updateWhere(ctx, emailMessages, and(received, isNull(emailMessages.read_at)), {
      read_at: sql`app.now()`,
    })
  }
  const last = ctx.db
    .select({ id: max(emailMessages.id) })
    .from(emailMessages)
    .where(received)
  return updateWhere(ctx, emailMessages, inArray(emailMessages.id, last), { read_at: null })
}

export const updateThread = write(
  {
    ...onThread,
    summary: 'Update email thread',
    description: 'Says which customer it is with, and whether it was read.',
    body: z.object({
      customer_id: id().nullable().optional(),
      is_read: z
        .boolean()
        .optional()
        .describe('false makes the last received mail unread')
        .meta({ examples: [true] }),
    }),
    output: Thread,
  },
  async (ctx, { params, body: { customer_id, is_read } }) => {
    const [, , thread] = await Promise.all([
      // First the messages, then the thread: as a mail that comes in takes them.
      is_read === undefined ? undefined : markRead(ctx, params.id, is_read),
      update(ctx, emailThreads, params.id, { customer_id }),
      one(ctx, params.id),
    ])
    return thread
  },
)

const filesOf = write(
  { ...onThread, summary: 'Find the files of a thread', output: z.array(z.string()) },
  async (ctx, { params }) => {
    const rows = await ctx.db
      .select({ key: emailAttachments.file_key })
      .from(emailAttachments)
      .innerJoin(emailMessages, eq(emailMessages.id, emailAttachments.message_id))
      .where(and(eq(emailMessages.thread_id, params.id), isNotNull(emailAttachments.file_key)))
      .orderBy(asc(emailAttachments.id))
    return rows.flatMap(({ key }) => key ?? [])
  },
)

const forget = write({ ...onThread, summary: 'Forget a thread' }, async (ctx, { params }) => {
  await remove(ctx, emailThreads, params.id)
})

/** The bytes go first: should what follows fail, the record is still there to be deleted again. */
export const deleteThread = call(
  {
    ...onThread,
    summary: 'Delete email thread',
    description: 'With its messages and their files.',
  },
  async (ctx, { params }) => {
    const keys = await filesOf(ctx, { params })
    if (keys.length > 0) await ctx.env.FILES.delete(keys)
    await forget(ctx, { params })
  },
)
