import { and, desc, getTableColumns, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { onDays, same } from '../../db/rows.ts'
import { day, id, Paging, pageOf, Stamps } from '../../schema.ts'
import { read } from '../../verb.ts'
import { abandoned } from './budget.ts'
import { consultationOutcomes, consultations } from './tables.ts'

const Consultation = z.object({
  id: id(),
  device_brand: z.string().meta({ examples: ['Apple'] }),
  device_model: z.string().meta({ examples: ['iPhone 14 Pro'] }),
  openai_model: z.string().meta({ examples: ['gpt-4o'] }),
  outcome: z.enum(consultationOutcomes),
  tokens: z
    .int()
    .describe('Used, or held back while it runs')
    .meta({ examples: [1830] }),
  failure: z.string().nullable(),
  user_id: id().nullable(),
  ...Stamps,
})

const {
  tenant_id: _tenant,
  answer: _answer,
  outcome: _outcome,
  ...columns
} = getTableColumns(consultations)

/** One whose Worker died while it ran has failed. */
const outcome = sql<(typeof consultationOutcomes)[number]>`
  case when ${abandoned} then 'failed' else ${consultations.outcome} end`

const rows = (ctx: Selecting) => ctx.db.select({ ...columns, outcome }).from(consultations)

export const listConsultations = read(
  {
    summary: 'List AI consultations',
    description: 'What was asked about, what came of it, and what it cost in tokens; newest first.',
    can: 'settings:read',
    module: 'ai',
    query: Paging.extend({
      outcome: z.enum(consultationOutcomes).optional(),
      from: day().optional(),
      to: day().optional(),
    }),
    output: pageOf(Consultation),
  },
  (ctx, { query: { outcome: wanted, from, to, ...paging } }) =>
    pageInOrder(
      ctx,
      consultations,
      paging,
      and(
        wanted === 'failed'
          ? or(same(consultations.outcome, 'failed'), abandoned)
          : same(consultations.outcome, wanted),
        onDays(consultations.created_at, { from, to }),
      ),
      [desc(consultations.id)],
      rows,
    ),
)
