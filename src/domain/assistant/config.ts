import { eq, getTableColumns, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { insertMissing, mustMatch, updateWhere } from '../../db/rows.ts'
import { amount, id, money, optionalText, Stamps } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { integrations } from '../integrations/tables.ts'
import { assistantConfigs } from './tables.ts'

const Config = z.object({
  enabled: z.boolean(),
  openai_model: z
    .string()
    .describe('The model in use')
    .meta({ examples: ['gpt-4o'] }),
  diagnosis_cost: money()
    .describe('Excl. VAT')
    .meta({ examples: [25] }),
  diagnosis_tax_rate_id: id().nullable(),
  max_suggestions: z.int().meta({ examples: [5] }),
  daily_token_limit: z.int().meta({ examples: [200_000] }),
  created_at: Stamps.created_at.nullable(),
  updated_at: Stamps.updated_at.nullable(),
})

const Draft = z
  .object({
    enabled: z.boolean().describe('Enable or disable the AI assistant globally'),
    openai_model: optionalText(100).describe(
      'OpenAI model identifier (e.g. gpt-4o); that of the integration when empty',
    ),
    diagnosis_cost: amount().describe('Cost charged for a physical diagnosis session, excl. VAT'),
    diagnosis_tax_rate_id: id()
      .nullable()
      .describe("Tax rate ID applied to the diagnosis cost; the shop's default when null"),
    max_suggestions: z
      .int()
      .min(1)
      .max(10)
      .describe('Maximum number of suggestions to return (1–10)'),
    daily_token_limit: z
      .int()
      .min(0)
      .max(100_000_000)
      .describe("Tokens that may be spent in a day of the shop; 0 stops the assistant's spending"),
  })
  .partial()

/** Until the shop says otherwise; connecting OpenAI is what switches the assistant on. */
const usual = {
  enabled: true,
  diagnosis_cost_cents: 0,
  diagnosis_tax_rate_id: null,
  max_suggestions: 5,
  daily_token_limit: 200_000,
  created_at: null,
  updated_at: null,
}

/** What is asked when nobody names another model. */
export const usualModel = 'gpt-4o-mini'

const { id: _id, tenant_id: _tenant, ...columns } = getTableColumns(assistantConfigs)

/** The assistant of the shop as it works now; two statements of one tick. */
export async function configOf(ctx: Selecting) {
  const [[stored], [connected]] = await Promise.all([
    ctx.db.select(columns).from(assistantConfigs),
    ctx.db
      .select({ config: integrations.config })
      .from(integrations)
      .where(eq(integrations.slug, 'openai')),
  ])
  const openai_model = stored?.openai_model ?? connected?.config.model ?? usualModel
  return { ...usual, ...stored, openai_model }
}

export type AssistantConfig = Awaited<ReturnType<typeof configOf>>

const shown = ({ diagnosis_cost_cents, ...config }: AssistantConfig) => ({
  ...config,
  diagnosis_cost: diagnosis_cost_cents,
})

export const getAssistantConfig = read(
  { summary: 'Get AI configuration', can: 'settings:read', module: 'ai', output: Config },
  async (ctx) => shown(await configOf(ctx)),
)

export const updateAssistantConfig = write(
  {
    summary: 'Update AI configuration',
    can: 'settings:write',
    module: 'ai',
    body: Draft,
    output: Config,
  },
  async (ctx, { body: { diagnosis_cost, ...changes } }) => {
    const [, , , config] = await Promise.all([
      mustMatch(
        ctx,
        assistantConfigs,
        sql`(select ${assistantConfigs.id} from ${assistantConfigs})`,
      ),
      insertMissing(ctx, assistantConfigs, {}),
      updateWhere(ctx, assistantConfigs, sql`true`, {
        ...changes,
        diagnosis_cost_cents: diagnosis_cost,
      }),
      configOf(ctx),
    ])
    return shown(config)
  },
)
