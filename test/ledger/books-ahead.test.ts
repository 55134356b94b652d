import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { firing, hourly } from '../jobs/firing.ts'

const { shop, other, owner, miniflare } = await startShops()
const { fire } = firing(miniflare)
const thisYear = Number((await shop.api.get('/fiscal-years')).body.data.at(-1).year)

test('VAT periods and years are opened three months ahead, in every shop', async () => {
  const covered = async () => {
    const { rows } = await owner.query(`
      select t.id::int as shop, m::date::text as month,
        exists (select from btw_periods p where p.tenant_id = t.id and m::date between p.start_date and p.end_date) as has_period,
        exists (select from fiscal_years y where y.tenant_id = t.id and m::date between y.start_date and y.end_date) as has_year
      from tenants t, generate_series(date_trunc('month', now()), now() + interval '3 months', '1 month') m`)
    return rows.filter(({ has_period, has_year }) => !(has_period && has_year))
  }
  await owner.query(`delete from btw_periods p where start_date > now() + interval '1 day'
    and not exists (select from journal_entries where btw_period_id = p.id)`)
  await owner.query(`update tenants set vat_period = 'month' where id = $1`, [other.tenant_id])
  expect(await covered()).not.toEqual([])
  await fire(hourly, 3)
  expect(await covered()).toEqual([])
  const { rows: before } = await owner.query('select * from btw_periods order by id')
  await fire(hourly)
  expect((await owner.query('select * from btw_periods order by id')).rows).toEqual(before)
  const { rows } = await owner.query(
    `select distinct month is not null as monthly from btw_periods where tenant_id = $1 and start_date > now() + interval '40 days'`,
    [other.tenant_id],
  )
  expect(rows).toEqual([{ monthly: true }])
})

test('years later, all that was missed is opened', async () => {
  const client = await owner.connect()
  await client.query('begin')
  await client.query(`select set_config('app.now', '${thisYear + 3}-11-15T12:00:00Z', true)`)
  const open = async () =>
    (await client.query('select changed from app.open_books_ahead(100)')).rows[0].changed
  expect(await open()).toBeGreaterThan(0)
  expect(await open()).toBe(0)
  const { rows } = await client.query(
    `select year, start_date::text, end_date::text from fiscal_years where tenant_id = $1 order by year desc limit 2`,
    [shop.tenant_id],
  )
  expect(rows).toEqual([
    { year: thisYear + 4, start_date: `${thisYear + 4}-01-01`, end_date: `${thisYear + 4}-12-31` },
    { year: thisYear + 3, start_date: `${thisYear + 3}-01-01`, end_date: `${thisYear + 3}-12-31` },
  ])
  await client.query('rollback')
  client.release()
})
