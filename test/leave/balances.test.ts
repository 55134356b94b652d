import { describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { leaveOf, refusal } from './leave.ts'

const shops = await startShops()
const { shop, owner } = shops
const { api } = shop
const { made, employee, type, request, employeeOf, balance } = leaveOf(shops)

const { rows } = await owner.query('select extract(year from now())::int as year')
const thisYear: number = rows[0].year

describe('what a type gives, by hand', () => {
  test.each([
    ['all year, five days', {}, 2027, 20],
    ['from 1 April: 275 of 365 days', { started_on: '2027-04-01' }, 2027, 15.5],
    ['a leap year has 366: 275 of them', { started_on: '2028-04-01' }, 2028, 15.5],
    ['in a leap year until 29 February: 60 of 366', { ended_on: '2028-02-29' }, 2028, 3.5],
    ['three days a week', { working_days: [1, 2, 4] }, 2027, 12],
    ['three days from 1 April', { working_days: [1, 2, 4], started_on: '2027-04-01' }, 2027, 9.5],
    ['six days a week', { working_days: [1, 2, 3, 4, 5, 6] }, 2027, 24],
    ['one day of the year', { started_on: '2027-12-31' }, 2027, 0.5],
    ['not yet employed', { started_on: '2028-01-01' }, 2027, 0],
  ])('%s', async (_, draft, year, entitled) => {
    const person = await employee(draft)
    const holiday = await type()
    expect(await balance(person.id, holiday.id, year)).toMatchObject({ year, entitled })
  })
})

test('a request over New Year counts in both years', async () => {
  const person = await employee()
  const holiday = await type()
  const leave = { employee_id: person.id, leave_type_id: holiday.id }
  const { id, days } = await request({ ...leave, start_date: '2027-12-29', end_date: '2028-01-04' })
  expect(days).toBe(5)
  expect(await balance(person.id, holiday.id, 2027)).toMatchObject({ pending: 3, remaining: 17 })
  expect(await balance(person.id, holiday.id, 2028)).toMatchObject({ pending: 2, remaining: 18 })
  await api.post(`/leave-requests/${id}/approve`)
  expect(await balance(person.id, holiday.id, 2028)).toEqual({
    employee_id: person.id,
    leave_type_id: holiday.id,
    year: 2028,
    entitled: 20,
    carried_over: 0,
    carried_over_lapsed: 0,
    adjusted: 0,
    taken: 0,
    planned: 2,
    pending: 0,
    remaining: 18,
  })
})

test('taken is what lies behind, planned what is to come', async () => {
  const person = await employee()
  const holiday = await type({ counts_from: 2020 })
  const leave = { employee_id: person.id, leave_type_id: holiday.id }
  const { id } = await request({ ...leave, start_date: '2020-03-02', end_date: '2020-03-03' })
  await api.post(`/leave-requests/${id}/approve`)
  expect(await balance(person.id, holiday.id, 2020)).toMatchObject({
    taken: 2,
    planned: 0,
    remaining: 18,
  })
})

describe('what is left of a year', () => {
  /** Ten days taken in 2020, of twenty. */
  const after2020 = async (draft: object) => {
    const person = await employee({ started_on: '2020-01-01' })
    const holiday = await type({ counts_from: 2020, ...draft })
    const leave = { employee_id: person.id, leave_type_id: holiday.id }
    await request({ ...leave, start_date: '2020-06-08', end_date: '2020-06-19' })
    return { person, holiday, leave }
  }

  test.each([
    ['is lost', {}, 0],
    ['goes over as far as the type says', { carry_over_days: 4 }, 4],
    ['goes over whole', { carry_over_days: null }, 10],
  ])('%s', async (_, draft, carried_over) => {
    const { person, holiday } = await after2020(draft)
    const given = await balance(person.id, holiday.id, 2021)
    expect(given).toMatchObject({ carried_over, remaining: 20 + carried_over })
  })

  test('lapses after the day of the type, but for what was taken before it', async () => {
    const { person, holiday, leave } = await after2020({
      carry_over_days: null,
      carry_over_until: '06-30',
    })
    // Thursday and Friday before the day, and one day after it.
    await request({ ...leave, start_date: '2021-06-30', end_date: '2021-07-01' })
    expect(await balance(person.id, holiday.id, 2021)).toMatchObject({
      entitled: 20,
      carried_over: 10,
      carried_over_lapsed: 9,
      pending: 2,
      remaining: 19,
    })
    // What had lapsed does not go over.
    expect(await balance(person.id, holiday.id, 2022)).toMatchObject({
      carried_over: 19,
      carried_over_lapsed: 19,
      remaining: 20,
    })
  })

  test('that lapses in June is no ground for leave in July', async () => {
    const next = thisYear + 1
    const person = await employee()
    const holiday = await type({ carry_over_days: null, carry_over_until: '06-30' })
    const leave = { employee_id: person.id, leave_type_id: holiday.id }
    expect(await balance(person.id, holiday.id, next)).toMatchObject({
      carried_over: 20,
      carried_over_lapsed: 0,
      remaining: 40,
    })
    const july = { ...leave, start_date: `${next}-07-01`, end_date: `${next}-08-06` }
    expect(await api.post('/leave-requests', july)).toMatchObject(
      refusal(422, 'insufficient_balance'),
    )
    await request({ ...leave, start_date: `${next}-06-01`, end_date: `${next}-07-08` })
  })

  test('is taken off the next year when it is less than nothing', async () => {
    const { person, holiday } = await after2020({})
    const taken = { employee_id: person.id, leave_type_id: holiday.id, year: 2020 }
    await made('/leave-adjustments', { ...taken, days: -12.5, reason: 'Paid out' })
    expect(await balance(person.id, holiday.id, 2020)).toMatchObject({
      adjusted: -12.5,
      remaining: -2.5,
    })
    expect(await balance(person.id, holiday.id, 2021)).toMatchObject({
      carried_over: -2.5,
      remaining: 17.5,
    })
  })
})

describe('more than is left', () => {
  const small = async () => {
    const person = await employee()
    const holiday = await type({ days_per_year: 3 })
    return { person, holiday, leave: { employee_id: person.id, leave_type_id: holiday.id } }
  }
  const day = (n: number) => {
    const date = `2027-06-${String(n).padStart(2, '0')}`
    return { start_date: date, end_date: date }
  }

  test('is refused when it is asked for, and when it is more by a change', async () => {
    const { leave } = await small()
    const first = await request({ ...leave, start_date: '2027-06-07', end_date: '2027-06-09' })
    expect(await api.post('/leave-requests', { ...leave, ...day(14) })).toMatchObject({
      status: 422,
      body: {
        code: 'insufficient_balance',
        errors: { leave_type_id: ['There are not enough days left for this leave.'] },
      },
    })
    expect(
      await api.patch(`/leave-requests/${first.id}`, { end_date: '2027-06-10' }),
    ).toMatchObject(refusal(422, 'insufficient_balance'))
    await made('/leave-adjustments', { ...leave, year: 2027, days: 1, reason: 'Bought' })
    await request({ ...leave, ...day(14) })
  })

  test('of twenty requests at once as many are taken as there are days', async () => {
    const { person, holiday, leave } = await small()
    const workdays = [1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 28]
    const answers = await Promise.all(
      workdays.map((n) => api.post('/leave-requests', { ...leave, ...day(n) })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    expect(answers.filter(({ body }) => body.code === 'insufficient_balance')).toHaveLength(17)
    expect(await balance(person.id, holiday.id, 2027)).toMatchObject({ pending: 3, remaining: 0 })
  })

  test('is refused when it is approved, also by two at once', async () => {
    const { person, holiday, leave } = await small()
    const requests = await Promise.all([7, 8, 9].map((n) => request({ ...leave, ...day(n) })))
    await made('/leave-adjustments', { ...leave, year: 2027, days: -2, reason: 'Paid out' })
    const answers = await Promise.all(
      requests.map(({ id }) => api.post(`/leave-requests/${id}/approve`)),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422])
    expect(await balance(person.id, holiday.id, 2027)).toMatchObject({ planned: 1, pending: 2 })
  })

  test('of a type without a limit there is no such thing', async () => {
    const person = await employee()
    const illness = await type({ days_per_year: null, carry_over_days: null })
    const leave = { employee_id: person.id, leave_type_id: illness.id }
    await request({ ...leave, start_date: '2027-01-04', end_date: '2028-12-29' })
    expect(await balance(person.id, illness.id, 2028)).toMatchObject({
      entitled: null,
      remaining: null,
      carried_over: 0,
    })
  })
})

test('a plain person sees its own balances and adjustments, an approver all', async () => {
  const technician = await employeeOf('technician')
  const holiday = await type()
  const of = { employee_id: technician.id, leave_type_id: holiday.id, year: thisYear }
  const adjustment = await made('/leave-adjustments', { ...of, days: 2, reason: 'Long service' })
  const person = await employee()
  const other = await made('/leave-adjustments', {
    ...of,
    employee_id: person.id,
    days: 1,
    reason: 'Bought',
  })
  const whose = (body: Json) => new Set(body.map((row: Json) => row.employee_id))
  const own = await shop.as.technician.get('/leave-balances')
  expect(whose(own.body)).toEqual(new Set([technician.id]))
  expect(own.headers.get('x-total-count')).toBe(String(own.body.length))
  expect((await shop.as.technician.get(`/leave-balances?employee_id=${person.id}`)).body).toEqual(
    [],
  )
  const all = await shop.as.manager.get('/leave-balances?per_page=1000')
  expect(whose(all.body).has(person.id)).toBe(true)
  const listed = await shop.as.technician.get(`/leave-adjustments?leave_type_id=${holiday.id}`)
  expect(listed.body.data).toEqual([adjustment])
  expect((await shop.as.technician.get(`/leave-adjustments/${other.id}`)).status).toBe(404)
  expect(
    await shop.as.technician.post('/leave-adjustments', { ...of, days: 9, reason: 'Me' }),
  ).toMatchObject({ status: 403 })
  expect(await api.post('/leave-adjustments', { ...of, days: 0, reason: 'x' })).toMatchObject({
    status: 422,
    body: { errors: { days: ['The days field must not be 0.'] } },
  })
})
