import { and, desc, eq, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import { type Context, originOf, type Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, mustBeOurs, newId, removeWhere, rowsBy } from '../../db/rows.ts'
import { found, notFound } from '../../refusal.ts'
import { ArrayPaging, Id, id, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { newSecret } from '../identity/tokens.ts'
import { employees } from '../staff/tables.ts'
import { seesAll } from './access.ts'
import { leaveFeeds } from './tables.ts'

const module = 'hrm'

const Feed = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Outlook'] }),
  user_id: id().describe('Whose it is; it ends with the account'),
  branch_id: id().nullable().describe('null: all branches'),
  employee_ids: z.array(id()).nullable().describe('null: everybody'),
  ...Stamps,
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: leaveFeeds.id,
      name: leaveFeeds.name,
      user_id: leaveFeeds.user_id,
      branch_id: leaveFeeds.branch_id,
      employee_ids: leaveFeeds.employee_ids,
      created_at: leaveFeeds.created_at,
      updated_at: leaveFeeds.updated_at,
    })
    .from(leaveFeeds)

/** The caller's own; with `leave:approve` all. */
const reachable = (ctx: Context): SQL | undefined =>
  or(seesAll(ctx), eq(leaveFeeds.user_id, sql`app.user_id()`))

export const listLeaveFeeds = read(
  {
    summary: 'List calendar feeds',
    description: 'The own ones; with `leave:approve` all. Their addresses are never shown again.',
    can: 'leave:read',
    module,
    query: ArrayPaging,
    output: z.array(Feed),
  },
  (ctx, { query }) =>
    arrayPage(ctx, leaveFeeds, query, reachable(ctx), [desc(leaveFeeds.id)], rows),
)

export const createLeaveFeed = write(
  {
    summary: 'Create calendar feed',
    description:
      'An address that a calendar program subscribes to (iCalendar): who is off, without the kind of leave, and the ' +
      'public holidays. It is shown once, and whoever has it can read it, until it is deleted.',
    can: 'leave:write',
    module,
    body: z.object({
      name: text(100),
      branch_id: id().nullable().optional().describe('Only employees of this branch'),
      employee_ids: z
        .array(id())
        .min(1)
        .max(500)
        .nullable()
        .optional()
        .describe('Only these employees'),
    }),
    output: Feed.extend({
      url: z
        .string()
        .meta({ examples: ['https://api.example.com/calendar/Xk3…Qz.ics'] })
        .describe('Shown here only'),
    }),
    secret: true,
    status: 201,
  },
  async (ctx, { body }) => {
    const { secret, hash } = newSecret()
    const [, , feed] = await Promise.all([
      mustBeOurs(ctx, employees, body.employee_ids ?? undefined, 'employee_ids'),
      insert(ctx, leaveFeeds, { ...body, token_hash: hash }),
      one(ctx, newId(leaveFeeds)),
    ])
    return { ...feed, url: `${originOf(ctx) ?? ''}/calendar/${secret}.ics` }
  },
)

const one = async (ctx: Selecting, id: SQL<number>) =>
  found((await rowsBy(ctx, rows, leaveFeeds.id, id))[0])

export const deleteLeaveFeed = write(
  {
    summary: 'Delete calendar feed',
    description: 'Its address answers 404 from now on.',
    can: 'leave:write',
    module,
    params: Id,
    on: leaveFeeds,
  },
  async (ctx, { params }) => {
    const removed = await removeWhere(
      ctx,
      leaveFeeds,
      and(eq(leaveFeeds.id, params.id), reachable(ctx)),
    )
    if (removed === 0) throw notFound()
  },
)
