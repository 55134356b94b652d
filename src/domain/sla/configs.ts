import { and, asc, getTableColumns, type SQL } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, newId, remove, rowsBy, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, flag, hours, Id, id, number, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { deviceKinds } from '../customers/tables.ts'
import { priorities } from '../workshop/tables.ts'
import { slaConfigs } from './tables.ts'

const SlaConfig = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Standard 24h'] }),
  response_hours: number(4),
  resolution_hours: number(24),
  applies_to: z
    .string()
    .nullable()
    .meta({ examples: ['urgent'] }),
  active: z.boolean().meta({ examples: [true] }),
  warning_minutes: z.int().meta({ examples: [60] }),
  ...Stamps,
})

const scope = z.enum([...priorities, ...deviceKinds])

const Draft = z.object({
  name: text().meta({ examples: ['Standard 24h'] }),
  response_hours: hours().describe('Working hours until the first response; 0: at once'),
  resolution_hours: hours().describe('Working hours until the repair is done'),
  applies_to: scope
    .nullable()
    .optional()
    .describe('A priority, else a kind of device; null: what no other one is for'),
  active: z.boolean().optional().describe('false: counts only for work orders that name it'),
  warning_minutes: z
    .int()
    .min(0)
    .max(10_080)
    .optional()
    .describe('So long before a deadline it is warned of; 60 when absent, 0: never'),
})

const { tenant_id: _tenant, ...columns } = getTableColumns(slaConfigs)

const rows = (ctx: Selecting) => ctx.db.select(columns).from(slaConfigs)

async function one(ctx: Selecting, id: number | SQL<number>) {
  const [config] = await rowsBy(ctx, rows, slaConfigs.id, id)
  return found(config)
}

const readable = { can: 'sla:read', module: 'work_orders' } as const
const writable = { can: 'sla:write', module: 'work_orders' } as const

export const listSlaConfigs = read(
  {
    ...readable,
    summary: 'List SLA configurations',
    description:
      'In the order in which they are made: of several for the same work order the first counts.',
    query: ArrayPaging.extend({ active: flag().optional(), applies_to: scope.optional() }),
    output: z.array(SlaConfig),
  },
  (ctx, { query: { active, applies_to, ...paging } }) =>
    arrayPage(
      ctx,
      slaConfigs,
      paging,
      and(same(slaConfigs.active, active), same(slaConfigs.applies_to, applies_to)),
      [asc(slaConfigs.id)],
      rows,
    ),
)

export const createSlaConfig = write(
  {
    ...writable,
    summary: 'Create SLA config',
    description:
      'Hours are those in which the shop is open, and all of them where no opening hours are set; time in ' +
      'which a work order waits does not count. It counts for open work orders too.',
    body: Draft,
    output: SlaConfig,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, config] = await Promise.all([
      insert(ctx, slaConfigs, body),
      one(ctx, newId(slaConfigs)),
    ])
    return config
  },
)

export const getSlaConfig = read(
  { ...readable, summary: 'Get SLA config', params: Id, output: SlaConfig, on: slaConfigs },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateSlaConfig = write(
  {
    ...writable,
    summary: 'Update SLA config',
    description: 'The deadlines of open work orders follow; a breach that is recorded stays.',
    params: Id,
    body: Draft.partial(),
    output: SlaConfig,
    on: slaConfigs,
  },
  async (ctx, { params: { id }, body }) => {
    const [, config] = await Promise.all([update(ctx, slaConfigs, id, body), one(ctx, id)])
    return config
  },
)

export const deleteSlaConfig = write(
  {
    ...writable,
    summary: 'Delete SLA config',
    description: 'Refused while work orders name it; its breaches stay in the list.',
    params: Id,
    on: slaConfigs,
  },
  (ctx, { params }) => remove(ctx, slaConfigs, params.id),
)
