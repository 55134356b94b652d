import { expect, test } from 'vitest'
import { startShopsWithMail } from '../harness/mail.ts'
import { newCustomer, screen } from '../sales/invoicing.ts'
import { dayIn, eventsOf, firing, hourly, setZone, zones } from './firing.ts'

const { shop, other, owner, miniflare } = await startShopsWithMail()
const { api } = shop
const { fire } = firing(miniflare)
const yesterday = await dayIn(owner, zones.behind, -1)
const today = await dayIn(owner, 'Europe/Amsterdam')

const ids = async (name: string) => (await eventsOf(owner, name)).map(({ id }) => id)

async function newQuotation(valid_until: string | null) {
  const customer_id = await newCustomer(api)
  const { body } = await api.post('/quotations', { customer_id, valid_until, lines: [screen] })
  return body.id as number
}

async function sentQuotation(valid_until: string | null) {
  const id = await newQuotation(valid_until)
  expect((await api.post(`/quotations/${id}/send`)).status).toBe(200)
  return id
}

test('a quotation: once after its last day, and again when it was extended', async () => {
  const late = await sentQuotation(yesterday)
  const draft = await newQuotation(yesterday)
  const rejected = await sentQuotation(today)
  await api.post(`/quotations/${rejected}/reject`)
  await owner.query('update quotations set valid_until = $2 where id = $1', [rejected, yesterday])
  const others = [draft, rejected, await sentQuotation(today), await sentQuotation(null)]
  await fire(hourly, 3)
  await fire(hourly)
  expect(await eventsOf(owner, 'quotation.expired')).toEqual([
    { tenant_id: shop.tenant_id, id: late, actor: 'system:expired-quotations' },
  ])
  expect((await api.get(`/quotations/${late}`)).body.status).toBe('expired')
  const extend = (day: string) =>
    owner.query('update quotations set valid_until = $2 where id = $1', [late, day])
  await extend('2099-01-01')
  await fire(hourly)
  expect((await api.get(`/quotations/${late}`)).body.status).toBe('sent')
  await extend(yesterday)
  await fire(hourly)
  expect(await ids('quotation.expired')).toEqual([late, late])
  for (const id of others) expect(await ids('quotation.expired')).not.toContain(id)
})

test('a price agreement in force, active or signed', async () => {
  const { body: service } = await api.post('/products', { name: 'Screen', price_excl: 89 })
  const agree = async (status: string, valid_until: string | null) => {
    const { body } = await api.post('/pricing/agreements', {
      customer_id: await newCustomer(api),
      service_id: service.id,
      agreed_price: 75,
      valid_from: '2026-01-01',
      valid_until,
    })
    await owner.query('update price_agreements set status = $2 where id = $1', [body.id, status])
    return body.id as number
  }
  const over = [await agree('active', yesterday), await agree('signed', yesterday)]
  await agree('draft', yesterday)
  await agree('active', today)
  await agree('signed', null)
  await fire(hourly, 3)
  expect(new Set(await ids('price_agreement.expired'))).toEqual(new Set(over))
  expect(await ids('price_agreement.expired')).toHaveLength(2)
})

test('a licence: two weeks before its end, after its end, and again when it was renewed', async () => {
  const { rows } = await owner.query(
    'select id::int, tenant_id::int from licenses where is_current order by tenant_id',
  )
  const [mine, theirs] = rows
  const until = (id: number, days: number) =>
    owner.query('update licenses set valid_until = $2 where id = $1', [id, dayAfter(today, days)])
  const told = async () => [await ids('license.expiring'), await ids('license.expired')]
  await until(mine.id, 15)
  await until(theirs.id, 365)
  await fire(hourly)
  expect(await told()).toEqual([[], []])
  await until(mine.id, 14)
  await fire(hourly, 3)
  await fire(hourly)
  expect(await told()).toEqual([[mine.id], []])
  expect(await eventsOf(owner, 'license.expiring')).toEqual([
    { tenant_id: shop.tenant_id, id: mine.id, actor: 'system:expiring-licenses' },
  ])
  await owner.query('update licenses set valid_until = $2, expiring_at = now() where id = $1', [
    mine.id,
    dayAfter(today, -1),
  ])
  await fire(hourly, 3)
  // Its end came without a word before it: then only that it is over.
  expect(await told()).toEqual([[mine.id], [mine.id]])
  await until(mine.id, 365)
  await fire(hourly)
  expect(await told()).toEqual([[mine.id], [mine.id]])
  await until(mine.id, 3)
  await fire(hourly)
  expect(await told()).toEqual([[mine.id, mine.id], [mine.id]])
  await owner.query(`update licenses set status = 'suspended', valid_until = $2 where id = $1`, [
    theirs.id,
    dayAfter(today, -1),
  ])
  await fire(hourly)
  expect(await ids('license.expired')).toEqual([mine.id])
})

const dayAfter = (day: string, days: number) =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

test('a day is over when it is over in the shop', async () => {
  await setZone(owner, shop, zones.behind)
  await setZone(owner, other, zones.ahead)
  const day = await dayIn(owner, zones.behind)
  await owner.query(
    `update licenses set valid_until = $1, status = 'active', expired_at = null where is_current`,
    [day],
  )
  const before = await ids('license.expired')
  await fire(hourly)
  const told = (await eventsOf(owner, 'license.expired')).slice(before.length)
  expect(told.map(({ tenant_id }) => tenant_id)).toEqual([other.tenant_id])
})
