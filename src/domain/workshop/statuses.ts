import { and, asc, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { guard, insert, newId, remove, rowsBy, update, updateWhere } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { Id, id, optionalText, Paging, pageOf, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { statusKinds, workOrderStatuses } from './tables.ts'

const slug = () =>
  z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,49}$/, 'may only hold small letters, digits and underscores')
    .meta({ examples: ['in_repair'] })

const Status = z.object({
  id: id(),
  slug: z.string().meta({ examples: ['in_repair'] }),
  label: z.string().meta({ examples: ['In Repair'] }),
  color: z
    .string()
    .nullable()
    .meta({ examples: ['#6366f1'] }),
  kind: z.enum(statusKinds),
  position: z.int(),
  allowed_next: z.array(z.string()).meta({ examples: [['ready', 'completed']] }),
  ...Stamps,
})

const Draft = z.object({
  slug: slug(),
  label: text(100).meta({ examples: ['In Repair'] }),
  color: optionalText(30).meta({ examples: ['#6366f1'] }),
  kind: z.enum(statusKinds).optional().describe('`open` when absent'),
  position: z.int().min(0).max(10_000).optional().describe('The last when absent'),
  allowed_next: z
    .array(slug())
    .max(100)
    .optional()
    .describe('Slugs of the statuses that may follow'),
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: workOrderStatuses.id,
      slug: workOrderStatuses.slug,
      label: workOrderStatuses.label,
      color: workOrderStatuses.color,
      kind: workOrderStatuses.kind,
      position: workOrderStatuses.position,
      allowed_next: workOrderStatuses.allowed_next,
      created_at: workOrderStatuses.created_at,
      updated_at: workOrderStatuses.updated_at,
    })
    .from(workOrderStatuses)

async function one(ctx: Selecting, id: number | SQL<number>) {
  const [status] = await rowsBy(ctx, rows, workOrderStatuses.id, id)
  return found(status)
}

/** Statuses name each other, so changes of them take turns. */
async function takeTurn(ctx: Writing) {
  await ctx.db
    .select({ id: workOrderStatuses.id })
    .from(workOrderStatuses)
    .orderBy(asc(workOrderStatuses.id))
    .for('no key update')
}

const nextMustExist = (ctx: Writing, id: number | SQL<number>) =>
  guard(
    ctx,
    sql`not exists (select from ${workOrderStatuses} status, unnest(status.allowed_next) next
      where status.id = ${id} and next not in (select slug from ${workOrderStatuses}))`,
    {
      code: 'validation_failed',
      message: 'The selected allowed next is invalid.',
      field: 'allowed_next',
    },
  )

/** Every work order begins as `new`. */
const mayLose = (ctx: Writing, id: number, slug: string | undefined) =>
  guard(
    ctx,
    sql`not exists (select from ${workOrderStatuses}
      where id = ${id} and slug = 'new' and slug is distinct from ${slug ?? null}::text)`,
    {
      code: 'status_required',
      message: 'Every work order begins as "new": it can be neither renamed nor deleted.',
      field: 'slug',
    },
  )

export const listStatuses = read(
  {
    summary: 'List work order statuses',
    description: 'By position.',
    can: 'work_orders:read',
    module: 'work_orders',
    query: Paging,
    output: pageOf(Status),
  },
  (ctx, { query }) =>
    pageInOrder(
      ctx,
      workOrderStatuses,
      query,
      undefined,
      [asc(workOrderStatuses.position), asc(workOrderStatuses.id)],
      rows,
    ),
)

export const createStatus = write(
  {
    summary: 'Create work order status',
    can: 'settings:write',
    module: 'work_orders',
    body: Draft,
    output: Status,
    status: 201,
  },
  async (ctx, { body }) => {
    const last = sql`(select coalesce(max(position) + 1, 0) from ${workOrderStatuses})`
    const [, , , status] = await Promise.all([
      takeTurn(ctx),
      insert(ctx, workOrderStatuses, { ...body, position: body.position ?? last }),
      nextMustExist(ctx, newId(workOrderStatuses)),
      one(ctx, newId(workOrderStatuses)),
    ])
    return status
  },
)

export const getStatus = read(
  {
    summary: 'Get work order status',
    can: 'work_orders:read',
    module: 'work_orders',
    params: Id,
    output: Status,
    on: workOrderStatuses,
  },
  (ctx, { params }) => one(ctx, params.id),
)

/** The statuses that lead to a renamed one name it by its new slug; work orders follow by foreign key. */
function rename(ctx: Writing, id: number, slug: string) {
  const old = sql`(select slug from ${workOrderStatuses} where id = ${id})`
  return updateWhere(
    ctx,
    workOrderStatuses,
    and(sql`${old} = any (${workOrderStatuses.allowed_next})`, sql`${old} <> ${slug}`),
    { allowed_next: sql`array_replace(${workOrderStatuses.allowed_next}, ${old}, ${slug})` },
  )
}

export const updateStatus = write(
  {
    summary: 'Update work order status',
    description: 'A new slug goes to the work orders and statuses that name the old one.',
    can: 'settings:write',
    module: 'work_orders',
    params: Id,
    body: Draft.partial(),
    output: Status,
    on: workOrderStatuses,
  },
  async (ctx, { params: { id }, body }) => {
    const [, , , , , status] = await Promise.all([
      takeTurn(ctx),
      body.slug && mayLose(ctx, id, body.slug),
      body.slug && rename(ctx, id, body.slug),
      update(ctx, workOrderStatuses, id, body),
      body.allowed_next && nextMustExist(ctx, id),
      one(ctx, id),
    ])
    return status
  },
)

export const deleteStatus = write(
  {
    summary: 'Delete work order status',
    description: 'Refused while work orders have it or other statuses lead to it.',
    can: 'settings:write',
    module: 'work_orders',
    params: Id,
    on: workOrderStatuses,
  },
  async (ctx, { params: { id } }) => {
    await Promise.all([
      takeTurn(ctx),
      mayLose(ctx, id, undefined),
      guard(
        ctx,
        sql`not exists (select from ${workOrderStatuses} other join ${workOrderStatuses} gone
          on gone.slug = any (other.allowed_next) where gone.id = ${id} and other.id <> ${id})`,
        { code: 'in_use', message: 'Cannot delete: other statuses lead to it.' },
      ),
      remove(ctx, workOrderStatuses, id),
    ])
  },
)
