import { and, count, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { removeWhere, same, updateWhere } from '../../db/rows.ts'
import { found, notFound } from '../../refusal.ts'
import { flag, Id, id, instant, Paging, pageOf, Stamps } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { notifications, notificationTypes } from './tables.ts'

const Notification = z.object({
  id: id(),
  type: z.enum(notificationTypes).meta({ examples: ['work_order'] }),
  key: z
    .string()
    .meta({ examples: ['wo_status_changed'] })
    .describe('As in the preferences'),
  title: z.string().meta({ examples: ['WO-2026-0055 status changed'] }),
  body: z.string().meta({ examples: ['Work order moved to In Repair'] }),
  entity: z
    .string()
    .nullable()
    .meta({ examples: ['work_order'] })
    .describe('What it is about, with `entity_id`'),
  entity_id: id().nullable(),
  read_at: instant().nullable(),
  ...Stamps,
})

const columns = {
  id: notifications.id,
  type: notifications.type,
  key: notifications.key,
  title: notifications.title,
  body: notifications.body,
  entity: notifications.entity,
  entity_id: notifications.entity_id,
  read_at: notifications.read_at,
  created_at: notifications.created_at,
  updated_at: notifications.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(notifications)

/** The caller's own, as far as they are shown in the app. */
const own = (id?: number): SQL | undefined =>
  and(
    eq(notifications.user_id, sql`app.user_id()`),
    sql`${notifications.channels} @> '["in_app"]'`,
    same(notifications.id, id),
  )

const unread = isNull(notifications.read_at)

const one = async (ctx: Selecting, id: number) => found((await rows(ctx).where(own(id)))[0])

export const listNotifications = read(
  {
    summary: 'List notifications',
    description: 'Those of the caller, newest first.',
    can: 'account',
    query: Paging.extend({
      unread: flag().optional().describe('1: only those that were not read'),
      type: z.enum(notificationTypes).optional(),
    }),
    output: pageOf(Notification),
  },
  (ctx, { query }) =>
    pageInOrder(
      ctx,
      notifications,
      query,
      and(own(), query.unread ? unread : undefined, same(notifications.type, query.type)),
      [desc(notifications.id)],
      rows,
    ),
)

export const getNotification = read(
  {
    summary: 'Get notification',
    can: 'account',
    params: Id,
    output: Notification,
    on: notifications,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const readNotification = write(
  {
    summary: 'Mark single notification read',
    can: 'account',
    params: Id,
    output: Notification,
    on: notifications,
  },
  async (ctx, { params: { id } }) => {
    const [, notification] = await Promise.all([
      updateWhere(ctx, notifications, and(own(id), unread), { read_at: sql`app.now()` }),
      one(ctx, id),
    ])
    return notification
  },
)

export const readAllNotifications = write(
  {
    summary: 'Mark all notifications read',
    can: 'account',
    output: z.object({
      message: z.string().meta({ examples: ['All notifications marked as read'] }),
      count: z.int().meta({ examples: [34] }),
    }),
  },
  async (ctx) => {
    const read = await updateWhere(ctx, notifications, and(own(), unread), {
      read_at: sql`app.now()`,
    })
    return { message: 'All notifications marked as read', count: read }
  },
)

export const deleteNotification = write(
  { summary: 'Delete notification', can: 'account', params: Id, on: notifications },
  async (ctx, { params: { id } }) => {
    if ((await removeWhere(ctx, notifications, own(id))) === 0) throw notFound()
  },
)

export const countUnread = read(
  {
    summary: 'Unread count',
    can: 'account',
    output: z.object({ count: z.int().meta({ examples: [7] }) }),
  },
  async (ctx) => {
    const [counted] = await ctx.db
      .select({ count: count() })
      .from(notifications)
      .where(and(own(), unread))
    return found(counted)
  },
)
