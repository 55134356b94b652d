import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { dayIn, eventsOf, firing, hourly, setZone, zoneAt } from './firing.ts'

const { shop, owner, miniflare } = await startShops()
const { fire } = firing(miniflare)
const noon = zoneAt(12)
await setZone(owner, shop, noon)
const day = (days: number) => dayIn(owner, noon, days)

async function newTask(due_date: string | null, status = 'open'): Promise<number> {
  const { rows } = await owner.query(
    `insert into tasks (tenant_id, title, due_date, status) values ($1, 'Call back', $2, $3) returning id::int`,
    [shop.tenant_id, due_date, status],
  )
  return rows[0].id
}

const told = async () => (await eventsOf(owner, 'task.due')).map(({ id }) => id)

test('tells once of each open task whose day has come, from eight in the morning', async () => {
  const today = await newTask(await day(0))
  const late = await newTask(await day(-7), 'in_progress')
  const waiting = [
    await newTask(await day(1)),
    await newTask(null),
    await newTask(await day(-1), 'done'),
    await newTask(await day(-1), 'cancelled'),
  ]
  await setZone(owner, shop, zoneAt(3))
  await owner.query('update tasks set due_date = (now() at time zone $2)::date where id = $1', [
    today,
    zoneAt(3),
  ])
  await fire(hourly)
  expect(await told()).toEqual([late])
  await setZone(owner, shop, noon)
  await owner.query('update tasks set due_date = (now() at time zone $2)::date where id = $1', [
    today,
    noon,
  ])
  await fire(hourly, 3)
  await fire(hourly)
  expect(await told()).toEqual([late, today])
  expect((await eventsOf(owner, 'task.due'))[1]).toEqual({
    tenant_id: shop.tenant_id,
    id: today,
    actor: 'system:due-tasks',
  })
  for (const id of waiting) expect(await told()).not.toContain(id)
  // A day put off is another day.
  await owner.query('update tasks set due_date = $2 where id = $1', [today, await day(5)])
  await fire(hourly)
  await owner.query('update tasks set due_date = $2 where id = $1', [today, await day(-1)])
  await fire(hourly)
  expect(await told()).toEqual([late, today, today])
})

test('the history of the task says no more than that', async () => {
  const id = await newTask(await day(-1))
  await fire(hourly)
  const { rows } = await owner.query(
    `select name, changes, root, root_id::int from events where entity = 'task' and entity_id = $1 order by id`,
    [id],
  )
  expect(rows.map(({ name }) => name)).toEqual(['task.created', 'task.due'])
  expect(rows[1]).toMatchObject({ changes: {}, root: 'task', root_id: id })
  const history = await shop.api.get('/events?per_page=1')
  const { rows: counted } = await owner.query(
    'select count(*)::int as count from events where tenant_id = $1',
    [shop.tenant_id],
  )
  expect(history.body.total).toBe(counted[0].count)
})
