import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { claimants } from './claiming.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { policy, repaired, claimed, device, customer, onlyPolicies } = claimants(shop, owner)

test('creates, gets, updates and deletes a policy', async () => {
  const created = await api.post('/warranty/configs', {
    name: 'Screen repairs',
    duration_days: 180,
    applies_to: 'screen',
  })
  expect(created.status).toBe(201)
  expect(created.body).toEqual({
    id: expect.any(Number),
    name: 'Screen repairs',
    duration_days: 180,
    applies_to: 'screen',
    active: true,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  const path = `/warranty/configs/${created.body.id}`
  expect((await api.get(path)).body).toEqual(created.body)
  expect((await api.put(path, { duration_days: 90 })).body).toMatchObject({
    name: 'Screen repairs',
    duration_days: 90,
    applies_to: 'screen',
  })
  expect((await api.patch(path, { applies_to: '' })).body.applies_to).toBeNull()
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.get(path)).status).toBe(404)
})

test('lists policies as they were made, and filters them', async () => {
  const screens = await policy(90, 'screen')
  const old = await policy(30, 'battery', { active: false })
  const ids = async (query: string) =>
    (await api.get(`/warranty/configs?${query}`)).body.map(({ id }: { id: number }) => id)
  const all = await api.get('/warranty/configs')
  expect(all.headers.get('X-Total-Count')).toBe(String(all.body.length))
  expect(all.body.map(({ id }: { id: number }) => id).slice(-2)).toEqual([screens.id, old.id])
  expect(await ids('active=0')).toEqual([old.id])
  expect(await ids('applies_to=screen')).toEqual([screens.id])
  expect((await other.api.get('/warranty/configs')).body).toEqual([])
  expect((await other.api.get(`/warranty/configs/${old.id}`)).status).toBe(404)
})

test.each([
  [{ duration_days: 0 }, 'duration_days'],
  [{ duration_days: 3651 }, 'duration_days'],
  [{ duration_days: 1.5 }, 'duration_days'],
  [{ duration_days: undefined }, 'duration_days'],
  [{ name: ' ' }, 'name'],
  [{ applies_to: 5 }, 'applies_to'],
  [{ active: 'maybe' }, 'active'],
])('refuses a policy with %j', async (wrong, field) => {
  const body = { name: 'Policy', duration_days: 90, ...wrong }
  const answer = await api.post('/warranty/configs', body)
  expect(answer.status).toBe(422)
  expect(Object.keys(answer.body.errors)).toEqual([field])
})

test('a policy that claims were filed under is set inactive in place of deleted', async () => {
  const used = await policy(90)
  await onlyPolicies(used.id)
  await claimed((await repaired(1)).id)
  const answer = await api.delete(`/warranty/configs/${used.id}`)
  expect(answer).toMatchObject({
    status: 422,
    body: {
      code: 'in_use',
      message: 'Cannot delete: it is still used by warranty claims. Set active to false instead.',
    },
  })
  expect((await api.put(`/warranty/configs/${used.id}`, { active: false })).body.active).toBe(false)
})

test('the category goes before the kind of device, that before everything, then the longest', async () => {
  const general = await policy(3650)
  const phones = await policy(700, 'Phone')
  const screens = await policy(10, 'SCREEN')
  const longer = await policy(20, 'screen ')
  const shorter = await policy(15, 'Screen')
  await onlyPolicies(general.id, phones.id, screens.id, longer.id, shorter.id)
  const customer_id = (await customer()).id
  const phone = await device(customer_id, { kind: 'phone' })
  const console_ = await device(customer_id, { kind: 'console' })
  const appliedTo = async (draft: object) => {
    const { id } = await repaired(2, { customer_id, ...draft })
    return (await claimed(id)).warranty_config_id
  }
  expect(await appliedTo({ device_id: phone, category: 'sCreen' })).toBe(longer.id)
  expect(await appliedTo({ device_id: phone, category: 'battery' })).toBe(phones.id)
  expect(await appliedTo({ device_id: phone })).toBe(phones.id)
  expect(await appliedTo({ category: 'phone' })).toBe(phones.id)
  expect(await appliedTo({ device_id: console_, category: 'battery' })).toBe(general.id)
  expect(await appliedTo({})).toBe(general.id)
})

test('everybody reads policies; the counter and the chiefs keep them', async () => {
  const { id } = await policy(90)
  const draft = { name: 'Mine', duration_days: 5 }
  for (const role of ['admin', 'manager', 'technician', 'frontdesk', 'accountant'] as const) {
    expect((await shop.as[role].get(`/warranty/configs/${id}`)).status).toBe(200)
    const mayWrite = !['technician', 'accountant'].includes(role)
    const { status } = await shop.as[role].post('/warranty/configs', draft)
    expect(status, role).toBe(mayWrite ? 201 : 403)
  }
})
