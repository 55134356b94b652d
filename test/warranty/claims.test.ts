import { beforeAll, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { claimants, tally } from './claiming.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { policy, repaired, complete, daysAgo, claim, claimed, refusal, approved, order, ...make } =
  claimants(shop, owner)
const idsOf = async (query: string) =>
  (await api.get(`/warranty/claims?${query}`)).body.data.map(({ id }: { id: number }) => id)

let ninety: number
beforeAll(async () => {
  ninety = (await policy(90)).id
})

test('files a claim on a repair inside its warranty', async () => {
  const done = await repaired(10)
  const { status, body } = await claim(done.id, { metadata: { photos: 3, seen_by: 'Alice' } })
  expect(status).toBe(201)
  expect(body).toEqual({
    id: expect.any(Number),
    status: 'pending',
    work_order_id: done.id,
    work_order: { id: done.id, ticket_no: done.ticket_no },
    customer: done.customer,
    description: 'It flickers again',
    claimed_at: await daysAgo(0),
    warranty_until: await daysAgo(-80),
    warranty_config_id: ninety,
    warranty_work_order_id: null,
    cost: 0,
    reason: null,
    metadata: { photos: 3, seen_by: 'Alice' },
    decided_at: null,
    decided_by: null,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  expect((await api.get(`/warranty/claims/${body.id}`)).body).toEqual(body)
  expect((await other.api.get(`/warranty/claims/${body.id}`)).status).toBe(404)
})

test('the last day of the warranty counts, in the zone of the shop', async () => {
  const { id } = await repaired(90)
  expect((await claimed(id)).warranty_until).toBe(await daysAgo(0))
  expect(await refusal((await repaired(91)).id)).toBe('warranty_expired')
  expect((await claim((await repaired(95)).id, { claimed_at: await daysAgo(5) })).status).toBe(201)
  // Ten past midnight in Amsterdam: the 2nd, though in UTC it is still the 1st.
  const late = await repaired(0)
  await owner.query(`update work_orders set completed_at = '2026-07-01T22:10:00Z' where id = $1`, [
    late.id,
  ])
  const { warranty_until } = await claimed(late.id, { claimed_at: '2026-07-02' })
  expect(warranty_until).toBe('2026-09-30')
})

test('says by name why a claim cannot be filed', async () => {
  expect(await refusal((await order()).id)).toBe('not_completed')
  const { id } = await repaired(3)
  const early = await claim(id, { claimed_at: await daysAgo(4) })
  expect(early).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  expect(Object.keys(early.body.errors)).toEqual(['claimed_at'])
  const future = await claim(id, { claimed_at: await daysAgo(-1) })
  expect(future.body.errors).toEqual({
    claimed_at: ['The claimed at field must be a date before or equal to today.'],
  })
  await claimed(id)
  expect(await claim(id)).toMatchObject({
    status: 422,
    body: { code: 'claim_pending', errors: { work_order_id: [expect.any(String)] } },
  })
  const theirs = claimants(other, owner)
  expect(await theirs.refusal((await theirs.repaired(1)).id)).toBe('no_policy')
  const foreign = await theirs.claim(id)
  expect(foreign.body.errors).toEqual({
    work_order_id: ['The selected work order id is invalid.'],
  })
})

test('of many claims at once on one work order a single one is filed', async () => {
  const { id } = await repaired(1)
  const answers = await Promise.all(Array.from({ length: 20 }, () => claim(id)))
  expect(tally(answers)).toEqual({ 201: 1, claim_pending: 19 })
})

test('a repair that was opened again and completed anew is covered from then on', async () => {
  const { id } = await repaired(200)
  expect(await refusal(id)).toBe('warranty_expired')
  for (const status of ['in_repair', 'completed']) {
    if (status === 'completed') expect(await refusal(id)).toBe('not_completed')
    await api.post(`/work-orders/${id}/status`, { status })
  }
  expect((await claimed(id)).warranty_until).toBe(await daysAgo(-90))
})

test('a warranty repair does not start the warranty anew', async () => {
  const first = await repaired(60, { category: 'screen' })
  const again = await approved((await claimed(first.id)).id)
  expect(await refusal(again.id)).toBe('not_completed')
  await complete(again.id, 5)
  // Another category on the repair itself changes nothing: the one that was paid for counts.
  await policy(3000, 'other')
  await api.put(`/work-orders/${again.id}`, { category: 'other' })
  const second = await claimed(again.id)
  expect(second).toMatchObject({
    work_order_id: again.id,
    warranty_until: await daysAgo(-30),
    warranty_config_id: ninety,
  })
  const third = await approved(second.id)
  expect(third.warranty_of_id).toBe(first.id)
  await complete(third.id)
  await complete(first.id, 91)
  expect(await refusal(third.id)).toBe('warranty_expired')
})

test('what applied is kept, whatever becomes of the policy', async () => {
  const tablets = await policy(30, 'tablet')
  const { id } = await repaired(20, { category: 'tablet' })
  const filed = await claimed(id)
  await api.put(`/warranty/configs/${tablets.id}`, { duration_days: 5, active: false })
  const { body } = await api.get(`/warranty/claims/${filed.id}`)
  expect(body).toEqual(filed)
  const moved = await api.put(`/warranty/claims/${filed.id}`, { claimed_at: await daysAgo(8) })
  expect(moved.body).toMatchObject({ warranty_until: filed.warranty_until })
  expect((await api.delete(`/warranty/claims/${filed.id}`)).status).toBe(204)
  expect((await claimed(id)).warranty_config_id).toBe(ninety)
})

test('a pending claim changes and goes; a decided one stays', async () => {
  const { id } = await claimed((await repaired(4)).id)
  const path = `/warranty/claims/${id}`
  const changed = await api.put(path, {
    description: 'No touch',
    metadata: { a: null },
    work_order_id: 1,
  })
  expect(changed).toMatchObject({
    status: 200,
    body: { id, description: 'No touch', metadata: { a: null } },
  })
  const names = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`n${i}`, i]))
  for (const wrong of [{ metadata: names }, { metadata: [] }, { metadata: { a: { b: 1 } } }]) {
    expect((await api.patch(path, wrong)).status).toBe(422)
  }
  const early = await api.patch(path, { claimed_at: await daysAgo(5) })
  expect(Object.keys(early.body.errors)).toEqual(['claimed_at'])
  await approved(id)
  const decided = { status: 422, body: { code: 'not_pending' } }
  expect(await api.put(path, { description: 'Other' })).toMatchObject(decided)
  expect(await api.delete(path)).toMatchObject(decided)
  const gone = await claimed((await repaired(4)).id)
  expect((await api.delete(`/warranty/claims/${gone.id}`)).status).toBe(204)
  expect((await api.get(`/warranty/claims/${gone.id}`)).status).toBe(404)
})

