import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const made = async (path: string, body: object, client = api): Promise<Json> => {
  const answer = await client.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

const employee = await made('/employees', { name: 'Alice B.' })
const customer = await made('/customers', { first_name: 'Jane' })
const order = await made('/work-orders', { customer_id: customer.id, device_brand: 'Apple' })

test('creates, gets, updates and deletes a task', async () => {
  const created = await api.post('/tasks', {
    title: 'Order spare parts',
    description: 'Screen and battery',
    assigned_to: employee.id,
    due_date: '2026-03-27',
    work_order_id: order.id,
  })
  expect(created.status).toBe(201)
  expect(created.body).toEqual({
    id: expect.any(Number),
    title: 'Order spare parts',
    description: 'Screen and battery',
    status: 'open',
    position: 0,
    assigned_to: employee.id,
    assignee: { id: employee.id, name: 'Alice B.' },
    due_date: '2026-03-27',
    remind_at: null,
    reminded_at: null,
    work_order_id: order.id,
    work_order: { id: order.id, ticket_no: order.ticket_no },
    completed_at: null,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  const path = `/tasks/${created.body.id}`
  expect((await api.get(path)).body).toEqual(created.body)
  const updated = await api.put(path, {
    title: 'Order a screen',
    assigned_to: null,
    due_date: null,
  })
  expect(updated).toMatchObject({
    status: 200,
    body: {
      title: 'Order a screen',
      description: 'Screen and battery',
      assigned_to: null,
      assignee: null,
      due_date: null,
      work_order_id: order.id,
    },
  })
  expect((await api.patch(path, { description: '' })).body.description).toBeNull()
  expect((await api.delete(path)).status).toBe(204)
  for (const gone of [
    await api.get(path),
    await api.put(path, { title: 'x' }),
    await api.delete(path),
  ]) {
    expect(gone.status).toBe(404)
  }
})

test('is completed when it is done, and no longer when it is opened again', async () => {
  const { id } = await made('/tasks', { title: 'Call customer' })
  const done = await api.put(`/tasks/${id}`, { status: 'done' })
  expect(done.body).toMatchObject({ status: 'done', completed_at: expect.stringMatching(/Z$/) })
  await owner.query(`update tasks set completed_at = '2026-01-02T03:04:05Z' where id = $1`, [id])
  const again = await api.put(`/tasks/${id}`, { status: 'done', title: 'Called' })
  expect(again.body).toMatchObject({ completed_at: '2026-01-02T03:04:05Z', title: 'Called' })
  expect((await api.put(`/tasks/${id}`, { status: 'in_progress' })).body).toMatchObject({
    status: 'in_progress',
    completed_at: null,
  })
  const cancelled = await api.put(`/tasks/${id}`, { status: 'cancelled' })
  expect(cancelled.body).toMatchObject({ status: 'cancelled', completed_at: null })
  const finished = await made('/tasks', { title: 'Done before', status: 'done' })
  expect(finished.completed_at).toMatch(/Z$/)
})

test('tells of who it is given to, and of when it is done', async () => {
  const { id } = await made('/tasks', { title: 'Tell' })
  await api.put(`/tasks/${id}`, { assigned_to: employee.id })
  await api.post('/tasks/reorder', { task_id: id, position: 0, status: 'open' })
  await api.post('/tasks/reorder', { task_id: id, position: 0, status: 'done' })
  const { body } = await api.get(`/events?entity=task&entity_id=${id}`)
  const told = body.data.map(({ name, changes }: Json) => [name, Object.keys(changes)])
  expect(told.toReversed()).toEqual([
    ['task.created', expect.any(Array)],
    ['task.assigned', ['assigned_to']],
    ['task.completed', ['completed_at']],
    ['task.updated', ['status']],
  ])
})

test('lists the newest first, by every filter', async () => {
  const bob = await made('/employees', { name: 'Bob' })
  const late = { title: 'Überfällig', assigned_to: bob.id, due_date: '2020-01-01' }
  const a = await made('/tasks', late)
  const b = await made('/tasks', { ...late, status: 'done', description: 'Was late' })
  const c = await made('/tasks', {
    title: 'Later 100%',
    assigned_to: bob.id,
    due_date: '2099-01-01',
  })
  const d = await made('/tasks', {
    title: 'Some day',
    assigned_to: bob.id,
    work_order_id: order.id,
  })
  const ids = async (query: string) => {
    const { status, body } = await api.get(`/tasks?assigned_to=${bob.id}&${query}`)
    expect(status).toBe(200)
    return body.data.map(({ id }: Json) => id)
  }
  expect(await ids('')).toEqual([d.id, c.id, b.id, a.id])
  expect(await ids('status=open')).toEqual([d.id, c.id, a.id])
  expect(await ids('overdue=1')).toEqual([a.id])
  expect(await ids('overdue=false')).toEqual([d.id, c.id, b.id])
  expect(await ids('due_before=2020-01-01')).toEqual([])
  expect(await ids('due_before=2020-01-02&status=done')).toEqual([b.id])
  expect(await ids('due_from=2099-01-01')).toEqual([c.id])
  expect(await ids(`work_order_id=${order.id}`)).toEqual([d.id])
  expect(await ids('q=uberfallig')).toEqual([b.id, a.id])
  expect(await ids('q=WAS LATE')).toEqual([b.id])
  expect(await ids('q=100%25')).toEqual([c.id])
  const page = await api.get('/tasks?per_page=1&page=2')
  expect(page.body).toMatchObject({ current_page: 2, per_page: 1 })
  expect(page.body.total).toBe(page.body.last_page)
  expect((await api.get('/tasks?status=late')).status).toBe(422)
  expect((await api.get('/tasks?due_before=2026-02-30')).status).toBe(422)
  expect((await api.get('/tasks?assigned_to=x')).status).toBe(422)
  const theirs = await made('/employees', { name: 'Theirs' }, other.api)
  for (const query of ['assigned_to=999999', `assigned_to=${theirs.id}`, 'work_order_id=999999']) {
    expect((await api.get(`/tasks?${query}`)).status, query).toBe(404)
    expect((await api.get(`/tasks/kanban?${query}`)).status, query).toBe(404)
  }
})

test('a work order shows its tasks', async () => {
  const mine = await made('/work-orders', { customer_id: customer.id, device_brand: 'Apple' })
  const path = `/work-orders/${mine.id}/tasks`
  expect((await api.get(path)).body).toMatchObject({ data: [], total: 0 })
  const a = await made('/tasks', { title: 'Order a screen', work_order_id: mine.id })
  const b = await made('/tasks', { title: 'Call', work_order_id: mine.id, status: 'done' })
  expect((await api.get(path)).body).toMatchObject({ data: [b, a], total: 2 })
  expect((await api.get(`${path}?status=open`)).body.data).toEqual([a])
  expect((await api.get(`${path}?status=late`)).status).toBe(422)
  expect((await api.get('/work-orders/999999/tasks')).status).toBe(404)
  expect((await other.api.get(path)).status).toBe(404)
})

test('lists and board show those of a branch: of its work orders, and of its people', async () => {
  const [here, there] = [
    await made('/branches', { name: 'Here' }),
    await made('/branches', { name: 'There' }),
  ]
  const eva = await made('/employees', { name: 'Eva', branch_id: here.id })
  const draft = { customer_id: customer.id, device_brand: 'Apple', branch_id: there.id }
  const theirs = await made('/work-orders', draft)
  const own = await made('/tasks', { title: 'Own', assigned_to: eva.id })
  const lent = await made('/tasks', { title: 'L', assigned_to: eva.id, work_order_id: theirs.id })
  await made('/tasks', { title: "Nobody's" })
  for (const [branch, tasks] of [
    [here, [own]],
    [there, [lent]],
  ] as const) {
    const list = await api.get(`/tasks?branch_id=${branch.id}`)
    expect(list.body.data.map(({ id }: Json) => id)).toEqual(tasks.map(({ id }) => id))
    const board = await api.get(`/tasks/kanban?branch_id=${branch.id}`)
    expect(board.body[0].tasks.map(({ id }: Json) => id)).toEqual(tasks.map(({ id }) => id))
  }
  for (const path of ['/tasks', '/tasks/kanban']) {
    expect((await api.get(`${path}?branch_id=999999`)).status).toBe(404)
    expect((await other.api.get(`${path}?branch_id=${here.id}`)).status).toBe(404)
  }
})

test('refuses what it cannot be', async () => {
  expect((await api.post('/tasks', {})).body.errors).toEqual({
    title: ['The title field is required.'],
  })
  const bad = { title: 7, due_date: '2026-02-30', status: 'late', assigned_to: '1' }
  expect(Object.keys((await api.post('/tasks', bad)).body.errors)).toEqual([
    'title',
    'assigned_to',
    'due_date',
    'status',
  ])
  expect((await api.post('/tasks', { title: 'a\u0000b' })).body.errors).toHaveProperty('title')
  const elsewhere = await made('/employees', { name: 'Elsewhere' }, other.api)
  for (const assigned_to of [999999, elsewhere.id]) {
    expect((await api.post('/tasks', { title: 'x', assigned_to })).body).toMatchObject({
      code: 'validation_failed',
      errors: { assigned_to: ['The selected assigned to is invalid.'] },
    })
  }
  const { id } = await made('/tasks', { title: 'Mine' })
  expect((await api.put(`/tasks/${id}`, { work_order_id: 999999 })).body.errors).toEqual({
    work_order_id: ['The selected work order id is invalid.'],
  })
  for (const refused of [
    await other.api.get(`/tasks/${id}`),
    await other.api.put(`/tasks/${id}`, { title: 'Ours' }),
    await other.api.delete(`/tasks/${id}`),
    await api.get('/tasks/abc'),
  ]) {
    expect(refused.status).toBe(404)
  }
  expect((await shop.as.technician.post('/tasks', { title: 'Anyone may' })).status).toBe(201)
  expect((await api.delete(`/employees/${employee.id}`)).status).toBe(422)
})

test('a stale version is refused', async () => {
  const { id } = await made('/tasks', { title: 'Contested' })
  const path = `/tasks/${id}`
  const version = { 'If-Match': (await api.get(path)).headers.get('etag') as string }
  expect((await api.put(path, { title: 'First' }, version)).status).toBe(200)
  expect((await api.put(path, { status: 'done' }, version)).status).toBe(412)
  expect((await api.delete(path, version)).status).toBe(412)
})
