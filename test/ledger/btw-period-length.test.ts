import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { asTenant, postDirectly } from './returning.ts'

// The clock stands on 20 May 2031, in the middle of a quarter; the shop of each test is a new one.
const { owner, shop } = await startShops()
const noon = '2031-05-20T12:00:00Z'

const newShop = async () => {
  const client = await owner.connect()
  await client.query('begin')
  await client.query(`select set_config('app.now', $1, true)`, [noon])
  const { rows } = await client.query(`insert into tenants (name) values ('New') returning id`)
  await client.query('commit')
  client.release()
  return Number(rows[0].id)
}

const change = (tenant_id: number, vat_period: string) =>
  asTenant(owner, tenant_id, async (query) => {
    await query(`select set_config('app.now', $1, true)`, [noon])
    await query('update tenants set vat_period = $2 where id = $1', [tenant_id, vat_period])
  })

const post = (tenant_id: number, day: string) =>
  postDirectly(owner, tenant_id, day, [
    ['bank', 100, 0],
    ['suspense', 0, 100],
  ])

/** First days and lengths in months; that none overlap and none is missing between is checked. */
async function periods(tenant_id: number): Promise<string[]> {
  const { rows } = await owner.query(
    `select start_date::text, end_date::text,
       (extract(month from age(end_date + 1, start_date)) + 12 * extract(year from age(end_date + 1, start_date)))::int as months,
       lead(start_date) over (order by start_date) as next, end_date + 1 as following
     from btw_periods where tenant_id = $1 order by start_date`,
    [tenant_id],
  )
  for (const { next, following } of rows.slice(0, -1)) expect(next).toEqual(following)
  return rows.map(({ start_date, months }: Json) => `${start_date.slice(0, 7)} ${months}`)
}

test('a new shop gets the periods that it files by', async () => {
  const id = await newShop()
  expect(await periods(id)).toEqual(['2031-04 3', '2031-07 3', '2031-10 3', '2032-01 3'])
  await change(id, 'month')
  expect((await periods(id)).slice(0, 4)).toEqual([
    '2031-04 1',
    '2031-05 1',
    '2031-06 1',
    '2031-07 1',
  ])
  expect(await periods(id)).toHaveLength(12)
  await change(id, 'year')
  expect(await periods(id)).toEqual(['2031-01 12', '2032-01 12'])
  await change(id, 'quarter')
  expect(await periods(id)).toHaveLength(8)
})

test('from months to quarters in the middle of a quarter: from the next boundary on', async () => {
  const id = await newShop()
  await change(id, 'month')
  await post(id, '2031-04-10')
  await post(id, '2031-05-10')
  await change(id, 'quarter')
  expect(await periods(id)).toEqual([
    '2031-04 1',
    '2031-05 1',
    '2031-06 1',
    '2031-07 3',
    '2031-10 3',
    '2032-01 3',
  ])
})

test('from quarters to a year: the quarters of a year that has begun stay', async () => {
  const id = await newShop()
  await post(id, '2031-05-10')
  await change(id, 'year')
  expect(await periods(id)).toEqual(['2031-04 3', '2031-07 3', '2031-10 3', '2032-01 12'])
  await change(id, 'quarter')
  expect((await periods(id)).slice(0, 4)).toEqual([
    '2031-04 3',
    '2031-07 3',
    '2031-10 3',
    '2032-01 3',
  ])
})

test('a year with entries stays a year', async () => {
  const id = await newShop()
  await change(id, 'year')
  await post(id, '2031-05-10')
  await change(id, 'month')
  expect((await periods(id)).slice(0, 2)).toEqual(['2031-01 12', '2032-01 1'])
})

test('the settings change it, and later entries open periods of that length', async () => {
  expect((await shop.api.put('/settings', { vat_period: 'month' })).status).toBe(200)
  const list = (await shop.api.get('/btw-periods?per_page=1000')).body
  expect(list.every(({ month }: Json) => month !== null)).toBe(true)
  await post(shop.tenant_id, '2091-02-03')
  expect((await shop.api.get('/btw-periods?year=2091')).body).toMatchObject([{ month: 2 }])
})
