import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { columnsOf, newBoard } from './board.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { add, move, clear } = newBoard(shop, owner)

test('shows three columns, in order of position', async () => {
  await clear()
  const [first, second] = [await add('open'), await add('open')]
  const doing = await add('in_progress')
  await add('cancelled')
  const { status, body, headers } = await api.get('/tasks/kanban')
  expect(status).toBe(200)
  expect(body.map(({ status }: Json) => status)).toEqual(['open', 'in_progress', 'done'])
  expect(headers.get('x-total-count')).toBe('3')
  expect(await columnsOf(api)).toEqual({ open: [first, second], in_progress: [doing], done: [] })
  expect(body[0].tasks[1]).toEqual((await api.get(`/tasks/${second}`)).body)
  expect(body[0].tasks[1]).toMatchObject({ id: second, position: 1, assignee: null })
  expect(await columnsOf(other.api)).toEqual({ open: [], in_progress: [], done: [] })
  expect((await api.get('/tasks/kanban?page=2&per_page=2')).body).toEqual([
    { status: 'done', tasks: [] },
  ])
})

test('moves a task within its column and to another', async () => {
  await clear()
  const [a, b, c, d] = [await add('open'), await add('open'), await add('open'), await add('open')]
  const done = await add('done')
  const moved = await move(d, 1, 'open')
  expect(moved).toMatchObject({ status: 200, body: { message: 'Task reordered' } })
  expect(await columnsOf(api)).toMatchObject({ open: [a, d, b, c] })
  await move(a, 2, 'open')
  expect(await columnsOf(api)).toMatchObject({ open: [d, b, a, c] })
  await move(b, 1e12, 'open')
  expect(await columnsOf(api)).toMatchObject({ open: [d, a, c, b] })
  await move(a, 0, 'done')
  expect(await columnsOf(api)).toMatchObject({ open: [d, c, b], done: [a, done] })
  expect((await api.get(`/tasks/${a}`)).body.completed_at).toMatch(/Z$/)
  await move(a, 1, 'in_progress')
  expect(await columnsOf(api)).toMatchObject({ in_progress: [a], done: [done] })
  expect((await api.get(`/tasks/${a}`)).body.completed_at).toBeNull()
})

test('stays without gaps when a task changes its status, is deleted, or goes with its work order', async () => {
  await clear()
  const customer = (await api.post('/customers', { first_name: 'Jane' })).body
  const draft = { customer_id: customer.id, device_brand: 'Apple' }
  const order = (await api.post('/work-orders', draft)).body
  const with_order = { work_order_id: order.id }
  const [a, b] = [await add('open'), await add('open', with_order)]
  const [c, d, e] = [await add('open'), await add('open', with_order), await add('open')]
  const done = await add('done', with_order)
  await api.put(`/tasks/${a}`, { status: 'done' })
  expect(await columnsOf(api)).toMatchObject({ open: [b, c, d, e], done: [done, a] })
  await api.put(`/tasks/${c}`, { status: 'open', title: 'Stays where it is' })
  expect(await columnsOf(api)).toMatchObject({ open: [b, c, d, e] })
  expect((await api.delete(`/work-orders/${order.id}`)).status).toBe(204)
  expect(await columnsOf(api)).toMatchObject({ open: [c, e], done: [a] })
  await api.delete(`/tasks/${c}`)
  expect(await columnsOf(api)).toMatchObject({ open: [e] })
})

test('making room is no new version of a task', async () => {
  await clear()
  const [a, b] = [await add('open'), await add('open')]
  const before = await api.get(`/tasks/${a}`)
  await move(b, 0, 'open')
  const version = { 'If-Match': before.headers.get('etag') as string }
  const since = { 'If-None-Match': before.headers.get('etag') as string }
  expect(await api.get(`/tasks/${a}`, since)).toMatchObject({ status: 200, body: { position: 1 } })
  expect((await api.put(`/tasks/${a}`, { title: 'Still mine' }, version)).status).toBe(200)
  expect((await api.put(`/tasks/${b}`, { title: 'Moved' }, version)).status).toBe(412)
})

test('twenty who move at once leave one order', async () => {
  await clear()
  const ids: number[] = []
  for (let n = 0; n < 10; n++) ids.push(await add('open'))
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      move(ids[n % 10] as number, (n * 7) % 10, n % 3 === 0 ? 'in_progress' : 'open'),
    ),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const { open, in_progress } = await columnsOf(api)
  expect(new Set([...open, ...in_progress])).toEqual(new Set(ids))
  expect(open.length + in_progress.length).toBe(10)
  const mixed = await Promise.all([
    ...ids.slice(0, 5).map((id) => api.delete(`/tasks/${id}`)),
    ...ids.slice(5).map((id) => api.put(`/tasks/${id}`, { status: 'done' })),
    ...ids.map(() => api.post('/tasks', { title: 'New', status: 'done' })),
    ...ids.slice(5).map((id) => move(id, 0, 'done')),
  ])
  for (const { status } of mixed) expect(status).toBeLessThan(300)
  expect((await columnsOf(api)).done).toHaveLength(15)
})

test('shows the hundred tasks that were done last', async () => {
  await clear()
  const { rows } = await owner.query(
    `insert into tasks (tenant_id, title, status, completed_at)
     select $1, 'Done ' || n, 'done', now() - make_interval(days => n) from generate_series(1, 105) n returning id`,
    [shop.tenant_id],
  )
  const latest = await add('open')
  await move(latest, 0, 'done')
  const { body } = await api.get('/tasks/kanban')
  const shown = body[2].tasks.map(({ id }: Json) => id)
  expect(shown).toEqual([latest, ...rows.slice(0, 99).map(({ id }) => Number(id))])
})

test('refuses what cannot be moved', async () => {
  await clear()
  const id = await add('open')
  const theirs = (await other.api.post('/tasks', { title: 'Theirs' })).body.id
  for (const task_id of [999999, theirs]) {
    expect(await move(task_id, 0, 'done')).toMatchObject({
      status: 422,
      body: {
        code: 'validation_failed',
        errors: { task_id: ['The selected task id is invalid.'] },
      },
    })
  }
  expect((await api.post('/tasks/reorder', {})).body.errors).toEqual({
    task_id: ['The task id field is required.'],
    position: ['The position field is required.'],
    status: ['The status field is required.'],
  })
  for (const wrong of [
    { position: -1 },
    { position: 0.5 },
    { position: '0' },
    { status: 'late' },
  ]) {
    const body = { task_id: id, position: 0, status: 'open', ...wrong }
    expect((await api.post('/tasks/reorder', body)).body.errors, JSON.stringify(wrong)).toEqual({
      [Object.keys(wrong)[0] as string]: [expect.any(String)],
    })
  }
  expect(await columnsOf(api)).toMatchObject({ open: [id] })
})
