import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, mustExist, newId, remove, rowsBy } from '../../db/rows.ts'
import { cleanFilename } from '../../lib/filename.ts'
import { found, notFound } from '../../refusal.ts'
import { Id, id, Named, Paging, pageOf, Stamps } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import { attachments, workOrders } from './tables.ts'

const attachmentKinds = ['photo', 'document', 'signature', 'other'] as const

/** What a shop keeps with a repair; nothing that a browser would run. */
const contentTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/heic',
  'image/heif',
  'application/pdf',
  'text/plain',
  'text/csv',
]

const Attachment = z.object({
  id: id(),
  work_order_id: id().meta({ examples: [101] }),
  kind: z.enum(attachmentKinds),
  filename: z.string().meta({ examples: ['front.jpg'] }),
  content_type: z.string().meta({ examples: ['image/jpeg'] }),
  size_bytes: z.int(),
  user: Named.nullable(),
  ...Stamps,
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: attachments.id,
      work_order_id: attachments.work_order_id,
      kind: sql<(typeof attachmentKinds)[number]>`${attachments.kind}`,
      filename: attachments.filename,
      content_type: attachments.content_type,
      size_bytes: attachments.size_bytes,
      storage_key: attachments.storage_key,
      user: { id: users.id, name: users.name },
      created_at: attachments.created_at,
      updated_at: attachments.updated_at,
    })
    .from(attachments)
    .leftJoin(users, eq(users.id, attachments.user_id))

async function one(ctx: Selecting, id: number | SQL<number>) {
  const [attachment] = await rowsBy(ctx, rows, attachments.id, id)
  return found(attachment)
}

/** What the database keeps of a file. */
const Stored = z.object({
  kind: z.enum(attachmentKinds).optional(),
  filename: z.string(),
  content_type: z.string(),
  size_bytes: z.int(),
  storage_key: z.string(),
})

const Upload = z.object({
  file: z
    .instanceof(File)
    .refine((file) => file.size > 0, 'may not be empty')
    .refine(
      (file) => contentTypes.includes(typeOf(file)),
      `must be of type ${contentTypes.join(', ')}`,
    )
    .meta({ type: 'string', format: 'binary' }),
  kind: z.enum(attachmentKinds).optional().describe('`other` when absent'),
})

/** Without parameters: `text/plain;charset=utf-8`. */
const typeOf = (file: File) => file.type.replace(/;.*/s, '').trim().toLowerCase()

const reading = { can: 'work_orders:read', module: 'work_orders', params: Id } as const
const writing = { can: 'work_orders:write', module: 'work_orders', params: Id } as const

export const listAttachments = read(
  { ...reading, summary: 'List attachments', query: Paging, output: pageOf(Attachment) },
  async (ctx, { params, query }) => {
    const where = eq(attachments.work_order_id, params.id)
    const [, list] = await Promise.all([
      mustExist(ctx, workOrders, params.id),
      page(ctx, attachments, query, where, rows),
    ])
    return list
  },
)

/** Lets the database say who is asking, and whether the record is there, before the store is touched. */
const admit = write({ ...writing, summary: 'Begin an upload' }, async (ctx) => {
  await ctx.db.execute(sql`select 1`)
})

const describe = write(
  { ...writing, summary: 'Describe an upload', body: Stored, output: Attachment },
  async (ctx, { params, body }) => {
    const [, attachment] = await Promise.all([
      insert(ctx, attachments, { ...body, work_order_id: params.id }),
      one(ctx, newId(attachments)),
    ])
    return attachment
  },
)

export const addAttachment = call(
  {
    ...writing,
    summary: 'Add attachment',
    description: 'A file of at most 10 MB.',
    form: true,
    body: Upload,
    output: Attachment,
    on: workOrders,
    status: 201,
  },
  async (ctx, { params, body: { file, kind } }) => {
    await admit(ctx, { params })
    const stored = {
      kind,
      filename: cleanFilename(file.name),
      content_type: typeOf(file),
      size_bytes: file.size,
      storage_key: `${ctx.session.tenant_id}/work-orders/${params.id}/${crypto.randomUUID()}`,
    }
    const { storage_key } = stored
    await ctx.env.FILES.put(storage_key, file, {
      httpMetadata: { contentType: stored.content_type },
    })
    try {
      return await describe(ctx, { params, body: stored })
    } catch (error) {
      await ctx.env.FILES.delete(storage_key)
      throw error
    }
  },
)

/** A read, so that files can still be had when the licence has expired. */
export const downloadAttachment = read(
  { ...reading, summary: 'Download attachment', file: '*/*' },
  async (ctx, { params }) => {
    const { storage_key, filename, content_type } = await one(ctx, params.id)
    const stored = await ctx.env.FILES.get(storage_key)
    if (!stored) throw notFound('File')
    return {
      content: stored.body,
      content_type,
      filename,
      inline: content_type.startsWith('image/'),
    }
  },
)

const find = write({ ...writing, summary: 'Find a file', output: Stored }, (ctx, { params }) =>
  one(ctx, params.id),
)

const forget = write({ ...writing, summary: 'Forget a file' }, async (ctx, { params }) => {
  await remove(ctx, attachments, params.id)
})

/** The bytes go first: should what follows fail, the record is still there to be deleted again. */
export const deleteAttachment = call(
  { ...writing, summary: 'Delete attachment', on: attachments },
  async (ctx, { params }) => {
    const { storage_key } = await find(ctx, { params })
    await ctx.env.FILES.delete(storage_key)
    await forget(ctx, { params })
  },
)
