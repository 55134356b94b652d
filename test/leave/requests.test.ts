import { describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { leaveOf, refusal } from './leave.ts'

const shops = await startShops()
const { shop, other } = shops
const { api } = shop
const { employee, type, request, employeeOf } = leaveOf(shops)

const technician = await employeeOf('technician')
const frontdesk = await employeeOf('frontdesk')
const manager = await employeeOf('manager')
const holiday = await type()

const week = { leave_type_id: holiday.id, start_date: '2027-06-07', end_date: '2027-06-11' }
/** Days that no other test uses. */
const daysOf = (month: string, first: string, last = first) => ({
  leave_type_id: holiday.id,
  start_date: `2027-${month}-${first}`,
  end_date: `2027-${month}-${last}`,
})

test('is submitted, changed, approved and shown', async () => {
  const draft = { ...week, employee_id: technician.id, notes: 'Lanzarote' }
  const created = await shop.as.technician.post('/leave-requests', draft)
  expect(created).toMatchObject({
    status: 201,
    body: {
      id: expect.any(Number),
      employee_id: technician.id,
      employee: { id: technician.id, name: 'The technician' },
      leave_type_id: holiday.id,
      leave_type: { id: holiday.id, name: holiday.name },
      start_date: '2027-06-07',
      start_half: 'morning',
      end_date: '2027-06-11',
      end_half: 'afternoon',
      days: 5,
      status: 'pending',
      notes: 'Lanzarote',
      reason: null,
      decided_by: null,
      approved_at: null,
    },
  })
  const path = `/leave-requests/${created.body.id}`
  expect((await shop.as.technician.get(path)).body).toEqual(created.body)
  const shorter = { end_date: '2027-06-09', end_half: 'morning' }
  expect(await shop.as.technician.patch(path, shorter)).toMatchObject({
    status: 200,
    body: { ...shorter, days: 2.5 },
  })
  const approved = await shop.as.manager.post(`${path}/approve`)
  expect(approved).toMatchObject({
    status: 200,
    body: { status: 'approved', days: 2.5, approved_at: expect.stringMatching(/Z$/) },
  })
  expect(approved.body.decided_by).toBe(manager.user_id)
  expect((await api.get(path)).body).toEqual(approved.body)
  for (const answer of [
    await api.put(path, { notes: 'x' }),
    await api.delete(path),
    await api.post(`${path}/approve`),
    await api.post(`${path}/reject`, { reason: 'Too late' }),
  ]) {
    expect(answer).toMatchObject(refusal(422, 'not_pending'))
  }
})

test('is rejected with a reason, and its days are free again', async () => {
  const draft = { ...daysOf('07', '05'), employee_id: technician.id }
  const { id } = await request(draft, shop.as.technician)
  expect(await api.post(`/leave-requests/${id}/reject`, {})).toMatchObject({
    status: 422,
    body: { errors: { reason: ['The reason field is required.'] } },
  })
  expect(
    await shop.as.manager.post(`/leave-requests/${id}/reject`, { reason: 'Too busy' }),
  ).toMatchObject({ status: 200, body: { status: 'rejected', reason: 'Too busy' } })
  expect(await api.post(`/leave-requests/${id}/cancel`)).toMatchObject(refusal(422, 'not_open'))
  await request(draft, shop.as.technician)
})

test('is deleted while it is pending', async () => {
  const { id } = await request({ ...daysOf('07', '07'), employee_id: technician.id })
  expect((await shop.as.technician.delete(`/leave-requests/${id}`)).status).toBe(204)
  expect((await api.get(`/leave-requests/${id}`)).status).toBe(404)
})

describe('cancelling', () => {
  test('is for everyone until the leave begins, then for who approves', async () => {
    const coming = await request({ ...daysOf('07', '12'), employee_id: technician.id })
    await api.post(`/leave-requests/${coming.id}/approve`)
    expect(await shop.as.technician.post(`/leave-requests/${coming.id}/cancel`)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', cancelled_at: expect.stringMatching(/Z$/) },
    })
    const begun = await request({
      ...week,
      employee_id: technician.id,
      start_date: '2026-01-05',
      end_date: '2026-01-05',
    })
    await api.post(`/leave-requests/${begun.id}/approve`)
    expect(await shop.as.technician.post(`/leave-requests/${begun.id}/cancel`)).toMatchObject(
      refusal(422, 'leave_begun'),
    )
    expect((await shop.as.manager.post(`/leave-requests/${begun.id}/cancel`)).status).toBe(200)
  })
})

