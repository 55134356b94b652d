import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { makers } from './makers.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const make = makers(shop, owner)
const makeThere = makers(other, owner)

const go = (id: number, status: string, note?: string) =>
  api.post(`/work-orders/${id}/status`, { status, note })

test('moves along the allowed statuses, with a note', async () => {
  const { id } = await make.order()
  const moved = await go(id, 'in_repair', 'Started')
  expect(moved).toMatchObject({
    status: 200,
    body: {
      status: { slug: 'in_repair', label: 'In Repair' },
      notes: [{ note: 'Started', is_internal: true, user: { name: 'admin of first' } }],
    },
  })
  expect((await api.get(`/work-orders/${id}`)).body).toEqual(moved.body)
})

test('refuses a status that does not follow, naming those that do', async () => {
  const { id } = await make.order()
  await go(id, 'ready')
  const message =
    'A work order in Ready cannot go to new; allowed: in_repair, completed, cancelled.'
  const refusal = {
    status: 422,
    body: { message, code: 'transition_not_allowed', errors: { status: [message] } },
  }
  expect(await go(id, 'new')).toMatchObject(refusal)
  expect(await api.put(`/work-orders/${id}`, { status: 'new' })).toMatchObject(refusal)
  expect(await api.patch(`/work-orders/${id}`, { status: 'new' })).toMatchObject(refusal)
  for (const answer of [await go(id, 'unheard_of'), await api.post(`/work-orders/${id}/status`)]) {
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
    expect(answer.body.errors).toHaveProperty('status')
  }
  expect((await api.get(`/work-orders/${id}`)).body.status.slug).toBe('ready')
})

test('changes nothing when the status stays', async () => {
  const { id } = await make.order()
  const first = await go(id, 'in_repair', '')
  const again = await go(id, 'in_repair')
  expect(again.status).toBe(200)
  expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
})

test('is completed while in a status of that kind', async () => {
  const { id } = await make.order()
  await go(id, 'in_repair')
  const done = await api.patch(`/work-orders/${id}`, { status: 'completed', priority: 'high' })
  expect(done.body).toMatchObject({
    status: { slug: 'completed' },
    priority: 'high',
    completed_at: expect.stringMatching(/Z$/),
  })
  expect((await go(id, 'completed')).body.completed_at).toBe(done.body.completed_at)
  expect((await go(id, 'in_repair')).body.completed_at).toBeNull()
})

test('judges the second of two changes at once by what the first left', async () => {
  for (let round = 0; round < 5; round++) {
    const { id } = await make.order()
    await go(id, 'ready')
    // From ready both are allowed; from completed neither, from cancelled neither.
    const answers = await Promise.all([go(id, 'completed'), go(id, 'cancelled')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
    const winner = answers.find(({ status }) => status === 200)
    expect((await api.get(`/work-orders/${id}`)).body.status).toEqual(winner?.body.status)
  }
})

test('lists the statuses of a new shop by position', async () => {
  const { body } = await api.get('/work-order-statuses')
  expect(body).toMatchObject({ current_page: 1, last_page: 1, per_page: 25, total: 8 })
  expect(body.data.map(({ slug }: { slug: string }) => slug)).toEqual([
    'new',
    'diagnosis',
    'waiting_approval',
    'waiting_parts',
    'in_repair',
    'ready',
    'completed',
    'cancelled',
  ])
  expect(body.data[0]).toMatchObject({ label: 'New', kind: 'open' })
  expect((await shop.as.technician.get('/work-order-statuses')).status).toBe(200)
})

test('creates, changes and deletes a status', async () => {
  const created = await api.post('/work-order-statuses', {
    slug: 'external',
    label: 'With supplier',
    kind: 'waiting',
    allowed_next: ['in_repair', 'external'],
  })
  expect(created).toMatchObject({
    status: 201,
    body: {
      slug: 'external',
      color: null,
      kind: 'waiting',
      allowed_next: ['in_repair', 'external'],
    },
  })
  const path = `/work-order-statuses/${created.body.id}`
  expect((await api.get(path)).body).toEqual(created.body)
  expect((await api.get('/work-order-statuses')).body.data.at(-1).slug).toBe('external')
  const changed = await api.put(path, { color: '#ff0000', position: 0 })
  expect(changed.body).toMatchObject({ color: '#ff0000', position: 0, label: 'With supplier' })
  expect((await api.patch(path, { label: 'Out' })).body.label).toBe('Out')
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.get(path)).status).toBe(404)
})

