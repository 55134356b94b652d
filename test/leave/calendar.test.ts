import ICAL from 'ical.js'
import { describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { leaveOf, refusal } from './leave.ts'

const shops = await startShops()
const { shop, other, owner, url } = shops
const { api } = shop
const { made, employee, type, request, employeeOf } = leaveOf(shops)

const branch = await made('/branches', { name: 'Rotterdam' })
const technician = await employeeOf('technician')
const zoe = await employee({ name: 'Zoë; van, der "Berg" 🌴', branch_id: branch.id })
const gone = await employee({ name: 'Gone', ended_on: '2027-01-31' })
const holiday = await type({ name: 'Vakantie op maat' })
const illness = await type({ name: 'Ziekte thuis', days_per_year: null, needs_approval: false })

const leave = { employee_id: zoe.id, leave_type_id: holiday.id }
const whole = await request({
  ...leave,
  start_date: '2027-06-07',
  end_date: '2027-06-09',
  notes: 'Lanzarote',
})
const half = await request({
  ...leave,
  start_date: '2027-06-14',
  start_half: 'afternoon',
  end_date: '2027-06-14',
})
const ill = await request({
  ...leave,
  leave_type_id: illness.id,
  start_date: '2027-12-31',
  end_date: '2027-12-31',
})
const asked = await request({ ...leave, start_date: '2027-06-21', end_date: '2027-06-22' })
for (const { id } of [whole, half]) await api.post(`/leave-requests/${id}/approve`)

describe('the team calendar', () => {
  const june = '/leave-calendar?from=2027-06-01&to=2027-06-30'
  const ofZoe = async (client: typeof api, path = june) =>
    (await client.get(path)).body.employees.find((one: Json) => one.id === zoe.id)

  test('shows who is off and the public holidays', async () => {
    const { status, body } = await api.get('/leave-calendar?from=2027-05-01&to=2027-06-20')
    expect(status).toBe(200)
    expect(body.holidays).toEqual([
      { date: '2027-05-06', name: 'Hemelvaartsdag' },
      { date: '2027-05-16', name: 'Eerste pinksterdag' },
      { date: '2027-05-17', name: 'Tweede pinksterdag' },
    ])
    expect(body.employees).toEqual([
      { ...pick(technician), leave: [] },
      {
        ...pick(zoe),
        leave: [
          {
            id: whole.id,
            type: 'Vakantie op maat',
            start_date: '2027-06-07',
            start_half: 'morning',
            end_date: '2027-06-09',
            end_half: 'afternoon',
            status: 'approved',
          },
          expect.objectContaining({ id: half.id, start_half: 'afternoon', end_half: 'afternoon' }),
        ],
      },
    ])
  })

  const pick = ({ id, name, branch_id, working_days }: Json) => ({
    id,
    name,
    branch_id,
    working_days,
  })

  test('tells colleagues neither what for, nor what is only asked', async () => {
    const seen = await ofZoe(shop.as.technician)
    expect(seen.leave).toMatchObject([
      { id: whole.id, type: 'leave' },
      { id: half.id, type: 'leave' },
    ])
    expect((await ofZoe(shop.as.manager)).leave).toHaveLength(3)
    const own = await request({
      ...leave,
      employee_id: technician.id,
      start_date: '2027-06-07',
      end_date: '2027-06-07',
    })
    const { body } = await shop.as.technician.get(june)
    expect(body.employees.find((one: Json) => one.id === technician.id).leave).toMatchObject([
      { id: own.id, type: 'Vakantie op maat', status: 'pending' },
    ])
  })

  test('of a branch, of at most 366 days, of who is employed then', async () => {
    const names = async (query: string) =>
      (await api.get(`/leave-calendar?${query}`)).body.employees.map((one: Json) => one.id)
    const year = 'from=2027-01-01&to=2027-12-31'
    expect(await names(`${year}&branch_id=${branch.id}`)).toEqual([zoe.id])
    expect(await names(year)).toContain(gone.id)
    expect(await names('from=2027-02-01&to=2027-02-28')).not.toContain(gone.id)
    expect((await api.get('/leave-calendar?from=2027-01-01&to=2028-01-02')).status).toBe(422)
    expect((await api.get('/leave-calendar?from=2027-01-02&to=2027-01-01')).status).toBe(422)
    expect((await api.get('/leave-calendar?from=2027-01-01')).status).toBe(422)
    expect((await api.get(`/leave-calendar?${year}&branch_id=999999999`)).status).toBe(404)
    expect((await other.api.get(`/leave-calendar?${year}`)).body.employees).toEqual([])
  })
})

const read = (address: string, headers: Record<string, string> = {}) => fetch(address, { headers })

/** The events of a feed, by what they are called. */
const eventsOf = async (address: string) => {
  const text = await (await read(address)).text()
  const calendar = new ICAL.Component(ICAL.parse(text))
  const events = calendar.getAllSubcomponents('vevent').map((part) => new ICAL.Event(part))
  return { text, events, leave: events.filter(({ uid }) => uid.startsWith('leave-')) }
}

describe('a calendar feed', () => {
  test('is what a calendar program reads', async () => {
    const feed = await made('/leave-calendar/feeds', { name: 'Team; x, y' })
    expect(feed.url).toMatch(new RegExp(`^${url}/calendar/[A-Za-z0-9]{40}\\.ics$`))
    const { text, events, leave } = await eventsOf(feed.url)
    expect(text).toContain('\r\nNAME:Team\\; x\\, y\r\n')
    expect(
      leave.map(({ uid, summary, startDate, endDate }) => [
        uid,
        summary,
        `${startDate}`,
        `${endDate}`,
      ]),
    ).toEqual([
      [`leave-${whole.id}@repair-angel`, `${zoe.name} – verlof`, '2027-06-07', '2027-06-10'],
      [
        `leave-${half.id}@repair-angel`,
        `${zoe.name} – verlof`,
        '2027-06-14T11:00:00Z',
        '2027-06-14T15:00:00Z',
      ],
      [`leave-${ill.id}@repair-angel`, `${zoe.name} – verlof`, '2027-12-31', '2028-01-01'],
    ])
    const kingsDay = events.find(({ uid }) => uid === 'holiday-2027-04-27@repair-angel')
    expect(kingsDay).toMatchObject({ summary: 'Koningsdag' })
    expect(text).not.toMatch(/Vakantie op maat|Ziekte|Lanzarote/)
    expect(text).not.toContain(`leave-${asked.id}@`)
    const lines = text.split('\r\n')
    expect(lines.at(-1)).toBe('')
    expect(
      lines.filter((line) => /[\r\n]/.test(line) || new TextEncoder().encode(line).length > 75),
    ).toEqual([])
  })

  test('is of whom it was made for', async () => {
    const ofBranch = await made('/leave-calendar/feeds', { name: 'Branch', branch_id: branch.id })
    expect((await eventsOf(ofBranch.url)).leave).toHaveLength(3)
    const ofOne = await made('/leave-calendar/feeds', {
      name: 'One',
      employee_ids: [technician.id],
    })
    expect((await eventsOf(ofOne.url)).leave).toEqual([])
    expect(
      await api.post('/leave-calendar/feeds', { name: 'x', employee_ids: [zoe.id, 999999999] }),
    ).toMatchObject({ status: 422, body: { errors: { employee_ids: [expect.any(String)] } } })
    expect(
      await other.api.post('/leave-calendar/feeds', { name: 'x', employee_ids: [zoe.id] }),
    ).toMatchObject({ status: 422, body: { errors: { employee_ids: [expect.any(String)] } } })
  })

  test('answers 304 until something changes', async () => {
    const feed = await made('/leave-calendar/feeds', { name: 'Cheap' })
    const first = await read(feed.url)
    expect(first.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    const etag = first.headers.get('etag') ?? ''
    const again = await read(feed.url, { 'If-None-Match': `W/${etag}` })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
    await request({
      ...leave,
      leave_type_id: illness.id,
      start_date: '2027-09-06',
      end_date: '2027-09-06',
    })
    expect((await read(feed.url, { 'If-None-Match': etag })).status).toBe(200)
  })

  test('is shown once, belongs to who made it, and is taken back', async () => {
    const feed = await made('/leave-calendar/feeds', { name: 'Mine' }, shop.as.technician)
    const mine = (await shop.as.technician.get('/leave-calendar/feeds')).body
    expect(mine).toEqual([{ ...feed, url: undefined }])
    const all = (await api.get('/leave-calendar/feeds')).body
    expect(all.map((one: Json) => one.id)).toContain(feed.id)
    const path = `/leave-calendar/feeds/${feed.id}`
    expect((await shop.as.frontdesk.delete(path)).status).toBe(404)
    expect((await other.api.delete(path)).status).toBe(404)
    expect((await read(feed.url)).status).toBe(200)
    expect((await shop.as.technician.delete(path)).status).toBe(204)
    expect((await read(feed.url)).status).toBe(404)
    const { rows } = await owner.query('select token_hash from leave_feeds')
    expect(rows.every(({ token_hash }) => /^[0-9a-f]{64}$/.test(token_hash))).toBe(true)
  })

  test('ends with the account, and without the module', async () => {
    const feed = await made('/leave-calendar/feeds', { name: 'Mine' }, shop.as.technician)
    const active = (active: boolean) =>
      owner.query(`update users set active = $1 where tenant_id = $2 and role = 'technician'`, [
        active,
        shop.tenant_id,
      ])
    await active(false)
    expect((await read(feed.url)).status).toBe(404)
    await active(true)
    const module = (on: boolean) =>
      owner.query(
        `update license_modules set is_active = $1 where tenant_id = $2 and module_key = 'hrm'`,
        [on, shop.tenant_id],
      )
    await module(false)
    expect((await read(feed.url)).status).toBe(403)
    expect(await api.get('/leave-balances')).toMatchObject(refusal(403, 'module_inactive'))
    await module(true)
    expect((await read(feed.url)).status).toBe(200)
  })

  test('has no other addresses', async () => {
    for (const path of [
      'x.ics',
      `${'a'.repeat(40)}.ics`,
      `${'a'.repeat(40)}`,
      `${'a'.repeat(39)}'.ics`,
    ]) {
      expect((await read(`${url}/calendar/${path}`)).status).toBe(404)
    }
  })
})
