import { asc, eq, type SQL } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, newId, remove, rowsBy, update, updateWhere } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, Id, id, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { knownPlaceholders } from '../messages/placeholders.ts'
import { smsBulks, smsTemplates } from './tables.ts'
import { smsText } from './text.ts'

const name = { examples: ['Ready for pickup'] }
const body = { examples: ['Your repair is ready. Please collect at your convenience.'] }

const Template = z.object({
  id: id(),
  name: z.string().meta(name),
  body: z.string().meta(body),
  ...Stamps,
})

const Draft = z.object({
  name: text(100).meta(name),
  body: smsText()
    .describe(
      `May hold placeholders, filled for each receiver: ${knownPlaceholders}; those of a work order from the one of his that moved last`,
    )
    .meta(body),
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: smsTemplates.id,
      name: smsTemplates.name,
      body: smsTemplates.body,
      created_at: smsTemplates.created_at,
      updated_at: smsTemplates.updated_at,
    })
    .from(smsTemplates)

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [template] = await rowsBy(ctx, rows, smsTemplates.id, id)
  return found(template)
}

const module = 'messaging'

export const listSmsTemplates = read(
  {
    summary: 'List SMS templates',
    can: 'sms:read',
    module,
    query: ArrayPaging,
    output: z.array(Template),
  },
  (ctx, { query }) => arrayPage(ctx, smsTemplates, query, undefined, [asc(smsTemplates.id)], rows),
)

export const createSmsTemplate = write(
  {
    summary: 'Create SMS template',
    can: 'sms:write',
    module,
    body: Draft,
    output: Template,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, template] = await Promise.all([
      insert(ctx, smsTemplates, body),
      one(ctx, newId(smsTemplates)),
    ])
    return template
  },
)

export const getSmsTemplate = read(
  {
    summary: 'Get SMS template',
    can: 'sms:read',
    module,
    params: Id,
    output: Template,
    on: smsTemplates,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateSmsTemplate = write(
  {
    summary: 'Update SMS template',
    can: 'sms:write',
    module,
    params: Id,
    body: Draft.partial(),
    output: Template,
    on: smsTemplates,
  },
  async (ctx, { params, body }) => {
    const [, template] = await Promise.all([
      update(ctx, smsTemplates, params.id, body),
      one(ctx, params.id),
    ])
    return template
  },
)

export const deleteSmsTemplate = write(
  {
    summary: 'Delete SMS template',
    description: 'What was sent by it keeps its text.',
    can: 'sms:write',
    module,
    params: Id,
    on: smsTemplates,
  },
  async (ctx, { params: { id } }) => {
    await Promise.all([
      updateWhere(ctx, smsBulks, eq(smsBulks.template_id, id), { template_id: null }),
      remove(ctx, smsTemplates, id),
    ])
  },
)
