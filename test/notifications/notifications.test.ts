import { beforeEach, describe, expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'
import { told, userOf } from './telling.ts'

const { shop, other, owner, url } = await startShops()
const { admin, technician } = shop.as

beforeEach(() => owner.query('delete from notifications'))

interface Given {
  type?: string
  title?: string
  channels?: string[]
}

/** A notification as `tell` writes it. */
async function given(api: Client, { type = 'work_order', title = 'Told', channels }: Given = {}) {
  const { rows } = await owner.query(
    `insert into notifications (tenant_id, user_id, type, key, title, body, entity, entity_id, channels)
     select tenant_id, id, $2, 'wo_status_changed', $3, 'Work order moved to In Repair', 'work_order', 7, $4
     from users where id = $1 returning id::int`,
    [await userOf(api), type, title, JSON.stringify(channels ?? ['in_app'])],
  )
  return rows[0].id as number
}

describe('the list', () => {
  test('shows what the reference prints, newest first', async () => {
    const first = await given(technician, { title: 'WO-2026-0055 status changed' })
    const second = await given(technician)
    const { status, body } = await technician.get('/notifications')
    expect(status).toBe(200)
    expect(body).toMatchObject({ current_page: 1, last_page: 1, per_page: 25, total: 2 })
    expect(body.data.map(({ id }: { id: number }) => id)).toEqual([second, first])
    expect(body.data[1]).toEqual({
      id: first,
      type: 'work_order',
      key: 'wo_status_changed',
      title: 'WO-2026-0055 status changed',
      body: 'Work order moved to In Repair',
      entity: 'work_order',
      entity_id: 7,
      read_at: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
      updated_at: expect.any(String),
    })
    expect((await technician.get(`/notifications/${first}`)).body).toEqual(body.data[1])
  })

  test('has pages', async () => {
    for (let n = 0; n < 3; n++) await given(technician)
    const { body } = await technician.get('/notifications?page=2&per_page=2')
    expect(body).toMatchObject({ current_page: 2, last_page: 2, per_page: 2, total: 3 })
    expect(body.data).toHaveLength(1)
  })

  test('is filtered by type and by what was not read', async () => {
    const invoice = await given(technician, { type: 'invoice' })
    const order = await given(technician)
    await technician.post(`/notifications/${order}/read`)
    const idsOf = async (query: string) =>
      (await technician.get(`/notifications?${query}`)).body.data.map((n: { id: number }) => n.id)
    expect(await idsOf('type=invoice')).toEqual([invoice])
    expect(await idsOf('unread=1')).toEqual([invoice])
    expect(await idsOf('unread=0')).toEqual([order, invoice])
    expect(await idsOf('unread=1&type=work_order')).toEqual([])
    const refused = await technician.get('/notifications?type=gossip')
    expect(refused.status).toBe(422)
    expect(Object.keys(refused.body.errors)).toEqual(['type'])
  })

  test('holds what is shown in the app alone', async () => {
    const mailed = await given(technician, { channels: ['email', 'push'] })
    expect(await told(technician)).toEqual([])
    expect((await technician.get('/notifications/unread')).body).toEqual({ count: 0 })
    expect((await technician.get(`/notifications/${mailed}`)).status).toBe(404)
  })
})

test('one is marked read, once', async () => {
  const id = await given(technician)
  const { status, body } = await technician.post(`/notifications/${id}/read`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ id, read_at: expect.any(String) })
  await owner.query(`update notifications set read_at = '2026-03-27 10:00Z'`)
  const again = await technician.post(`/notifications/${id}/read`)
  expect(again.body.read_at).toBe('2026-03-27T10:00:00Z')
})

test('all are marked read, and counted', async () => {
  await given(technician)
  await given(technician, { type: 'invoice' })
  const theirs = await given(admin)
  expect((await technician.get('/notifications/unread')).body).toEqual({ count: 2 })
  const { status, body } = await technician.post('/notifications/mark-all-read')
  expect(status).toBe(200)
  expect(body).toEqual({ message: 'All notifications marked as read', count: 2 })
  expect((await technician.get('/notifications/unread')).body).toEqual({ count: 0 })
  expect((await technician.post('/notifications/mark-all-read')).body.count).toBe(0)
  expect((await admin.get(`/notifications/${theirs}`)).body.read_at).toBeNull()
})

test('one is deleted for good', async () => {
  const id = await given(technician)
  expect((await technician.delete(`/notifications/${id}`)).status).toBe(204)
  expect((await technician.delete(`/notifications/${id}`)).status).toBe(404)
  expect((await technician.get(`/notifications/${id}`)).status).toBe(404)
})

test.each([
  ['somebody else of the shop', admin],
  ['another shop', other.api],
])('%s finds nothing of it', async (_, stranger) => {
  const id = await given(technician)
  expect(await told(stranger)).toEqual([])
  expect((await stranger.get(`/notifications/${id}`)).status).toBe(404)
  expect((await stranger.post(`/notifications/${id}/read`)).status).toBe(404)
  expect((await stranger.delete(`/notifications/${id}`)).status).toBe(404)
  expect((await technician.get(`/notifications/${id}`)).body.read_at).toBeNull()
})

test('an account is all it takes, however narrow its token', async () => {
  const id = await given(technician)
  const token = await newToken(owner, shop.tenant_id, await userOf(technician), ['stock:read'])
  expect((await new Client(url, token).get(`/notifications/${id}`)).status).toBe(200)
  expect((await new Client(url).get('/notifications')).status).toBe(401)
})
