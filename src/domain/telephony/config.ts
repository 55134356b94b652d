import { asc } from 'drizzle-orm'
import * as z from 'zod'
import type { Context, Selecting } from '../../context.ts'
import { type FieldErrors, Refusal } from '../../refusal.ts'
import { instant } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { integrationRows, updateIntegration, webhookUrl } from '../integrations/integrations.ts'
import { extensions } from './tables.ts'

/** What a secret looks like here; this or the mask of /integrations sent back leaves it as it is. */
const mask = '••••••••'

const secret = () =>
  z
    .string()
    .nullable()
    .meta({ examples: [mask] })

const Config = z.object({
  api_url: z
    .string()
    .nullable()
    .meta({ examples: ['https://pbx.example.com'] }),
  api_key: secret(),
  extension_map: z
    .record(z.string(), z.string())
    .describe('User id → extension; set by /3cx/extensions')
    .meta({ examples: [{ '3': '100', '5': '101' }] }),
  client_id: z.string().nullable(),
  webhook_secret: secret(),
  is_enabled: z.boolean(),
  webhook_url: z.string().nullable().describe('Where the exchange reports calls'),
  created_at: instant().nullable(),
  updated_at: instant().nullable(),
})

const shown = async (ctx: Context & Selecting): Promise<z.input<typeof Config>> => {
  const [[row], map] = await Promise.all([
    integrationRows(ctx, '3cx'),
    ctx.db
      .select({ user_id: extensions.user_id, extension: extensions.extension })
      .from(extensions)
      .orderBy(asc(extensions.user_id)),
  ])
  const { api_url = null, client_id = null, api_key, webhook_secret } = row?.config ?? {}
  return {
    api_url,
    api_key: api_key ? mask : null,
    extension_map: Object.fromEntries(map.map(({ user_id, extension }) => [user_id, extension])),
    client_id,
    webhook_secret: webhook_secret ? mask : null,
    is_enabled: row?.enabled ?? false,
    webhook_url: row ? webhookUrl(ctx, '3cx', row.webhook_key) : null,
    created_at: row?.created_at ?? null,
    updated_at: row?.updated_at ?? null,
  }
}

export const getConfig = read(
  {
    summary: 'Get 3CX configuration',
    description: 'The same as /integrations/3cx.',
    can: 'integrations:read',
    module: 'telephony',
    output: Config,
  },
  (ctx) => shown(ctx),
)

const key = () => z.string().trim().max(10_000).nullable().optional()

export const updateConfig = transact(
  {
    summary: 'Update 3CX configuration',
    description:
      'Changes what is given; null or an empty text removes a value. An exchange of version 20 also needs the client id that belongs to the key.',
    can: 'integrations:write',
    module: 'telephony',
    body: z.object({
      api_url: key().describe('3CX API base URL'),
      api_key: key().describe('3CX API key'),
      client_id: key(),
      webhook_secret: key().describe('What the exchange sends as X-Webhook-Secret'),
      is_enabled: z.boolean().optional(),
    }),
    output: Config,
  },
  async (ctx, { body: { is_enabled, ...given } }) => {
    const config = Object.fromEntries(
      Object.entries(given).filter(
        (pair): pair is [string, string | null] => pair[1] !== undefined,
      ),
    )
    const body = { config, ...(is_enabled !== undefined && { is_enabled }) }
    await updateIntegration(ctx, { params: { slug: '3cx' }, body }).catch(atOwnFields)
    return shown(ctx)
  },
)

/** There the fields are inside of `config`; here they stand by themselves. */
function atOwnFields(error: unknown): never {
  if (!(error instanceof Refusal) || !error.errors) throw error
  const errors: FieldErrors = Object.fromEntries(
    Object.entries(error.errors).map(([field, sentences]) => [
      field.replace(/^config\./, ''),
      sentences.map((sentence) =>
        sentence.replace(/config\.(\w+)/g, (_, name: string) => name.replaceAll('_', ' ')),
      ),
    ]),
  )
  throw new Refusal(error.status, error.code, error.message, errors)
}
