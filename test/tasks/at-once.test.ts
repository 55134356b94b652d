import { expect, test } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { columnsOf, newBoard } from './board.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { add, move, clear } = newBoard(shop, owner)
const statuses = ['open', 'in_progress', 'done', 'cancelled'] as const
type Columns = Record<string, number[]>

/** Every column as the database has it: its positions follow each other, no two alike. */
async function standing(): Promise<Columns> {
  const { rows } = await owner.query(
    `select id::int, status, position from tasks where tenant_id = $1 order by status, position`,
    [shop.tenant_id],
  )
  const columns = statuses.map((status) => {
    const column = rows.filter((row) => row.status === status)
    const first = column[0]?.position
    expect(column.map(({ position }) => position - first)).toEqual([...column.keys()])
    return [status, column.map(({ id }) => id)]
  })
  return Object.fromEntries(columns)
}

/** The same by the list, and by each task alone. */
async function listed(client: Client): Promise<Columns> {
  const columns: Columns = {}
  for (const status of statuses) {
    const { body } = await client.get(`/tasks?status=${status}&per_page=100`)
    const column: number[] = []
    for (const { id, position } of body.data) column[position] = id
    for (const id of column) {
      expect((await client.get(`/tasks/${id}`)).body.position).toBe(column.indexOf(id))
    }
    columns[status] = column
  }
  return columns
}

const byId = (a: number, b: number) => a - b

async function allAgree(ids: number[]) {
  const columns = await standing()
  expect(Object.values(columns).flat().toSorted(byId)).toEqual(ids.toSorted(byId))
  expect(await listed(api)).toEqual(columns)
  const { open, in_progress, done } = columns
  expect(await columnsOf(api)).toEqual({ open, in_progress, done })
  expect(await columnsOf(shop.as.technician)).toEqual({ open, in_progress, done })
}

const spread = (n: number) => statuses[n % 4] as (typeof statuses)[number]

test('fifty reorders at once, within and across columns: every order is total, all answers agree', async () => {
  await clear()
  const ids: number[] = []
  for (let n = 0; n < 25; n++) ids.push(await add(spread(n)))
  for (const round of [1, 2]) {
    // Who looks meanwhile sees each task once, each column without a gap.
    const looks = Array.from({ length: 5 }, async () => {
      const columns = await columnsOf(api)
      const seen = Object.values(columns).flat()
      expect(new Set(seen).size).toBe(seen.length)
    })
    const answers = await Promise.all([
      ...Array.from({ length: 50 }, (_, n) =>
        move(ids[(n * round) % 25] as number, (n * 7) % 12, spread(n * 5 + round)),
      ),
      ...looks,
    ])
    const moved = answers.filter((answer) => answer !== undefined)
    expect(moved.map(({ status }) => status)).toEqual(Array(50).fill(200))
    await allAgree(ids)
  }
})

test('with others who add, finish, delete, name versions, and drop work orders', async () => {
  await clear()
  const customer = (await api.post('/customers', { first_name: 'Jane' })).body
  const draft = { customer_id: customer.id, device_brand: 'Apple' }
  const orders: Json[] = []
  for (let n = 0; n < 4; n++) orders.push((await api.post('/work-orders', draft)).body)
  const ids: number[] = []
  for (let n = 0; n < 20; n++) ids.push(await add(spread(n)))
  const withOrder: number[] = []
  for (let n = 0; n < 8; n++) {
    withOrder.push(await add(spread(n), { work_order_id: orders[n % 4]?.id }))
  }
  const etags = await Promise.all(
    ids.slice(0, 10).map(async (id) => (await api.get(`/tasks/${id}`)).headers.get('etag')),
  )
  const [moves, made, versions, deleted, dropped] = await Promise.all([
    Promise.all(ids.map((id, n) => move(id, n % 5, spread(n + 1)))),
    Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        api.post('/tasks', { title: 'New', status: spread(n), work_order_id: orders[n % 4]?.id }),
      ),
    ),
    Promise.all(
      etags.map((etag, n) =>
        api.put(`/tasks/${ids[n]}`, { status: spread(n + 2) }, { 'If-Match': etag as string }),
      ),
    ),
    Promise.all(ids.slice(15).map((id) => api.delete(`/tasks/${id}`))),
    Promise.all(orders.slice(0, 2).map(({ id }) => api.delete(`/work-orders/${id}`))),
  ])
  expect(dropped.map(({ status }) => status)).toEqual([204, 204])
  expect(deleted.map(({ status }) => status)).toEqual(Array(5).fill(204))
  // Somebody else moved it, or dropped its order, before: that is said, and is all that may be.
  for (const { status } of versions) expect([200, 412]).toContain(status)
  for (const { status } of made) expect([201, 422]).toContain(status)
  moves.forEach(({ status }, n) => {
    expect(n < 15 ? [200] : [200, 422]).toContain(status)
  })
  const gone = orders.slice(0, 2).map(({ id }) => id)
  const added = made.flatMap(({ status, body }) =>
    status === 201 && !gone.includes(body.work_order_id) ? [body.id] : [],
  )
  const kept = withOrder.filter((_, n) => n % 4 > 1)
  await allAgree([...ids.slice(0, 15), ...kept, ...added])
})
