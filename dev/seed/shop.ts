import type * as z from 'zod'
import type { Transacting } from '../../src/context.ts'
import { insert } from '../../src/db/rows.ts'
import { createCategory } from '../../src/domain/catalog/categories.ts'
import { createProduct } from '../../src/domain/catalog/products.ts'
import { createTag } from '../../src/domain/customers/tags.ts'
import { updateSettings } from '../../src/domain/identity/settings.ts'
import { users } from '../../src/domain/identity/tables.ts'
import { foundShop } from '../../src/domain/identity/tenants.ts'
import { activateLicense } from '../../src/domain/licensing/changes.ts'
import { addLicense } from '../../src/domain/licensing/licenses.ts'
import { createBranch } from '../../src/domain/staff/branches.ts'
import { createEmployee } from '../../src/domain/staff/employees.ts'
import { acting, drafted } from './acting.ts'
import { categories, type Goods, inventGoods } from './goods.ts'
import type { Random } from './random.ts'
import { equipWarehouse, stockBranches } from './warehouse.ts'

/** Who works in a shop; without an e-mail address somebody has no account. */
export interface Member {
  name: string
  role: 'admin' | 'manager' | 'technician' | 'frontdesk' | 'accountant'
  job: string
  email?: string
  /** Euros. */
  hourly_rate?: number
}

export interface ShopDraft {
  name: string
  /** The first one is the administrator. */
  staff: [Member & { email: string }, ...Member[]]
  settings: z.input<typeof updateSettings.spec.body>
  branches: { name: string; address: string; phone: string }[]
}

/** A shop as its story needs it. */
export interface Shop {
  tenant_id: number
  /** By role, the account that does that work. */
  accounts: Partial<Record<Member['role'], number>>
  technicians: number[]
  branches: number[]
  tags: number[]
  goods: (Goods & { id: number; supplier_id?: number })[]
}

/** Founds a shop whose licence is paid for, with everything in it switched on, and equips it. */
export async function openShop(
  ctx: Transacting,
  draft: ShopDraft,
  { password_hash, now, random }: { password_hash: string; now: Date; random: Random },
): Promise<Shop> {
  const founder = await acting(ctx, { tenant_id: null, now })
  const [admin] = draft.staff
  const { id: tenant_id, ...founded } = await foundShop(founder, {
    body: {
      name: draft.name,
      admin: { name: admin.name, email: admin.email, password: '' },
      license_type: 'SMR',
      tier: 'enterprise',
      password_hash,
    },
  })
  const inside = await acting(ctx, { tenant_id, now })
  await subscribe(inside, now)
  await updateSettings(inside, { body: drafted(updateSettings, draft.settings) })
  const branches: number[] = []
  for (const body of draft.branches)
    branches.push((await createBranch(inside, { body: drafted(createBranch, body) })).id)
  const staff = await hire(inside, draft.staff, { password_hash, branches, now }, founded.admin.id)
  const tags: number[] = []
  for (const name of ['Vaste klant', 'Belt liever', 'Garantieklant']) {
    tags.push((await createTag(inside, { body: { name } })).id)
  }
  return { tenant_id, ...staff, branches, tags, goods: await stockUp(inside, random) }
}

/** The trial becomes history. */
async function subscribe(ctx: Transacting, now: Date) {
  const valid_from = now.toISOString().slice(0, 10)
  const body = { license_type: 'SMR', tier: 'enterprise', valid_from } as const
  const { id } = await addLicense(ctx, { body })
  await activateLicense(ctx, { params: { id } })
}

async function hire(
  ctx: Transacting,
  staff: Member[],
  shop: { password_hash: string; branches: number[]; now: Date },
  admin_id: number,
): Promise<Pick<Shop, 'accounts' | 'technicians'>> {
  const accounts: Shop['accounts'] = { admin: admin_id }
  const technicians: number[] = []
  for (const [place, { name, email, role, job, hourly_rate }] of staff.entries()) {
    const branch_id = shop.branches[place % shop.branches.length] ?? null
    if (email && role !== 'admin') {
      const { password_hash } = shop
      const [added] = await insert(ctx, users, { name, email, role, branch_id, password_hash })
      accounts[role] = added?.id ?? admin_id
    }
    const started_on = shop.now.toISOString().slice(0, 10)
    const user_id = email ? accounts[role] : null
    const draft = { name, role: job, branch_id, user_id, started_on, hourly_rate }
    const { id } = await createEmployee(ctx, { body: drafted(createEmployee, draft) })
    if (role === 'technician') technicians.push(id)
  }
  return { accounts, technicians }
}

async function stockUp(ctx: Transacting, random: Random): Promise<Shop['goods']> {
  const categoryIds = new Map<string, number>()
  for (const name of categories) {
    const { id } = await createCategory(ctx, { body: { name } })
    categoryIds.set(name, id)
  }
  const goods: Shop['goods'] = []
  for (const { category, ...body } of inventGoods(random)) {
    const category_id = categoryIds.get(category) ?? null
    const { id } = await createProduct(ctx, {
      body: drafted(createProduct, { ...body, category_id }),
    })
    goods.push({ ...body, category, id })
  }
  await equipWarehouse(ctx, goods)
  await stockBranches(ctx)
  return goods
}
