import { and, asc, getTableColumns, type SQL } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { orSetInactive } from '../../db/errors.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, newId, remove, rowsBy, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, flag, Id, id, optionalText, Stamps, searchText, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { warrantyConfigs } from './tables.ts'

const WarrantyConfig = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Screen repairs'] }),
  duration_days: z.int().meta({ examples: [90] }),
  applies_to: z
    .string()
    .nullable()
    .meta({ examples: ['screen'] }),
  active: z.boolean().meta({ examples: [true] }),
  ...Stamps,
})

const Draft = z.object({
  name: text().meta({ examples: ['Screen repairs'] }),
  duration_days: z
    .int()
    .min(1)
    .max(3650)
    .describe('Days after that of completion; the last one counts')
    .meta({ examples: [90] }),
  applies_to: optionalText()
    .describe('A category of work orders, else a kind of device, in any case; null: everything')
    .meta({ examples: ['screen'] }),
  active: z.boolean().optional().describe('false: no new claim is covered by it'),
})

const { tenant_id: _tenant, ...columns } = getTableColumns(warrantyConfigs)

const rows = (ctx: Selecting) => ctx.db.select(columns).from(warrantyConfigs)

async function one(ctx: Selecting, id: number | SQL<number>) {
  const [config] = await rowsBy(ctx, rows, warrantyConfigs.id, id)
  return found(config)
}

const readable = { can: 'warranty:read', module: 'work_orders' } as const
const writable = { can: 'warranty:write', module: 'work_orders' } as const

export const listWarrantyConfigs = read(
  {
    ...readable,
    summary: 'List warranty configurations',
    description:
      'In the order in which they were made. For a work order the one counts that names its category, else its ' +
      'kind of device, else one for everything; of several the one that covers longest.',
    query: ArrayPaging.extend({
      active: flag().optional(),
      applies_to: searchText().optional().describe('Exactly as it is written'),
    }),
    output: z.array(WarrantyConfig),
  },
  (ctx, { query: { active, applies_to, ...paging } }) =>
    arrayPage(
      ctx,
      warrantyConfigs,
      paging,
      and(same(warrantyConfigs.active, active), same(warrantyConfigs.applies_to, applies_to)),
      [asc(warrantyConfigs.id)],
      rows,
    ),
)

export const createWarrantyConfig = write(
  {
    ...writable,
    summary: 'Create warranty config',
    body: Draft,
    output: WarrantyConfig,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, config] = await Promise.all([
      insert(ctx, warrantyConfigs, body),
      one(ctx, newId(warrantyConfigs)),
    ])
    return config
  },
)

export const getWarrantyConfig = read(
  {
    ...readable,
    summary: 'Get warranty config',
    params: Id,
    output: WarrantyConfig,
    on: warrantyConfigs,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateWarrantyConfig = write(
  {
    ...writable,
    summary: 'Update warranty config',
    description: 'Counts for claims from now on; those that were filed keep what applied then.',
    params: Id,
    body: Draft.partial(),
    output: WarrantyConfig,
    on: warrantyConfigs,
  },
  async (ctx, { params: { id }, body }) => {
    const [, config] = await Promise.all([update(ctx, warrantyConfigs, id, body), one(ctx, id)])
    return config
  },
)

export const deleteWarrantyConfig = write(
  {
    ...writable,
    summary: 'Delete warranty config',
    description: 'Refused while claims were filed under it; set `active` to false instead.',
    params: Id,
    on: warrantyConfigs,
  },
  (ctx, { params }) => orSetInactive(remove(ctx, warrantyConfigs, params.id), 'active'),
)
