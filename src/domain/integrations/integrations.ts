import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { type Context, originOf, type Selecting, type Transacting } from '../../context.ts'
import { insertMissing, mustMatch, record, updateWhere } from '../../db/rows.ts'
import type { Env } from '../../env.ts'
import { checkedUrl } from '../../integrations/outside.ts'
import { type FieldErrors, found, invalid } from '../../refusal.ts'
import { ArrayPaging, instant, Stamps } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { newSecret } from '../identity/tokens.ts'
import { type CatalogEntry, catalog, entryOf, type Slug, slugs } from './catalog.ts'
import { reopenMessages } from './inbox.ts'
import { openSecrets, sealSecrets } from './secrets.ts'
import { integrations } from './tables.ts'
import { endTokens } from './tokens.ts'

/** What a secret looks like outside; sent back it leaves the secret as it is. */
export const mask = '***masked***'
export const isMasked = (value: string) => value.includes(mask) || /^\u2022+$/.test(value)

export const SlugPath = z.object({
  slug: z.enum(slugs).meta({ examples: ['mollie'] }),
})

const Integration = z.object({
  slug: z.string().meta({ examples: ['mollie'] }),
  name: z.string().meta({ examples: ['Mollie Payments'] }),
  is_enabled: z.boolean(),
  config: z
    .record(z.string(), z.string().nullable())
    .describe('Every key that the service has, null when not set; secrets are masked')
    .meta({ examples: [{ api_key: mask }] }),
  webhook_url: z
    .string()
    .nullable()
    .describe('Where the service posts to us; null for others, and before the first update')
    .meta({ examples: ['https://api.example.com/webhooks/mollie/Jn2k…'] }),
  tested_at: instant().nullable(),
  test_message: z.string().nullable(),
  created_at: Stamps.created_at.nullable(),
  updated_at: Stamps.updated_at.nullable(),
})

type Row = typeof integrations.$inferSelect

/** The row of a service, or of all; nothing is stored of one that was never set up. */
export const integrationRows = (ctx: Selecting, slug?: Slug): Promise<Row[]> =>
  ctx.db
    .select()
    .from(integrations)
    .where(slug && eq(integrations.slug, slug))

/** Where a service posts to us. */
export const webhookUrl = (ctx: Pick<Context, 'env' | 'origin'>, slug: string, key: string) =>
  `${originOf(ctx) ?? ''}/webhooks/${slug}/${key}`

function shown(ctx: Context, { slug, name, keys, posts }: CatalogEntry, row: Row | undefined) {
  const visible = ({ name, secret }: CatalogEntry['keys'][number]) => {
    const value = row?.config[name] ?? null
    // A publishable key says by its beginning of which kind it is: `pk_test_…`.
    return secret === 'prefix' && value ? `${/^([a-z]+_)*/.exec(value)?.[0] ?? ''}${mask}` : value
  }
  return {
    slug,
    name,
    is_enabled: row?.enabled ?? false,
    config: Object.fromEntries(keys.map((key) => [key.name, visible(key)])),
    webhook_url: posts && row ? webhookUrl(ctx, slug, row.webhook_key) : null,
    tested_at: row?.tested_at ?? null,
    test_message: row?.test_message ?? null,
    created_at: row?.created_at ?? null,
    updated_at: row?.updated_at ?? null,
  }
}

export const listIntegrations = read(
  {
    summary: 'List all integrations',
    can: 'integrations:read',
    query: ArrayPaging,
    output: z.array(Integration),
  },
  async (ctx, { query: { page = 1, per_page = 100 } }) => {
    const rows = new Map((await integrationRows(ctx)).map((row) => [row.slug, row]))
    const all = catalog.map((entry) => shown(ctx, entry, rows.get(entry.slug)))
    const start = (page - 1) * per_page
    return Object.assign(all.slice(start, start + per_page), { total: all.length })
  },
)

export const getIntegration = read(
  {
    summary: 'Get single integration',
    description: 'Secret values are shown masked.',
    can: 'integrations:read',
    params: SlugPath,
    output: Integration,
  },
  async (ctx, { params: { slug } }) => {
    const [row] = await integrationRows(ctx, slug)
    return shown(ctx, entryOf(slug), row)
  },
)

