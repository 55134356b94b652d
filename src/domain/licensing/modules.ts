import { and, asc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Context, Selecting, WritableDb } from '../../context.ts'
import { insertMissing, updateWhere } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, Id, instant } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { mustHold, mustNotBeHistory } from './license.ts'
import { licenseModules, licenses } from './tables.ts'
import { type ModuleKey, moduleKeys, type TierName, tierNames, tiers } from './tiers.ts'

const Module = z.object({
  module_key: z.string().meta({ examples: ['work_orders'] }),
  available: z.boolean().describe('The tier includes it'),
  is_active: z.boolean(),
  activated_at: instant()
    .nullable()
    .meta({ examples: ['2026-01-01T00:00:00Z'] }),
})

const Choice = z.object({ module_key: z.enum(moduleKeys).meta({ examples: ['accounting'] }) })

const isOn = eq(licenseModules.is_active, true)

export const checkModule = read(
  {
    summary: 'Check if tenant has module',
    description: 'Is it switched on? Of a module that nobody knows: no.',
    can: 'account',
    query: z.object({
      module: z
        .string()
        .min(1)
        .max(100)
        .meta({ examples: ['accounting'] }),
    }),
    output: z.object({ has_module: z.boolean() }),
  },
  async (ctx, { query }) => {
    const active = await ctx.db
      .select({ id: licenseModules.id })
      .from(licenseModules)
      .innerJoin(licenses, eq(licenses.id, licenseModules.license_id))
      .where(and(eq(licenses.is_current, true), eq(licenseModules.module_key, query.module), isOn))
    return { has_module: active.length > 0 }
  },
)

export const listLicenseModules = read(
  {
    summary: 'List available modules',
    description: 'All modules; `available` are those that the tier includes.',
    can: 'licenses:read',
    params: Id,
    query: ArrayPaging,
    output: z.array(Module),
    on: licenses,
    across: true,
  },
  async (ctx, { params, query: { page = 1, per_page = 100 } }) => {
    const list = await modulesOf(ctx, params.id)
    const shown = list.slice((page - 1) * per_page, page * per_page)
    return Object.assign(shown, { total: list.length })
  },
)

/** Every module there is, as it stands in a licence. */
async function modulesOf(ctx: Selecting, license_id: number) {
  const [[license], modules] = await Promise.all([
    ctx.db.select({ tier: licenses.tier }).from(licenses).where(eq(licenses.id, license_id)),
    ctx.db
      .select()
      .from(licenseModules)
      .where(eq(licenseModules.license_id, license_id))
      .orderBy(asc(licenseModules.id)),
  ])
  const included: readonly string[] = tiers[found(license).tier as TierName].modules
  return moduleKeys.map((module_key) => {
    const module = modules.find((it) => it.module_key === module_key)
    const is_active = module?.is_active ?? false
    return {
      module_key,
      available: included.includes(module_key),
      is_active,
      activated_at: is_active ? (module?.activated_at ?? null) : null,
    }
  })
}

const moduleOf = async (ctx: Selecting, license_id: number, key: ModuleKey) =>
  found((await modulesOf(ctx, license_id)).find(({ module_key }) => module_key === key))

const named = (license_id: number, key: ModuleKey) =>
  and(eq(licenseModules.license_id, license_id), eq(licenseModules.module_key, key))

/** 422 `not_in_tier` */
function mustBeInTier(ctx: Context & { db: WritableDb }, license_id: number, key: ModuleKey) {
  const having = tierNames.filter((tier) => tiers[tier].modules.includes(key))
  return mustHold(ctx, license_id, sql`${licenses.tier} = any (${sql.param(having)})`, {
    code: 'not_in_tier',
    message: `The module ${key} is not in the tier of this licence; it is in ${having.join(', ')}.`,
    field: 'module_key',
  })
}

export const activateModule = write(
  {
    summary: 'Activate module',
    can: 'licenses:write',
    params: Id,
    body: Choice,
    output: Module,
    on: licenses,
    across: true,
  },
  async (ctx, { params: { id }, body: { module_key } }) => {
    const activated_at = sql`app.now()`
    const isOff = eq(licenseModules.is_active, false)
    const [, , , , module] = await Promise.all([
      mustNotBeHistory(ctx, id),
      mustBeInTier(ctx, id, module_key),
      updateWhere(ctx, licenseModules, and(named(id, module_key), isOff), {
        is_active: true,
        activated_at,
        dropped_at: null,
      }),
      insertMissing(ctx, licenseModules, { license_id: id, module_key, activated_at }),
      moduleOf(ctx, id, module_key),
    ])
    return module
  },
)

export const deactivateModule = write(
  {
    summary: 'Deactivate module',
    description: 'Its records stay, and are there again when it is activated.',
    can: 'licenses:write',
    params: Id,
    body: Choice,
    output: Module,
    on: licenses,
    across: true,
  },
  async (ctx, { params: { id }, body: { module_key } }) => {
    const [, , module] = await Promise.all([
      mustNotBeHistory(ctx, id),
      updateWhere(ctx, licenseModules, named(id, module_key), {
        is_active: false,
        activated_at: null,
        dropped_at: null,
      }),
      moduleOf(ctx, id, module_key),
    ])
    return module
  },
)
