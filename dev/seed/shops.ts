import type { Transacting } from '../../src/context.ts'
import { update } from '../../src/db/rows.ts'
import { foundShop } from '../../src/domain/identity/tenants.ts'
import { licenses } from '../../src/domain/licensing/tables.ts'
import { acting } from './acting.ts'

export interface ShopDraft {
  name: string
  admin: { name: string; email: string }
}

export interface Shop {
  tenant_id: number
  admin_id: number
}

/** A shop whose licence is paid for, with everything in it switched on. */
export async function foundDemoShop(
  ctx: Transacting,
  { name, admin }: ShopDraft,
  { password_hash, now }: { password_hash: string; now: Date },
): Promise<Shop> {
  const founder = await acting(ctx, { tenant_id: null, now })
  const shop = await foundShop(founder, {
    body: {
      name,
      admin: { ...admin, password: '' },
      license_type: 'SMR',
      tier: 'enterprise',
      password_hash,
    },
  })
  const inside = await acting(ctx, { tenant_id: shop.id, now })
  await update(inside, licenses, shop.license_id, { status: 'active', valid_until: null })
  return { tenant_id: shop.id, admin_id: shop.admin.id }
}
