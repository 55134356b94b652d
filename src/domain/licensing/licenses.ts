import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { mustExist, same, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, day, Id, id, instant, Paging, pageOf, Stamps } from '../../schema.ts'
import { read } from '../../verb.ts'
import { licenseModules, licenses } from './tables.ts'
import { moduleKeys, tiers } from './tiers.ts'

const statuses = ['trial', 'active', 'suspended', 'expired'] as const
const tierNames = ['starter', 'growth', 'enterprise'] as const

const License = z.object({
  id: id(),
  company_id: id().describe('The shop that holds the licence'),
  license_type: z.string().meta({ examples: ['SMR'] }),
  tier: z.string().meta({ examples: ['growth'] }),
  status: z.string().meta({ examples: ['active'] }),
  valid_from: day(),
  valid_until: day()
    .nullable()
    .meta({ examples: ['2027-03-27'] }),
  billing_cycle: z.string().meta({ examples: ['monthly'] }),
  max_users: z.int().meta({ examples: [15] }),
  price_monthly: z.string().meta({ examples: ['149.00'] }),
  is_current: z.boolean(),
  modules: z.array(
    z.object({
      module_key: z.string().meta({ examples: ['work_orders'] }),
      is_active: z.boolean(),
    }),
  ),
  ...Stamps,
})

/** A licence past its last day is expired at once, without waiting for a job. */
const status = sql<string>`case when licenses.valid_until < app.today() then 'expired' else licenses.status end`

const columns = {
  id: licenses.id,
  company_id: licenses.tenant_id,
  license_type: licenses.license_type,
  tier: licenses.tier,
  status,
  valid_from: licenses.valid_from,
  valid_until: licenses.valid_until,
  billing_cycle: licenses.billing_cycle,
  max_users: licenses.max_users,
  price_monthly: sql<string>`(licenses.price_monthly_cents / 100.0)::numeric(12, 2)::text`,
  is_current: licenses.is_current,
  modules: subquery<{ module_key: string; is_active: boolean }[]>(sql`
    select coalesce(json_agg(json_build_object('module_key', m.module_key, 'is_active', m.is_active) order by m.id), '[]')
    from license_modules m where m.license_id = licenses.id`),
  created_at: licenses.created_at,
  updated_at: licenses.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(licenses)

const one = async (ctx: Reading, where: SQL) => {
  const [license] = await rows(ctx).where(where)
  return found(license, 'License')
}

export const currentLicense = read(
  { summary: 'Get current tenant license', can: 'account', output: License },
  (ctx) => one(ctx, eq(licenses.is_current, true)),
)

export const checkModule = read(
  {
    summary: 'Check if tenant has module',
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
      .where(
        and(
          eq(licenses.is_current, true),
          eq(licenseModules.module_key, query.module),
          eq(licenseModules.is_active, true),
        ),
      )
    return { has_module: active.length > 0 }
  },
)

export const listLicenses = read(
  {
    summary: 'List licenses',
    description: 'Those of the own shop, newest first.',
    can: 'licenses:read',
    query: Paging.extend({
      status: z.enum(statuses).optional(),
      tier: z.enum(tierNames).optional(),
    }),
    output: pageOf(License),
  },
  (ctx, { query }) => {
    const where = and(
      query.status && sql`${status} = ${query.status}`,
      same(licenses.tier, query.tier),
    )
    return page(ctx, licenses, query, where, rows)
  },
)

export const getLicense = read(
  { summary: 'Get license', can: 'licenses:read', params: Id, output: License, on: licenses },
  (ctx, { params }) => one(ctx, eq(licenses.id, params.id)),
)

export const listLicenseModules = read(
  {
    summary: 'List available modules',
    description: 'All modules; `available` are those that the tier includes.',
    can: 'licenses:read',
    params: Id,
    query: ArrayPaging,
    output: z.array(
      z.object({
        module_key: z.string().meta({ examples: ['work_orders'] }),
        available: z.boolean(),
        is_active: z.boolean(),
        activated_at: instant()
          .nullable()
          .meta({ examples: ['2026-01-01T00:00:00Z'] }),
      }),
    ),
    on: licenses,
  },
  async (ctx, { params, query: { page: number = 1, per_page = 100 } }) => {
    const [, [license], modules] = await Promise.all([
      mustExist(ctx, licenses, params.id),
      ctx.db.select({ tier: licenses.tier }).from(licenses).where(eq(licenses.id, params.id)),
      ctx.db
        .select()
        .from(licenseModules)
        .where(eq(licenseModules.license_id, params.id))
        .orderBy(asc(licenseModules.id)),
    ])
    const included: readonly string[] = tiers[found(license).tier as keyof typeof tiers].modules
    const list = moduleKeys.map((module_key) => {
      const module = modules.find((it) => it.module_key === module_key)
      return {
        module_key,
        available: included.includes(module_key),
        is_active: module?.is_active ?? false,
        activated_at: module?.activated_at ?? null,
      }
    })
    const shown = list.slice((number - 1) * per_page, number * per_page)
    return Object.assign(shown, { total: list.length })
  },
)
