import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { eventsOf, firing } from './firing.ts'

const { shop, other, owner, miniflare } = await startShops()
const { fire, fireAt } = firing(miniflare)
const { api } = shop
const minutely = '* * * * *'

const made = async (path: string, body: object, client = api): Promise<Json> => {
  const answer = await client.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
const newTask = (minutes: number, more: object = {}, client = api) =>
  made('/tasks', { title: 'Call back', remind_at: inMinutes(minutes), ...more }, client)
/** How often it was reminded of. */
const told = async ({ id }: Json) =>
  (await eventsOf(owner, 'task.reminded')).filter((event) => event.id === id).length

test('reminds once of an open task, when its moment has come', async () => {
  const task = await newTask(-1, { due_date: '2099-01-01' })
  const doing = await newTask(-60, { status: 'in_progress' })
  const later = await newTask(10)
  const theirs = await newTask(-1, {}, other.api)
  await fire(minutely, 3)
  await fire(minutely)
  for (const one of [task, doing, theirs]) expect(await told(one)).toBe(1)
  expect(await told(later)).toBe(0)
  const [event] = await eventsOf(owner, 'task.reminded')
  expect(event?.actor).toBe('system:task-reminders')
  const { body } = await api.get(`/tasks/${task.id}`)
  expect(body).toMatchObject({ remind_at: task.remind_at, reminded_at: expect.any(String) })
  const { body: history } = await api.get(`/events?entity=task&entity_id=${task.id}`)
  expect(history.data.map(({ name }: Json) => name)).toEqual(['task.reminded', 'task.created'])
})

test('another moment is another reminder; without one, and once done, there is none', async () => {
  const task = await newTask(-2)
  await fire(minutely)
  await api.put(`/tasks/${task.id}`, { title: 'Call back soon' })
  await api.put(`/tasks/${task.id}`, { remind_at: task.remind_at })
  await fire(minutely)
  expect(await told(task)).toBe(1)
  const put = await api.put(`/tasks/${task.id}`, { remind_at: inMinutes(-1) })
  expect(put.body.reminded_at).toBeNull()
  await fire(minutely)
  expect(await told(task)).toBe(2)

  const cleared = await newTask(-1)
  expect((await api.put(`/tasks/${cleared.id}`, { remind_at: null })).body.remind_at).toBeNull()
  const done = await newTask(-1)
  const finished = await api.put(`/tasks/${done.id}`, { status: 'done' })
  expect(finished.body).toMatchObject({ status: 'done', remind_at: null, reminded_at: null })
  const moved = await newTask(-1)
  await api.post('/tasks/reorder', { task_id: moved.id, position: 0, status: 'cancelled' })
  expect((await api.get(`/tasks/${moved.id}`)).body.remind_at).toBeNull()
  expect((await newTask(-1, { status: 'done' })).remind_at).toBeNull()
  await fire(minutely)
  for (const one of [cleared, done, moved]) expect(await told(one)).toBe(0)
})

test('a moment without a zone is that of the shop', async () => {
  const task = await made('/tasks', { title: 'Summer', remind_at: '2027-07-01 09:00' })
  expect(task.remind_at).toBe('2027-07-01T07:00:00Z')
  for (const remind_at of ['tomorrow', '2027-02-30 09:00', 5]) {
    const { status, body } = await api.post('/tasks', { title: 'x', remind_at })
    expect(status).toBe(422)
    expect(Object.keys(body.errors)).toEqual(['remind_at'])
  }
})

test('tells who does it, or without one who made it', async () => {
  const { technician, frontdesk } = shop.as
  const user_id = (await technician.get('/auth/me')).body.id
  const employee = await made('/employees', { name: 'Alice B.', user_id })
  const given = await newTask(-1, { title: 'Given', assigned_to: employee.id })
  const own = await newTask(-1, { title: 'Own' }, frontdesk)
  await fire(minutely)
  const reminders = async (client: typeof api) => {
    const { body } = await client.get('/notifications?per_page=100')
    return body.data
      .filter(({ title }: Json) => title === 'Reminder of a task')
      .map(({ body, entity_id }: Json) => [body, entity_id])
  }
  await expect.poll(() => reminders(technician)).toEqual([['Given', given.id]])
  await expect.poll(() => reminders(frontdesk)).toEqual([['Own', own.id]])
})

test('of two runs in the same minute, and of runs beside people who change tasks, each tells once', async () => {
  const tasks: Json[] = []
  for (let n = 0; n < 10; n++) tasks.push(await newTask(-1))
  const at = new Date(Date.UTC(2026, 5, 1))
  const moves = tasks.map(({ id }, n) =>
    api.post('/tasks/reorder', { task_id: id, position: n % 3, status: 'in_progress' }),
  )
  const runs = [fireAt(minutely, at), fireAt(minutely, at), fire(minutely, 4)]
  await Promise.all([...moves, ...runs])
  await fire(minutely)
  for (const task of tasks) expect(await told(task)).toBe(1)
})
