import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { refusalOf } from '../../db/errors.ts'
import { insert } from '../../db/rows.ts'
import { found, invalid } from '../../refusal.ts'
import { email, id, text } from '../../schema.ts'
import { call, transact } from '../../verb.ts'
import { licenseTypes, tierNames } from '../licensing/tiers.ts'
import { startTrial } from '../licensing/trial.ts'
import { defaultStatuses } from '../workshop/default-statuses.ts'
import { workOrderStatuses } from '../workshop/tables.ts'
import { hashPassword, newPassword } from './passwords.ts'
import { users } from './tables.ts'

const Draft = z.object({
  name: text(),
  admin: z.object({ name: text(), email: email(), password: newPassword() }),
  license_type: z.enum(licenseTypes).default('SMR'),
  tier: z.enum(tierNames).default('growth'),
})

const Created = z.object({
  id: id(),
  name: z.string(),
  license_id: id(),
  admin: z.object({ id: id(), name: z.string(), email: z.string() }),
})

/** A new shop with its administrator, the default statuses and a trial licence. */
export const createTenant = call(
  {
    summary: 'Create tenant',
    description: 'A new shop with its administrator and a trial licence of 30 days.',
    can: 'tenants:manage',
    body: Draft,
    output: Created,
    status: 201,
  },
  async (ctx, { body }) => {
    const password_hash = await hashPassword(body.admin.password)
    return foundShop(ctx, { body: { ...body, password_hash } }).catch(atAdmin)
  },
)

/** The only address of the body is the administrator's: a taken one is said there. */
function atAdmin(error: unknown): never {
  const email = refusalOf(error)?.errors?.email
  throw email ? invalid({ 'admin.email': email }) : error
}

export const foundShop = transact(
  {
    summary: 'Found a shop',
    can: 'tenants:manage',
    body: Draft.extend({ password_hash: z.string() }),
    output: Created,
  },
  async (ctx, { body }) => {
    const { rows } = await ctx.db.execute<{ id: string }>(
      sql`select app.create_tenant(${body.name}) as id`,
    )
    const { license_type, tier } = body
    const { id: license_id } = await startTrial(ctx, {
      license_type,
      tier,
      valid_from: sql`app.today()`,
      valid_until: sql`app.today() + ${trial_days}::int`,
    })
    const statuses = defaultStatuses.map((status, position) => ({
      ...status,
      position,
      allowed_next: [...status.allowed_next],
    }))
    await insert(ctx, workOrderStatuses, statuses)
    const { name, email } = body.admin
    const { password_hash } = body
    const [admin] = await insert(ctx, users, { name, email, password_hash, role: 'admin' })
    return {
      id: Number(found(rows[0]).id),
      name: body.name,
      license_id,
      admin: { ...found(admin), name, email },
    }
  },
)

const trial_days = 30
