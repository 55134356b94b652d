import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Context, ReadOnlyDb, Selecting, WritableDb } from '../../context.ts'
import { guard, rowsBy, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, instant, Stamps } from '../../schema.ts'
import { licenses } from './tables.ts'

export const License = z.object({
  id: id(),
  company_id: id().describe('The shop that holds the licence'),
  license_type: z.string().meta({ examples: ['SMR'] }),
  tier: z.string().meta({ examples: ['growth'] }),
  status: z.string().meta({ examples: ['active'] }),
  valid_from: day(),
  valid_until: day()
    .nullable()
    .describe('The last day; null: without end')
    .meta({ examples: ['2027-03-27'] }),
  billing_cycle: z.string().meta({ examples: ['monthly'] }),
  max_users: z.int().meta({ examples: [15] }),
  price_monthly: z.string().meta({ examples: ['149.00'] }),
  is_current: z.boolean(),
  activated_at: instant().nullable().describe('null: never more than a trial'),
  modules: z.array(
    z.object({
      module_key: z.string().meta({ examples: ['work_orders'] }),
      is_active: z.boolean(),
    }),
  ),
  ...Stamps,
})

/** A licence past its last day is expired at once, without waiting for a job. */
export const status = sql<string>`case when licenses.valid_until < app.today() then 'expired' else licenses.status end`

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
  activated_at: licenses.activated_at,
  modules: subquery<{ module_key: string; is_active: boolean }[]>(sql`
    select coalesce(json_agg(json_build_object('module_key', m.module_key, 'is_active', m.is_active) order by m.id), '[]')
    from license_modules m where m.license_id = licenses.id`),
  created_at: licenses.created_at,
  updated_at: licenses.updated_at,
}

export const rows = (ctx: Selecting) => ctx.db.select(columns).from(licenses)

export const oneLicense = async (ctx: Selecting, id: number | SQL<number>) =>
  found((await rowsBy(ctx, rows, licenses.id, id))[0], 'License')

/**
 * Everything after it acts inside that shop, which only the service's own staff may do; the own shop is no matter.
 *
 * @param field of the body, for a 422; without it a shop that is not there is a 404
 */
export async function enterShop(
  ctx: Context & { db: ReadOnlyDb },
  tenant_id: number | undefined,
  field?: string,
) {
  if (tenant_id === undefined) return
  await ctx.db.execute(sql`select app.enter_shop(${tenant_id}, ${field ?? null})`)
}

/** A condition on a licence's row, which must hold; the row is held until what follows in the batch is done. */
export const mustHold = (
  ctx: Context & { db: WritableDb },
  id: number,
  holds: SQL,
  refusal: Parameters<typeof guard>[2],
) =>
  guard(
    ctx,
    sql`(select ${holds} from ${licenses} where ${eq(licenses.id, id)} for no key update)`,
    refusal,
  )

/** 422 `not_current`: what a licence was is not changed afterwards. One that is still to begin may. */
export const mustNotBeHistory = (ctx: Context & { db: WritableDb }, id: number) =>
  mustHold(ctx, id, sql`${licenses.is_current} or ${licenses.began_at} is null`, {
    code: 'not_current',
    message: 'Another licence has taken the place of this one; it does not change any more.',
  })
