import { expect, test } from 'vitest'
import { holidays } from '../../src/lib/delivery-days.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { leaveOf, refusal } from './leave.ts'

const shops = await startShops()
const { shop, owner } = shops
const { api } = shop
const { employee, type, request } = leaveOf(shops)

const unlimited = await type({ days_per_year: null })

const days = async (
  [start_date, end_date]: [string, string],
  { draft = {}, person }: { draft?: object; person?: Json } = {},
) => {
  const { id: employee_id } = person ?? (await employee())
  const leave = { employee_id, leave_type_id: unlimited.id, start_date, end_date, ...draft }
  return (await request(leave)).days
}

test('weekends are no days of leave', async () => {
  expect(await days(['2027-06-04', '2027-06-08'])).toBe(3)
})

test('nor are days on which the employee does not work', async () => {
  const person = await employee({ working_days: [6, 4, 2] })
  expect(person.working_days).toEqual([2, 4, 6])
  expect(await days(['2027-06-07', '2027-06-13'], { person })).toBe(3)
})

test.each([
  ['New Year and a weekend', '2027-12-31', '2028-01-03', 2],
  ['Good Friday counts, Easter Monday does not', '2026-04-03', '2026-04-07', 2],
  ['King’s Day on a Tuesday', '2027-04-26', '2027-04-28', 2],
  ['King’s Day on the Saturday before a Sunday', '2031-04-25', '2031-04-28', 2],
  ['Liberation Day is a working day', '2027-05-04', '2027-05-04', 1],
  ['Liberation Day, in a fifth year, on a Sunday', '2030-05-03', '2030-05-06', 2],
  ['Liberation Day, in a fifth year, on a Monday', '2025-05-05', '2025-05-06', 1],
  ['Ascension', '2027-05-06', '2027-05-07', 1],
  ['Whit Monday, which is a day after the Whitsun of 2027', '2027-05-17', '2027-05-18', 1],
  ['Christmas', '2026-12-24', '2026-12-28', 2],
])('public holidays: %s', async (_, from, to, expected) => {
  expect(await days([from, to])).toBe(expected)
})

test('Easter is reckoned as where letters are delivered', async () => {
  const { rows } = await owner.query(
    `select y as year, (app.easter(y) + 1)::text as monday from generate_series(1900, 2199) y`,
  )
  for (const { year, monday } of rows) expect(holidays(year)).toContain(monday)
})

test('half days, at both ends', async () => {
  const half = { start_half: 'afternoon' }
  expect(await days(['2027-06-07', '2027-06-07'], { draft: half })).toBe(0.5)
  expect(
    await days(['2027-06-07', '2027-06-09'], { draft: { ...half, end_half: 'morning' } }),
  ).toBe(2)
  // The half of a day that nobody works takes nothing off the others.
  expect(await days(['2027-06-05', '2027-06-07'], { draft: half })).toBe(1)
})

test('the shop’s own closed days, and none of the Netherlands’ abroad', async () => {
  await api.put('/settings', { holidays: ['2027-06-08'] })
  expect(await days(['2027-06-07', '2027-06-08'])).toBe(1)
  await api.put('/settings', { holidays: [], country: 'BE' })
  expect(await days(['2027-04-27', '2027-04-27'])).toBe(1)
  await api.put('/settings', { country: 'NL' })
})

