import { asc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import {
  insert,
  insertMissing,
  mustMatch,
  removeWhere,
  rowsBy,
  same,
  updateWhere,
} from '../../db/rows.ts'
import { found, notFound } from '../../refusal.ts'
import { ArrayPaging, id, idText, Stamps } from '../../schema.ts'
import { read, transact, write } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import { extensions } from './tables.ts'

const Extension = z.object({
  user_id: id().meta({ examples: [3] }),
  name: z.string().meta({ examples: ['Jan Bakker'] }),
  extension: z.string().meta({ examples: ['100'] }),
  ...Stamps,
})

/** As it is dialled within the shop. */
export const extensionNumber = () =>
  z
    .string()
    .trim()
    .regex(/^[\d*#]{1,20}$/, 'must be an extension: digits, * and #')
    .meta({ type: 'string', pattern: '^[0-9*#]{1,20}$', examples: ['100'] })

const ofUser = z.object({ user_id: idText() })

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      user_id: extensions.user_id,
      name: users.name,
      extension: extensions.extension,
      created_at: extensions.created_at,
      updated_at: extensions.updated_at,
    })
    .from(extensions)
    .innerJoin(users, eq(users.id, extensions.user_id))
    .$dynamic()

const one = async (ctx: Selecting, user_id: number) => {
  const [extension] = await rowsBy(ctx, rows, extensions.user_id, user_id)
  return found(extension)
}

const module = 'telephony'

export const listExtensions = read(
  {
    summary: 'User extension mappings',
    can: 'calls:read',
    module,
    query: ArrayPaging,
    output: z.array(Extension),
  },
  (ctx, { query }) =>
    arrayPage(ctx, extensions, query, undefined, [asc(extensions.extension)], rows),
)

export const getExtension = read(
  {
    summary: 'Get the extension of a user',
    can: 'calls:read',
    module,
    params: ofUser,
    output: Extension,
  },
  (ctx, { params }) => one(ctx, params.user_id),
)

export const putExtension = transact(
  {
    summary: 'Create / update extension mapping',
    description: 'Answers 201 for a user who had none, else 200. An extension is one user’s.',
    can: 'calls:write',
    module,
    body: z.object({ user_id: id().meta({ examples: [3] }), extension: extensionNumber() }),
    output: Extension,
    status: 201,
  },
  async (ctx, { body }) => {
    const [added] = await insertMissing(ctx, extensions, body)
    if (added) return one(ctx, body.user_id)
    const { user_id, extension } = body
    const changed = await updateWhere(ctx, extensions, same(extensions.user_id, user_id), {
      extension,
    })
    // Somebody else has it: the database says so at the field.
    if (changed === 0) await insert(ctx, extensions, body)
    return Object.assign(await one(ctx, user_id), { isKnown: true as const })
  },
)

const versionOf = (user_id: number) =>
  sql<number>`(select ${extensions.id} from ${extensions} where ${extensions.user_id} = ${user_id})`

export const updateExtension = write(
  {
    summary: 'Update the extension of a user',
    can: 'calls:write',
    module,
    params: ofUser,
    body: z.object({ extension: extensionNumber().optional() }),
    output: Extension,
  },
  async (ctx, { params: { user_id }, body }) => {
    const [, changed, extension] = await Promise.all([
      mustMatch(ctx, extensions, versionOf(user_id)),
      updateWhere(ctx, extensions, eq(extensions.user_id, user_id), body),
      one(ctx, user_id),
    ])
    if (changed === 0) throw notFound()
    return extension
  },
)

export const deleteExtension = write(
  {
    summary: 'Delete extension mapping',
    can: 'calls:write',
    module,
    params: ofUser,
  },
  async (ctx, { params: { user_id } }) => {
    const [, removed] = await Promise.all([
      mustMatch(ctx, extensions, versionOf(user_id)),
      removeWhere(ctx, extensions, eq(extensions.user_id, user_id)),
    ])
    if (removed === 0) throw notFound()
  },
)
