import { expect, test } from 'vitest'
import { wordsOf } from '../../src/domain/notifications/words.ts'
import type { Client, Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { leaveOf } from './leave.ts'

const shops = await startShops()
const { shop, owner } = shops
const { type, request, employeeOf } = leaveOf(shops)

const technician = await employeeOf('technician')
const holiday = await type({ name: 'Vakantie op maat' })
const week = {
  employee_id: technician.id,
  leave_type_id: holiday.id,
  start_date: '2027-06-07',
  end_date: '2027-06-11',
  notes: 'Lanzarote',
}

/** What a client is told about a request, once there is so much of it. */
const told = (client: Client, id: number, count = 1) =>
  expect.poll(
    async () => {
      const { body } = await client.get('/notifications')
      const about = body.data.filter(
        (one: Json) => one.entity === 'leave_request' && one.entity_id === id,
      )
      return about.slice(0, count).map(({ key, title, body: text }: Json) => [key, title, text])
    },
    { timeout: 20_000 },
  )

test('who approves is told of a request, its employee of the answer', async () => {
  const { id } = await request(week, shop.as.technician)
  const asked = ['leave_requested', 'Leave of The technician', '7 June 2027 – 11 June 2027']
  await told(shop.as.manager, id).toEqual([asked])
  await told(shop.as.admin, id).toEqual([asked])
  await shop.as.manager.post(`/leave-requests/${id}/reject`, { reason: 'Too busy' })
  await told(shop.as.technician, id).toEqual([
    ['leave_rejected', 'Your leave is rejected', '7 June 2027 – 11 June 2027, Too busy'],
  ])
  const day = await request({ ...week, end_date: '2027-06-07' }, shop.as.technician)
  await shop.as.manager.post(`/leave-requests/${day.id}/approve`)
  await told(shop.as.technician, day.id).toEqual([
    ['leave_approved', 'Your leave is approved', '7 June 2027'],
  ])
  expect((await shop.as.frontdesk.get('/notifications')).body.total).toBe(0)
})

test('the history says what happened, and not what for', async () => {
  const { rows } = await owner.query(
    `select name, changes from events where entity = 'leave_request' and tenant_id = $1`,
    [shop.tenant_id],
  )
  const names = new Set(rows.map(({ name }) => name))
  expect(names).toEqual(
    new Set(['created', 'updated', 'rejected', 'approved'].map((word) => `leave_request.${word}`)),
  )
  for (const { changes } of rows) {
    const fields = Object.keys(changes)
    expect(['leave_type_id', 'notes', 'reason'].filter((name) => fields.includes(name))).toEqual([])
  }
})

test('in Dutch too', () => {
  const subject = {
    name: 'Zoë',
    customer: null,
    amount_cents: null,
    day: '2027-06-07',
    until: '2027-06-11',
    detail: 'Te druk',
    assignee_id: technician.id,
    branch_id: null,
  }
  const event = { id: 1, name: '', root: '', root_id: 1, user_id: null, at: '', changes: {} }
  const said = (key: 'leave_requested' | 'leave_approved' | 'leave_rejected') =>
    wordsOf(key, subject, event, 'nl')
  const body = '7 juni 2027 – 11 juni 2027'
  expect(said('leave_requested')).toEqual({ title: 'Verlof van Zoë', body })
  expect(said('leave_approved')).toEqual({ title: 'Uw verlof is goedgekeurd', body })
  expect(said('leave_rejected')).toEqual({
    title: 'Uw verlof is afgewezen',
    body: `${body}, Te druk`,
  })
})