test('what holds no working day, or no day at all, is refused', async () => {
  const { id: employee_id } = await employee()
  const refused = async (draft: object) =>
    api.post('/leave-requests', { employee_id, leave_type_id: unlimited.id, ...draft })
  expect(await refused({ start_date: '2027-06-05', end_date: '2027-06-06' })).toMatchObject(
    refusal(422, 'no_working_days'),
  )
  expect(await refused({ start_date: '2027-06-08', end_date: '2027-06-07' })).toMatchObject({
    status: 422,
    body: {
      errors: {
        end_date: ['The end date field must be a date after or equal to start date.'],
      },
    },
  })
  const monday = { start_date: '2027-06-07', end_date: '2027-06-07' }
  expect(await refused({ ...monday, start_half: 'afternoon', end_half: 'morning' })).toMatchObject({
    status: 422,
    body: { errors: { end_half: [expect.any(String)] } },
  })
  for (const draft of [
    { ...monday, start_half: 'noon' },
    { ...monday, start_date: '2027-02-30' },
    { ...monday, end_date: '2031-06-07' },
    { start_date: '9999-12-30', end_date: '9999-12-31' },
  ]) {
    expect(await refused(draft)).toMatchObject(refusal(422, 'validation_failed'))
  }
})

test('outside the employment is refused', async () => {
  const person = await employee({ started_on: '2027-03-01', ended_on: '2027-09-30' })
  const leave = { employee_id: person.id, leave_type_id: unlimited.id }
  const refused = (start_date: string, end_date: string) =>
    api.post('/leave-requests', { ...leave, start_date, end_date })
  expect(await refused('2027-02-26', '2027-03-01')).toMatchObject({
    status: 422,
    body: { code: 'not_employed', errors: { start_date: ['The employment starts later.'] } },
  })
  expect(await refused('2027-09-30', '2027-10-01')).toMatchObject({
    status: 422,
    body: { code: 'not_employed', errors: { end_date: ['The employment ends earlier.'] } },
  })
  await request({ ...leave, start_date: '2027-03-01', end_date: '2027-03-01' })
})

test('other leave of the same employee is refused, but the other half of a day', async () => {
  const { id: employee_id } = await employee()
  const leave = { employee_id, leave_type_id: unlimited.id }
  const monday = { ...leave, start_date: '2027-06-07', end_date: '2027-06-07' }
  const morning = await request({ ...monday, end_half: 'morning' })
  for (const draft of [
    monday,
    { ...monday, end_half: 'morning' },
    { ...monday, start_date: '2027-06-01' },
  ]) {
    expect(await api.post('/leave-requests', draft)).toMatchObject({
      status: 422,
      body: {
        code: 'overlap',
        errors: { start_date: ['The employee has other leave on some of these days.'] },
      },
    })
  }
  await request({ ...monday, start_half: 'afternoon', end_date: '2027-06-08' })
  expect(await api.put(`/leave-requests/${morning.id}`, { end_half: 'afternoon' })).toMatchObject(
    refusal(422, 'overlap'),
  )
  const { id: colleague } = await employee()
  await request({ ...monday, employee_id: colleague })
})

test('of twenty overlapping requests at once one is taken', async () => {
  const { id: employee_id } = await employee()
  const leave = { employee_id, leave_type_id: unlimited.id, end_date: '2027-06-30' }
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      api.post('/leave-requests', {
        ...leave,
        start_date: `2027-06-${String(n + 1).padStart(2, '0')}`,
      }),
    ),
  )
  const codes = answers.map(({ status, body }) => `${status} ${body.code ?? body.status}`)
  expect(codes.toSorted()).toEqual(['201 pending', ...Array(19).fill('422 overlap')])
})

test('a type that is no longer in use is refused, and one in use is not deleted', async () => {
  const retired = await type({ active: false })
  const { id: employee_id } = await employee()
  const leave = { employee_id, start_date: '2027-06-07', end_date: '2027-06-07' }
  expect(await api.post('/leave-requests', { ...leave, leave_type_id: retired.id })).toMatchObject(
    refusal(422, 'inactive_leave_type'),
  )
  await request({ ...leave, leave_type_id: unlimited.id })
  expect(await api.delete(`/leave-types/${unlimited.id}`)).toMatchObject(refusal(422, 'in_use'))
  expect(await api.delete(`/employees/${employee_id}`)).toMatchObject(refusal(422, 'in_use'))
  expect((await api.delete(`/leave-types/${retired.id}`)).status).toBe(204)
})
