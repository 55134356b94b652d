import { systemContext } from '../../dev/context.ts'
import { foundShop } from '../../src/domain/identity/tenants.ts'
import { openShop, type Shop, staffShop, type startShops } from '../harness/shop.ts'

let founded = 0

/** One more shop, made by the product's own verb: its books are its own. */
export async function newShop({
  owner,
  endpoint,
  worker_url,
  url,
}: Awaited<ReturnType<typeof startShops>>): Promise<Shop> {
  founded += 1
  const name = `books${founded}`
  const admin = { name: 'Ada Admin', email: `admin@${name}.example`, password: 'password' }
  const ctx = systemContext(
    { database_url: worker_url, endpoint_url: endpoint.url },
    { job: 'test', tenant_id: null },
  )
  const shop = {
    name,
    admin,
    license_type: 'SMR',
    tier: 'enterprise',
    password_hash: 'none',
  } as const
  const { id } = await foundShop({ ...ctx, session: {} }, { body: shop })
  return openShop(url, await staffShop(owner, id, name))
}
