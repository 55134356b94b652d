import type pg from 'pg'
import { Client, type Json } from '../harness/client.ts'
import { newToken } from '../harness/shop.ts'

type Owner = Pick<pg.Pool, 'query'>

/** Somebody of the service's own staff, whose account is in this shop. */
export async function platformOf(owner: Owner, url: string, tenant_id: number): Promise<Client> {
  const { rows } = await owner.query(
    `insert into users (tenant_id, name, email, password_hash, role)
     values ($1, 'Pat', 'pat@service.example', 'none', 'platform') returning id`,
    [tenant_id],
  )
  return new Client(url, await newToken(owner, tenant_id, rows[0].id))
}

/** A new shop, and its administrator. */
export async function newShop(
  platform: Client,
  owner: Owner,
  draft: object = {},
): Promise<{ id: number; license_id: number; api: Client }> {
  const name = `shop${Math.random().toString(36).slice(2)}`
  const admin = { name: 'Nora', email: `${name}@new.example`, password: 'secret word' }
  const { body } = await platform.post('/tenants', { name, admin, ...draft })
  const { id, license_id } = body
  return {
    id,
    license_id,
    api: new Client(platform.url, await newToken(owner, id, body.admin.id)),
  }
}

/** Keys of the modules that are on. */
export const modulesOn = (license: Json): string[] =>
  license.modules
    .filter(({ is_active }: Json) => is_active)
    .map(({ module_key }: Json) => module_key)
