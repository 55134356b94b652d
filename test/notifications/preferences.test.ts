import { beforeEach, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { technician, admin } = shop.as

beforeEach(() => owner.query('delete from notification_preferences'))

const path = '/notifications/preferences'

const channelsOf = (preferences: Json, key: string) =>
  Object.values<Json>(preferences)
    .flat()
    .find((preference) => preference.key === key)?.channels

test('every kind has its group, its label and its usual channels, as the reference prints them', async () => {
  const { status, body } = await technician.get(path)
  expect(status).toBe(200)
  expect(Object.keys(body)).toEqual([
    'work_orders',
    'invoices',
    'tasks',
    'sla',
    'customers',
    'system',
  ])
  expect(body.work_orders.slice(0, 2)).toEqual([
    { key: 'wo_status_changed', label: 'Status changed', channels: ['in_app', 'email'] },
    { key: 'wo_assigned', label: 'Engineer assigned', channels: ['in_app'] },
  ])
  expect(body.invoices[0]).toEqual({
    key: 'invoice_overdue',
    label: 'Invoice overdue',
    channels: ['in_app', 'email', 'push'],
  })
  for (const group of Object.values<Json>(body)) expect(group.length).toBeGreaterThan(0)
})

test.each(['put', 'patch'] as const)('%s changes those that it names', async (method) => {
  const preferences = { wo_status_changed: ['in_app', 'email'], invoice_overdue: ['push', 'push'] }
  const { status, body } = await technician[method](path, { preferences })
  expect(status).toBe(200)
  expect(channelsOf(body, 'invoice_overdue')).toEqual(['push'])
  const changed = await technician[method](path, { preferences: { invoice_overdue: [] } })
  expect(channelsOf(changed.body, 'invoice_overdue')).toEqual([])
  expect(channelsOf(changed.body, 'wo_status_changed')).toEqual(['in_app', 'email'])
  expect(channelsOf(changed.body, 'wo_assigned')).toEqual(['in_app'])
  expect((await technician.get(path)).body).toEqual(changed.body)
})

test('they are each person’s own', async () => {
  await technician.put(path, { preferences: { wo_assigned: ['push'] } })
  for (const somebody of [admin, other.api]) {
    expect(channelsOf((await somebody.get(path)).body, 'wo_assigned')).toEqual(['in_app'])
  }
})

test('nothing chosen changes nothing', async () => {
  const before = (await technician.get(path)).body
  expect((await technician.put(path, { preferences: {} })).body).toEqual(before)
})

test('what is chosen again is no change', async () => {
  const preferences = { wo_assigned: ['push'] }
  const events = async () =>
    (await owner.query(`select 1 from events where entity = 'notification_preference'`)).rowCount
  await technician.put(path, { preferences })
  const before = await events()
  await technician.put(path, { preferences })
  expect(await events()).toBe(before)
})

test('two changes at once both count', async () => {
  await Promise.all([
    technician.put(path, { preferences: { wo_assigned: ['push'], task_due: ['email'] } }),
    technician.put(path, { preferences: { wo_assigned: ['push'], sla_breached: ['in_app'] } }),
  ])
  const { body } = await technician.get(path)
  expect(channelsOf(body, 'wo_assigned')).toEqual(['push'])
  expect(channelsOf(body, 'task_due')).toEqual(['email'])
  expect(channelsOf(body, 'sla_breached')).toEqual(['in_app'])
})

test.each<[string, object, string, string]>([
  ['an unknown key', { wo_lost: ['in_app'] }, 'wo_lost', 'names no notification'],
  [
    'an unknown channel',
    { wo_assigned: ['in_app', 'pigeon'] },
    'wo_assigned',
    'may only hold in_app, email, push',
  ],
  [
    'a channel that is no word',
    { wo_assigned: [1] },
    'wo_assigned',
    'may only hold in_app, email, push',
  ],
  ['no list', { wo_assigned: 'email' }, 'wo_assigned', 'must be an array'],
])('%s is refused, by its name, with all that came with it', async (_, wrong, key, complaint) => {
  const { status, body } = await technician.put(path, {
    preferences: { task_due: ['email'], ...wrong },
  })
  expect(status).toBe(422)
  expect(body.code).toBe('validation_failed')
  const field = `preferences.${key}`
  expect(body.errors).toEqual({
    [field]: [`The ${field.replaceAll('_', ' ')} field ${complaint}.`],
  })
  expect(channelsOf((await technician.get(path)).body, 'task_due')).toEqual(['in_app', 'push'])
})

test('without preferences it is refused', async () => {
  const { status, body } = await technician.put(path, {})
  expect(status).toBe(422)
  expect(body.errors).toEqual({ preferences: ['The preferences field is required.'] })
})
