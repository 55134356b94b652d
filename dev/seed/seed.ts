import { eq } from 'drizzle-orm'
import pg from 'pg'
import type { Transacting } from '../../src/context.ts'
import { updateWhere } from '../../src/db/rows.ts'
import { hashPassword } from '../../src/domain/identity/passwords.ts'
import { users } from '../../src/domain/identity/tables.ts'
import { systemContext } from '../context.ts'
import type { Database } from '../database.ts'
import { directTransaction } from '../direct.ts'
import { acting } from './acting.ts'
import { Random } from './random.ts'
import { openShop, type ShopDraft } from './shop.ts'
import { amsterdam, platform, utrecht } from './shops.ts'
import { daysAfter, Story } from './story.ts'
import { days, type Scale, tellYear } from './year.ts'

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

const shops: { draft: ShopDraft; scale?: Scale }[] = [
  { draft: platform },
  { draft: amsterdam, scale: { customers: 300, repairs: 610, offers: 30, terms: 8 } },
  { draft: utrecht, scale: { customers: 12, repairs: 20, offers: 3, terms: 1 } },
]

/**
 * Fills an empty database with the demo shops, in one transaction: all of it or nothing.
 * A database with any shop in it is left alone. Answers whether it did something.
 */
export async function seed(database: Database): Promise<boolean> {
  if (await askOwner(database, 'select 1 from tenants limit 1')) return false
  const password_hash = await hashPassword('secret')
  const ctx = systemContext(database, { job: 'seed', tenant_id: null })
  const url = new URL(database.database_url)
  url.search = new URL(database.owner_url).search
  await directTransaction(url.href, ctx, (inner) => fill(inner, password_hash, new Date()))
  // Nobody is to be mailed about last year; the last days show what notifications look like.
  await askOwner(
    database,
    `begin; select set_config('app.now', (now() - interval '4 days')::text, true),
       app.mark_overdue_invoices(10000), app.expire_quotations(10000), app.expire_price_agreements(10000);
     commit`,
  )
  await askOwner(database, `delete from reactions where created_at < now() - interval '3 days'`)
  // The first requests are planned with what is in the tables by now.
  await askOwner(database, 'analyze')
  return true
}

async function fill(ctx: Transacting, password_hash: string, today: Date): Promise<void> {
  const now = daysAfter(today, -days - 5)
  for (const [place, { draft, scale }] of shops.entries()) {
    const random = new Random(place + 1)
    const shop = await openShop(ctx, draft, { password_hash, now, random })
    if (scale) await tellYear(ctx, new Story(shop, random, today), scale)
    else await makePlatform(await acting(ctx, { tenant_id: shop.tenant_id, now }))
  }
}

/** No API gives this role: it acts on every shop. */
const makePlatform = (ctx: Transacting) =>
  updateWhere(ctx, users, eq(users.role, 'admin'), { role: 'platform' })

/** Whether the answer has a row. */
async function askOwner({ owner_url }: Database, statement: string): Promise<boolean> {
  const owner = new pg.Client({ connectionString: owner_url })
  await owner.connect()
  try {
    const { rowCount } = await owner.query(statement)
    return Boolean(rowCount)
  } finally {
    await owner.end()
  }
}