test('takes a new slug to the work orders and statuses that name the old one', async () => {
  const made = await makeThere.order()
  const { body } = await other.api.get('/work-order-statuses')
  const parts = body.data.find(({ slug }: { slug: string }) => slug === 'waiting_parts')
  await other.api.post(`/work-orders/${made.id}/status`, { status: 'waiting_parts' })
  const renamed = await other.api.patch(`/work-order-statuses/${parts.id}`, {
    slug: 'waiting_stock',
    label: 'Waiting for stock',
  })
  expect(renamed.body).toMatchObject({ slug: 'waiting_stock', allowed_next: parts.allowed_next })
  expect((await other.api.get(`/work-orders/${made.id}`)).body.status).toEqual({
    slug: 'waiting_stock',
    label: 'Waiting for stock',
  })
  const after = (await other.api.get('/work-order-statuses')).body.data
  expect(after[0].allowed_next).toContain('waiting_stock')
  expect(after.flatMap((s: typeof parts) => s.allowed_next)).not.toContain('waiting_parts')
  expect((await api.get('/work-orders?status=waiting_stock')).status).toBe(422)
})

test('refuses bad statuses and the loss of one that is needed', async () => {
  const { data } = (await api.get('/work-order-statuses')).body
  const [first] = data
  const diagnosis = data[1]
  const cases: [string, object][] = [
    ['slug', { label: 'x' }],
    ['label', { slug: 'x' }],
    ['slug', { slug: 'In Repair', label: 'x' }],
    ['slug', { slug: 'ready', label: 'Double' }],
    ['kind', { slug: 'x', label: 'x', kind: 'paused' }],
    ['position', { slug: 'x', label: 'x', position: -1 }],
    ['allowed_next', { slug: 'x', label: 'x', allowed_next: ['nowhere'] }],
  ]
  for (const [field, body] of cases) {
    const answer = await api.post('/work-order-statuses', body)
    expect(answer.status, JSON.stringify(body)).toBe(422)
    expect(Object.keys(answer.body.errors), JSON.stringify(body)).toEqual([field])
  }
  const path = `/work-order-statuses/${first.id}`
  expect((await api.patch(path, { allowed_next: ['nowhere'] })).status).toBe(422)
  expect((await api.patch(path, { slug: 'fresh' })).body.code).toBe('status_required')
  expect((await api.patch(path, { slug: 'new', label: 'Taken in' })).status).toBe(200)
  expect((await api.delete(path)).body.code).toBe('status_required')
  const led = await api.delete(`/work-order-statuses/${diagnosis.id}`)
  expect(led).toMatchObject({
    status: 422,
    body: { code: 'in_use', message: 'Cannot delete: other statuses lead to it.' },
  })
  const alone = await api.post('/work-order-statuses', { slug: 'alone', label: 'Alone' })
  await owner.query(`update work_orders set status = 'alone' where id = $1`, [
    (await make.order()).id,
  ])
  const used = await api.delete(`/work-order-statuses/${alone.body.id}`)
  expect(used).toMatchObject({
    status: 422,
    body: { code: 'in_use', message: 'Cannot delete: it is still used by work orders.' },
  })
  const strange = `/work-order-statuses/${alone.body.id}`
  expect((await other.api.get(strange)).status).toBe(404)
  expect((await other.api.patch(strange, { label: 'x' })).status).toBe(404)
  expect((await other.api.delete(strange)).status).toBe(404)
  expect((await shop.as.technician.patch(path, { label: 'x' })).status).toBe(403)
})
