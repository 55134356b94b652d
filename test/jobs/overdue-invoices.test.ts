import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { newDraft, newIssued } from '../sales/invoicing.ts'
import { dayIn, eventsOf, firing, hourly, setZone, zones } from './firing.ts'

const { shop, other, owner, miniflare } = await startShops()
const { api } = shop
const { fire } = firing(miniflare)
const actor = 'system:overdue-invoices'

const past = { invoice_date: '2026-01-02', due_date: '2026-01-16' }

const overdueEvents = async () => eventsOf(owner, 'invoice.overdue')

test('tells once of each invoice that was not paid in time, however often and at once it runs', async () => {
  const mine = await newIssued(api, past)
  const theirs = await newIssued(other.api, past)
  const draft = await newDraft(api, past)
  const paid = await newIssued(api, past)
  await api.post(`/invoices/${paid.id}/payments`, { amount: paid.total, method: 'pin' })
  const cancelled = await newIssued(api, past)
  await api.post(`/invoices/${cancelled.id}/cancel`)
  const early = await newIssued(api, { due_date: await dayIn(owner, 'Europe/Amsterdam') })
  await fire(hourly, 5)
  await fire(hourly)
  expect(new Set(await overdueEvents())).toEqual(
    new Set([
      { tenant_id: shop.tenant_id, id: mine.id, actor },
      { tenant_id: other.tenant_id, id: theirs.id, actor },
    ]),
  )
  expect(await overdueEvents()).toHaveLength(2)
  const { rows } = await owner.query('select id::int from invoices where overdue_at is null')
  expect(new Set(rows.map(({ id }) => id))).toEqual(
    new Set([draft.id, paid.id, cancelled.id, early.id]),
  )
  const history = await api.get(`/events?entity=invoice&entity_id=${mine.id}`)
  expect(history.body.data[0]).toMatchObject({ name: 'invoice.overdue', actor })
})

test('a day is over when it is over in the shop', async () => {
  await setZone(owner, shop, zones.ahead)
  await setZone(owner, other, zones.behind)
  const day = { invoice_date: '2026-01-02', due_date: await dayIn(owner, zones.behind) }
  const mine = await newIssued(api, day)
  const theirs = await newIssued(other.api, day)
  await fire(hourly)
  const told = (await overdueEvents()).map(({ id }) => id)
  expect(told).toContain(mine.id)
  expect(told).not.toContain(theirs.id)
  await setZone(owner, other, zones.ahead)
  await fire(hourly)
  expect((await overdueEvents()).map(({ id }) => id)).toContain(theirs.id)
})

test('who waits for it is called', async () => {
  const { rows } = await owner.query(
    `insert into automation_rules (tenant_id, name, trigger, actions) values ($1, 'Dun', 'invoice.overdue', '[]')
     returning id::int`,
    [shop.tenant_id],
  )
  const { id } = await newIssued(api, past)
  await fire(hourly, 3)
  const asked = await owner.query(
    `select r.subject_id::int, e.entity_id::int from reactions r join events e on e.id = r.event_id
     where r.kind = 'rule'`,
  )
  expect(asked.rows).toEqual([{ subject_id: rows[0].id, entity_id: id }])
  // A consumer took it up by the job's own call, long before the sweep would.
  await expect
    .poll(
      async () => (await owner.query(`select attempts from reactions where kind = 'rule'`)).rows,
    )
    .not.toEqual([{ attempts: 0 }])
})
