import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Context, WritableDb } from '../../context.ts'
import { insert, newId, updateWhere } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { licenseModules, licenses } from './tables.ts'
import { type billingCycles, type LicenseType, type TierName, tiers } from './tiers.ts'

interface Trial {
  license_type: LicenseType
  tier: TierName
  valid_from: string | SQL
  valid_until?: string | SQL | null | undefined
  billing_cycle?: (typeof billingCycles)[number] | undefined
}

/**
 * A trial licence with every module of its tier on. From its first day on it is the shop's current one, and the
 * one before it is history; when that day is still to come, a job sees to it (`app.begin_licenses`).
 */
export async function startTrial(
  ctx: Context & { db: WritableDb },
  { tier, valid_from, ...terms }: Trial,
): Promise<{ id: number }> {
  const { modules, ...limits } = tiers[tier]
  const begins = sql`${valid_from}::date <= app.today()`
  const activated_at = sql`app.now()`
  const statements = [
    // Of two new licences at once the second sees that the first is current.
    ctx.db.execute(sql`select from tenants where id = app.tenant() for no key update`),
    updateWhere(ctx, licenses, and(eq(licenses.is_current, true), begins), { is_current: false }),
  ]
  const added = insert(ctx, licenses, {
    ...terms,
    ...limits,
    tier,
    valid_from,
    is_current: begins,
    began_at: sql`case when ${begins} then app.now() end`,
  })
  const switchedOn = insert(
    ctx,
    licenseModules,
    modules.map((module_key) => ({ license_id: newId(licenses), module_key, activated_at })),
  )
  const [[license]] = await Promise.all([added, switchedOn, ...statements])
  return found(license)
}