test('a type that needs no approval is approved at once', async () => {
  const ill = await type({ days_per_year: null, needs_approval: false })
  const draft = { ...daysOf('08', '02', '03'), employee_id: technician.id }
  const answer = await request({ ...draft, leave_type_id: ill.id }, shop.as.technician)
  expect(answer).toMatchObject({ status: 'approved', approved_at: expect.stringMatching(/Z$/) })
  const pending = await request({ ...daysOf('08', '05'), employee_id: technician.id })
  const changed = await api.put(`/leave-requests/${pending.id}`, { leave_type_id: ill.id })
  expect(changed.body.status).toBe('approved')
})

test('nobody approves his own leave, but an administrator', async () => {
  const own = await request({ ...daysOf('08', '09'), employee_id: manager.id })
  expect(await shop.as.manager.post(`/leave-requests/${own.id}/approve`)).toMatchObject(
    refusal(422, 'own_request'),
  )
  expect((await api.post(`/leave-requests/${own.id}/approve`)).status).toBe(200)
  const admin = await employeeOf('admin')
  const admins = await request({ ...daysOf('08', '09'), employee_id: admin.id })
  expect((await api.post(`/leave-requests/${admins.id}/approve`)).status).toBe(200)
})

describe('who sees what', () => {
  test('a plain person its own, and asks for itself only', async () => {
    const theirs = await request({ ...daysOf('09', '06'), employee_id: frontdesk.id })
    const path = `/leave-requests/${theirs.id}`
    expect((await shop.as.technician.get(path)).status).toBe(404)
    expect((await shop.as.technician.put(path, { notes: 'x' })).status).toBe(404)
    expect((await shop.as.technician.delete(path)).status).toBe(404)
    expect((await shop.as.technician.post(`${path}/cancel`)).status).toBe(404)
    expect((await shop.as.technician.post(`${path}/approve`)).status).toBe(403)
    const inHisName = { ...daysOf('09', '07'), employee_id: frontdesk.id }
    expect(await shop.as.technician.post('/leave-requests', inHisName)).toMatchObject(
      refusal(403, 'forbidden'),
    )
    const own = await request({ ...daysOf('09', '07'), employee_id: technician.id })
    expect(
      await shop.as.technician.put(`/leave-requests/${own.id}`, { employee_id: frontdesk.id }),
    ).toMatchObject(refusal(403, 'forbidden'))
    const seen = (await shop.as.technician.get('/leave-requests?per_page=100')).body.data
    expect(new Set(seen.map((one: Json) => one.employee_id))).toEqual(new Set([technician.id]))
    const none = await shop.as.technician.get(`/leave-requests?employee_id=${frontdesk.id}`)
    expect(none.body.total).toBe(0)
    expect((await shop.as.accountant.get('/leave-requests')).body.total).toBe(0)
  })

  test('nobody another shop’s', async () => {
    const { id } = await request({ ...daysOf('09', '08'), employee_id: frontdesk.id })
    const path = `/leave-requests/${id}`
    expect((await other.api.get(path)).status).toBe(404)
    expect((await other.api.post(`${path}/approve`)).status).toBe(404)
    const strange = { ...daysOf('09', '08'), employee_id: frontdesk.id }
    const answer = await other.api.post('/leave-requests', strange)
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: { employee_id: [expect.any(String)] } },
    })
    expect((await other.api.get(`/leave-requests?employee_id=${frontdesk.id}`)).status).toBe(404)
  })
})

test('the list filters', async () => {
  const branch = (await api.post('/branches', { name: 'Rotterdam' })).body
  const kim = await employee({ branch_id: branch.id })
  const parental = await type()
  const draft = { employee_id: kim.id, leave_type_id: parental.id }
  const first = await request({ ...draft, start_date: '2027-12-30', end_date: '2028-01-04' })
  const second = await request({ ...draft, start_date: '2028-02-01', end_date: '2028-02-02' })
  await api.post(`/leave-requests/${second.id}/approve`)
  const ids = async (query: string) =>
    (await api.get(`/leave-requests?employee_id=${kim.id}&${query}`)).body.data.map(
      (one: Json) => one.id,
    )
  const both = [second.id, first.id]
  expect(await ids(`branch_id=${branch.id}`)).toEqual(both)
  expect(await ids(`leave_type_id=${parental.id}`)).toEqual(both)
  expect(await ids(`leave_type_id=${holiday.id}`)).toEqual([])
  expect(await ids('status=approved')).toEqual([second.id])
  expect(await ids('year=2027')).toEqual([first.id])
  expect(await ids('year=2028')).toEqual(both)
  expect(await ids('from=2028-01-05')).toEqual([second.id])
  expect(await ids('to=2028-01-31')).toEqual([first.id])
  expect((await api.get('/leave-requests?status=nothing')).status).toBe(422)
  expect((await api.get('/leave-requests?year=1')).status).toBe(422)
})
