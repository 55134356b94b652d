import { and, count, eq, inArray, isNotNull, notInArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import { insertMissing, update, updateWhere } from '../../db/rows.ts'
import { Id } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import { License, mustHold, mustNotBeHistory, oneLicense } from './license.ts'
import { licenseModules, licenses } from './tables.ts'
import { tierNames, tiers } from './tiers.ts'

export const listTiers = read(
  {
    summary: 'List tiers',
    description: 'What each tier has and costs, for a page of prices.',
    can: 'account',
    output: z.array(
      z.object({
        tier: z.enum(tierNames),
        max_users: z.int().meta({ examples: [15] }),
        price_monthly: z.string().meta({ examples: ['149.00'] }),
        modules: z.array(z.string()).meta({ examples: [['work_orders', 'invoices']] }),
      }),
    ),
  },
  async (ctx) => {
    // Nothing is read, but only the database knows whether there is an account.
    await ctx.db.execute(sql`select 1`)
    return tierNames.map((tier) => {
      const { modules, max_users, price_monthly_cents } = tiers[tier]
      const price_monthly = (price_monthly_cents / 100).toFixed(2)
      return { tier, max_users, price_monthly, modules: [...modules] }
    })
  },
)

export const activateLicense = write(
  {
    summary: 'Activate license',
    description: 'A trial becomes active; a suspended licence is active again.',
    can: 'licenses:admin',
    params: Id,
    output: License,
    on: licenses,
    across: true,
  },
  async (ctx, { params: { id } }) => {
    const [, , , , license] = await Promise.all([
      mustNotBeHistory(ctx, id),
      mustHold(ctx, id, sql`coalesce(${licenses.valid_until} >= app.today(), true)`, {
        code: 'license_ended',
        message: 'The licence has ended; give it a later valid_until first.',
      }),
      mustHold(ctx, id, sql`${licenses.status} <> 'active'`, {
        code: 'not_trial',
        message: 'Only a trial or a suspended licence can be activated.',
      }),
      update(ctx, licenses, id, {
        status: 'active',
        activated_at: sql`coalesce(${licenses.activated_at}, app.now())`,
      }),
      oneLicense(ctx, id),
    ])
    return license
  },
)

export const suspendLicense = write(
  {
    summary: 'Suspend license',
    description: 'The shop reads and exports, and writes nothing, until the licence is activated.',
    can: 'licenses:admin',
    params: Id,
    output: License,
    on: licenses,
    across: true,
  },
  async (ctx, { params: { id } }) => {
    const [, , , license] = await Promise.all([
      mustNotBeHistory(ctx, id),
      mustHold(ctx, id, sql`${licenses.status} <> 'suspended'`, {
        code: 'already_suspended',
        message: 'The licence is suspended already.',
      }),
      update(ctx, licenses, id, { status: 'suspended' }),
      oneLicense(ctx, id),
    ])
    return license
  },
)

const Changed = License.extend({
  no_longer_fits: z
    .object({
      modules: z
        .array(z.string())
        .describe('Switched off now; their records stay')
        .meta({ examples: [['accounting', 'hrm']] }),
      users_over: z
        .int()
        .describe('Active users beyond the limit; they stay, but no other one comes in')
        .meta({ examples: [3] }),
    })
    .describe('What the new tier has no room for. Nothing is deleted'),
})

export const changeTier = write(
  {
    summary: 'Upgrade / downgrade tier',
    description:
      'Switches on what the tier adds and off what it lacks. Back in the former tier everything is as it was; a module that was switched off by hand stays off.',
    can: 'licenses:admin',
    params: Id,
    body: z.object({ tier: z.enum(tierNames) }),
    output: Changed,
    on: licenses,
    across: true,
  },
  async (ctx, { params: { id }, body: { tier } }) => {
    const { modules, ...limits } = tiers[tier]
    const activated_at = sql`app.now()`
    const within = (keys: 'lacks' | 'has') =>
      and(
        eq(licenseModules.license_id, id),
        (keys === 'has' ? inArray : notInArray)(licenseModules.module_key, [...modules]),
      )
    const lost = and(within('lacks'), eq(licenseModules.is_active, true))
    const [, , gone, , , , [active], license] = await Promise.all([
      mustNotBeHistory(ctx, id),
      // First of all, so that of two changes at once the second sees what the first has done.
      update(ctx, licenses, id, { tier, ...limits }),
      // Begun here, before they are switched off, and not when it is awaited.
      ctx.db
        .select({ key: licenseModules.module_key })
        .from(licenseModules)
        .where(lost)
        .orderBy(licenseModules.id)
        .execute(),
      updateWhere(ctx, licenseModules, lost, { is_active: false, dropped_at: sql`app.now()` }),
      updateWhere(ctx, licenseModules, and(within('has'), isNotNull(licenseModules.dropped_at)), {
        is_active: true,
        dropped_at: null,
      }),
      insertMissing(
        ctx,
        licenseModules,
        modules.map((module_key) => ({ license_id: id, module_key, activated_at })),
      ),
      ctx.db.select({ users: count() }).from(users).where(eq(users.active, true)),
      oneLicense(ctx, id),
    ])
    const users_over = Math.max(0, (active?.users ?? 0) - limits.max_users)
    return { ...license, no_longer_fits: { modules: gone.map(({ key }) => key), users_over } }
  },
)
