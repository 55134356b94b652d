import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { dayIn, firing, hourly, setZone, zones } from './firing.ts'

const { shop, other, owner, miniflare } = await startShops()
const { fire } = firing(miniflare)

async function codeOf({ api }: typeof shop, category: string): Promise<number> {
  const { body } = await api.get(`/tax-rates?category=${category}`)
  return body[0].id
}

const newProduct = async ({ api }: typeof shop, tax_rate_id: number): Promise<Json> =>
  (await api.post('/products', { name: 'Battery', price_excl: 100, tax_rate_id })).body

/** A rate of 22 % from that day on; the shop made it when the day was still to come. */
async function succeed(at: typeof shop, replaces_id: number, valid_from: string) {
  const { body } = await at.api.post('/tax-rates', {
    name: 'Standard 22%',
    rate: 22,
    replaces_id,
    valid_from: '2099-01-01',
  })
  await owner.query('update tax_rates set valid_from = $2 where id = $1', [body.id, valid_from])
  await owner.query('update tax_rates set valid_until = $2::date - 1 where id = $1', [
    replaces_id,
    valid_from,
  ])
  return body.id as number
}

test('products follow their tax code on the day of the shop on which it changes', async () => {
  await setZone(owner, shop, zones.ahead)
  await setZone(owner, other, zones.behind)
  const starts = await dayIn(owner, zones.ahead)
  const old = await codeOf(shop, 'standard')
  const product = await newProduct(shop, old)
  const low = await newProduct(shop, await codeOf(shop, 'reduced'))
  const theirs = await newProduct(other, await codeOf(other, 'standard'))
  const next = await succeed(shop, old, starts)
  await succeed(other, await codeOf(other, 'standard'), starts)
  await fire(hourly, 3)
  await fire(hourly)
  expect((await shop.api.get(`/products/${product.id}`)).body).toMatchObject({
    tax_rate_id: next,
    vat_rate: 22,
    price_excl: 100,
    price_incl: 122,
  })
  expect((await shop.api.get(`/products/${low.id}`)).body).toEqual(low)
  expect((await other.api.get(`/products/${theirs.id}`)).body).toEqual(theirs)
  const { rows } = await owner.query(
    `select changes, actor, tenant_id::int from events where name = 'product.updated'`,
  )
  expect(rows).toEqual([
    {
      actor: 'system:succeeded-tax-codes',
      tenant_id: shop.tenant_id,
      changes: { tax_rate_id: [old, next], vat_rate: [21, 22] },
    },
  ])
})

test('a product whose code nobody succeeded stays as it is', async () => {
  const zero = await codeOf(shop, 'zero')
  const product = await newProduct(shop, zero)
  await owner.query(`update tax_rates set valid_until = '2026-01-01' where id = $1`, [zero])
  await fire(hourly)
  expect((await shop.api.get(`/products/${product.id}`)).body).toEqual(product)
})