test('lists claims newest first, by each filter', async () => {
  const customer_id = (await make.customer({ first_name: 'Filter' })).id
  const done = await repaired(20, { customer_id })
  const first = await claimed(done.id, { claimed_at: await daysAgo(12), description: 'Écran noir' })
  await approved(first.id)
  const second = await claimed(done.id, { claimed_at: await daysAgo(3) })
  const of = `customer_id=${customer_id}`
  expect(await idsOf(of)).toEqual([second.id, first.id])
  expect(await idsOf(`work_order_id=${done.id}&status=approved`)).toEqual([first.id])
  expect(await idsOf(`${of}&status=pending`)).toEqual([second.id])
  expect(await idsOf(`${of}&warranty_config_id=${ninety}`)).toEqual([second.id, first.id])
  expect(await idsOf(`${of}&from=${await daysAgo(12)}&to=${await daysAgo(12)}`)).toEqual([first.id])
  expect(await idsOf(`${of}&from=${await daysAgo(11)}`)).toEqual([second.id])
  expect(await idsOf('q=ecran')).toEqual([first.id])
  expect(await idsOf(`q=${done.ticket_no.toLowerCase()}`)).toEqual([second.id, first.id])
  const page = await api.get(`/warranty/claims?${of}&per_page=1&page=2`)
  expect(page.body).toMatchObject({ current_page: 2, last_page: 2, per_page: 1, total: 2 })
  expect((await api.get('/warranty/claims?status=open')).status).toBe(422)
  expect((await api.get('/warranty/claims?customer_id=999999')).status).toBe(404)
})