export const updateIntegration = transact(
  {
    summary: 'Update integration config',
    description:
      'Keys that are not given, or given masked, stay as they are; null or an empty text removes one. Keys that the service does not have are ignored.',
    can: 'integrations:write',
    params: SlugPath,
    body: z.object({
      config: z
        .record(z.string().max(100), z.string().trim().max(10_000).nullable())
        .optional()
        .meta({ examples: [{ api_key: 'live_xxxxxxxxxxxxxxxx' }] }),
      is_enabled: z.boolean().optional(),
    }),
    output: z.object({
      slug: z.string().meta({ examples: ['mollie'] }),
      is_enabled: z.boolean(),
      updated_at: Stamps.updated_at,
    }),
  },
  async (ctx, { params: { slug }, body }) => {
    const isIt = eq(integrations.slug, slug)
    await mustMatch(
      ctx,
      integrations,
      sql`(select ${integrations.id} from ${integrations} where ${isIt})`,
    )
    const row = await lockedRow(ctx, slug)
    const given = Object.entries(body.config ?? {}).filter(([, value]) => !isMasked(value ?? ''))
    const entry = entryOf(slug)
    refuseMalformed(ctx.env, entry, Object.fromEntries(given))
    const { config, changes } = await configured(ctx, entry, row, Object.fromEntries(given))
    const enabled = body.is_enabled ?? row.enabled
    if (enabled) refuseIncomplete(entry, config)
    await updateWhere(ctx, integrations, isIt, { ...changes, config, enabled })
    if (changes.secrets) {
      const names = given.map(([name]) => name).filter((name) => isSecret(entry, name))
      await record(ctx, 'integration.secrets_changed', 'integration', row.id, {
        secrets: [null, names.join(', ')],
      })
      // What could not be read with the old ones may be readable now.
      await reopenMessages(ctx, slug)
      await endTokens(ctx, slug)
    }
    const [changed] = await integrationRows(ctx, slug)
    const { updated_at } = found(changed)
    return { slug, is_enabled: enabled, updated_at }
  },
)

/** The row, made if need be, until the transaction ends ours alone. */
async function lockedRow(ctx: Transacting, slug: Slug): Promise<Row> {
  await insertMissing(ctx, integrations, { slug, webhook_key: newSecret().secret })
  const [row] = await ctx.db
    .select()
    .from(integrations)
    .where(eq(integrations.slug, slug))
    .for('update')
  return found(row)
}

const isSecret = ({ keys }: CatalogEntry, name: string) =>
  keys.some((key) => key.name === name && key.secret === true)

/** The config with what was given, and the secrets in a sealed form of their own. */
async function configured(
  ctx: Transacting,
  entry: CatalogEntry,
  row: Row,
  given: Record<string, string | null>,
): Promise<{ config: Record<string, string>; changes: { secrets?: string } }> {
  const config = { ...row.config }
  const newSecrets: Record<string, string | null> = {}
  for (const { name, secret } of entry.keys) {
    const value = given[name]
    if (value === undefined) continue
    if (secret === true) newSecrets[name] = value || null
    if (value) config[name] = secret === true ? mask : value
    else delete config[name]
  }
  if (Object.keys(newSecrets).length === 0) return { config, changes: {} }
  // Where all are new the old ones are not opened, so that a lost key is no dead end.
  const keepsOne = entry.keys.some(
    ({ name, secret }) => secret === true && row.config[name] && !(name in newSecrets),
  )
  const old = keepsOne ? await openSecrets(ctx.env, row.secrets) : {}
  const merged = { ...old, ...newSecrets }
  const kept = Object.entries(merged).filter((pair): pair is [string, string] => pair[1] !== null)
  return { config, changes: { secrets: await sealSecrets(ctx.env, Object.fromEntries(kept)) } }
}

/** What could not work is refused when it is saved, not when it is needed. */
function refuseMalformed(env: Env, { keys }: CatalogEntry, given: Record<string, string | null>) {
  const errors: FieldErrors = {}
  for (const { name, format, is_url } of keys) {
    const value = given[name]
    if (!value) continue
    const field = `config.${name}`
    if (is_url) checkedUrl(env, value, field)
    const problem = format?.safeParse(value).error?.issues[0]?.message
    if (problem) errors[field] = [`The ${field} field ${problem}.`]
  }
  if (Object.keys(errors).length > 0) throw invalid(errors)
}

/** A service is switched on with all that it needs, or not at all. */
function refuseIncomplete({ keys, either }: CatalogEntry, config: Record<string, string>) {
  const missing = keys.filter(({ name, optional }) => !optional && !config[name])
  const errors: FieldErrors = Object.fromEntries(
    missing.map(({ name }) => [`config.${name}`, [`The config.${name} field is required.`]]),
  )
  if (either && !either.some((name) => config[name])) {
    errors[`config.${either[0]}`] = [`The config.${either[0]} or ${either[1]} field is required.`]
  }
  if (Object.keys(errors).length > 0) throw invalid(errors)
}
