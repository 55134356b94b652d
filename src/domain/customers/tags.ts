import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, newId, remove, rowsBy, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { Id, id, Paging, pageOf, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { tags } from './tables.ts'

const Tag = z.object({ id: id(), name: z.string().meta({ examples: ['VIP'] }), ...Stamps })

const Draft = z.object({ name: text(100) })

const rows = (ctx: Selecting) => ctx.db.select().from(tags)

const one = async (ctx: Selecting, id: number | ReturnType<typeof newId>) => {
  const [tag] = await rowsBy(ctx, rows, tags.id, id)
  return found(tag)
}

export const listTags = read(
  { summary: 'List tags', can: 'customers:read', query: Paging, output: pageOf(Tag) },
  (ctx, { query }) => page(ctx, tags, query, undefined, rows),
)

export const createTag = write(
  { summary: 'Create tag', can: 'customers:write', body: Draft, output: Tag, status: 201 },
  async (ctx, { body }) => {
    const [, tag] = await Promise.all([insert(ctx, tags, body), one(ctx, newId(tags))])
    return tag
  },
)

export const getTag = read(
  { summary: 'Get tag', can: 'customers:read', params: Id, output: Tag, on: tags },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateTag = write(
  {
    summary: 'Update tag',
    can: 'customers:write',
    params: Id,
    body: Draft.partial(),
    output: Tag,
    on: tags,
  },
  async (ctx, { params, body }) => {
    const [, tag] = await Promise.all([update(ctx, tags, params.id, body), one(ctx, params.id)])
    return tag
  },
)

export const deleteTag = write(
  {
    summary: 'Delete tag',
    description: 'Customers that carry it lose it.',
    can: 'customers:write',
    params: Id,
    on: tags,
  },
  async (ctx, { params }) => {
    await remove(ctx, tags, params.id)
  },
)
