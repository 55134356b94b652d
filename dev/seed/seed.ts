import pg from 'pg'
import type { Gate } from '../../src/context.ts'
import { insert, update } from '../../src/db/rows.ts'
import { transaction } from '../../src/db/transaction.ts'
import { hashPassword } from '../../src/domain/identity/passwords.ts'
import { users } from '../../src/domain/identity/tables.ts'
import { systemContext } from '../context.ts'
import type { Database } from '../database.ts'
import { acting } from './acting.ts'
import { foundDemoShop } from './shops.ts'

/** The accounts that a newcomer can log in with; the password of each is `secret`. */
export const demoLogins = [
  { email: 'admin@example.com', who: 'administrator' },
  { email: 'manager@example.com', who: 'manager' },
  { email: 'technician@example.com', who: 'technician' },
  { email: 'frontdesk@example.com', who: 'front desk' },
  { email: 'accountant@example.com', who: 'accountant' },
  { email: 'admin@other.example.com', who: 'administrator of another shop' },
  { email: 'platform@example.com', who: 'platform administrator' },
]

const everything: Gate = { permission: null, roles: [], module: null, writes: true, open: false }
const day_ms = 86_400_000

/**
 * Fills an empty database with the demo shops, in one transaction: all of it or nothing.
 * A database with any shop in it is left alone. Answers whether it did something.
 */
export async function seed(database: Database): Promise<boolean> {
  if (await hasShops(database.owner_url)) return false
  const password_hash = await hashPassword('secret')
  const now = new Date(Date.now() - 365 * day_ms)
  const ctx = systemContext(database, { job: 'seed', tenant_id: null, now })
  await transaction(ctx, everything, async (inner) => {
    const founding = { password_hash, now }
    const main = await foundDemoShop(
      inner,
      {
        name: 'Reparatiehuis Amsterdam',
        admin: { name: 'Anna de Wit', email: 'admin@example.com' },
      },
      founding,
    )
    const staff = ['manager', 'technician', 'frontdesk', 'accountant'].map((role) => ({
      name: role,
      email: `${role}@example.com`,
      role,
      password_hash,
    }))
    await insert(await acting(inner, { ...main, now }), users, staff)
    await foundDemoShop(
      inner,
      {
        name: 'Fietsenmaker Utrecht',
        admin: { name: 'Omar Bakker', email: 'admin@other.example.com' },
      },
      founding,
    )
    const platform = await foundDemoShop(
      inner,
      {
        name: 'Repair Angel',
        admin: { name: 'Petra Platform', email: 'platform@example.com' },
      },
      founding,
    )
    const inside = await acting(inner, { tenant_id: platform.tenant_id, now })
    await update(inside, users, platform.admin_id, { role: 'platform' })
  })
  return true
}

async function hasShops(owner_url: string): Promise<boolean> {
  const owner = new pg.Client({ connectionString: owner_url })
  await owner.connect()
  try {
    const { rows } = await owner.query('select exists (select from tenants) as filled')
    return rows[0].filled
  } finally {
    await owner.end()
  }
}
