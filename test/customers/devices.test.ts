import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const jane = (await api.post('/customers', { first_name: 'Jane', last_name: 'Smith' })).body

const newDevice = async (device: object = {}): Promise<Json> =>
  (await api.post('/devices', { customer_id: jane.id, ...device })).body

const found = async (q: string) =>
  (await api.get(`/devices?q=${encodeURIComponent(q)}`)).body.data.map((d: Json) => d.id)

test('creates, gets, updates and deletes a device', async () => {
  const draft = {
    customer_id: jane.id,
    kind: 'phone',
    brand: 'Apple',
    model: 'iPhone 15 Pro',
    serial_number: 'F2LW48XYZ1',
    imei: '49-015420-323751-8',
    color: 'blue',
    notes: '',
  }
  const created = await api.post('/devices', draft)
  expect(created).toMatchObject({
    status: 201,
    body: {
      ...draft,
      imei: '490154203237518',
      license_plate: null,
      vin: null,
      notes: null,
      customer: { id: jane.id, name: 'Jane Smith' },
    },
  })
  const { id } = created.body
  expect((await api.get(`/devices/${id}`)).body).toEqual(created.body)
  expect(await api.put(`/devices/${id}`, { color: 'black' })).toMatchObject({
    status: 200,
    body: { color: 'black', imei: '490154203237518', kind: 'phone' },
  })
  expect((await api.patch(`/devices/${id}`, { imei: '' })).body.imei).toBeNull()
  expect((await api.get(`/customers/${jane.id}`)).body.devices).toMatchObject([
    { id, brand: 'Apple', serial_number: 'F2LW48XYZ1' },
  ])
  expect((await api.delete(`/devices/${id}`)).status).toBe(204)
  expect((await api.get(`/devices/${id}`)).status).toBe(404)
})

test('finds a device by what is written on it', async () => {
  const car = await newDevice({ kind: 'car', brand: 'Citroën', license_plate: 'ab-12-cd' })
  const bare = await newDevice({ kind: 'car', license_plate: 'xy34zz', vin: 'vf7sxhmz6ft512345' })
  const phone = await newDevice({ imei: '356938035643809', serial_number: 'SN-99_7%' })
  expect(car.license_plate).toBe('AB-12-CD')
  expect(bare).toMatchObject({ license_plate: 'XY34ZZ', vin: 'VF7SXHMZ6FT512345' })
  for (const q of ['AB-12-CD', 'ab12cd', 'AB 12 CD', 'citroen', 'CITROËN', 'ab', 'ci']) {
    expect(await found(q), q).toEqual([car.id])
  }
  for (const q of ['XY-34-ZZ', 'xy34zz', 'VF7SXHMZ6FT512345']) {
    expect(await found(q), q).toEqual([bare.id])
  }
  for (const q of ['356938035643809', '35643809', 'sn-99', 'sn997', '99_7%']) {
    expect(await found(q), q).toEqual([phone.id])
  }
  for (const q of ['%', '_', '%%%', '99%x7', '\\']) expect(await found(q), q).toEqual([])
})

test('filters by customer and kind, newest first', async () => {
  const piet = (await api.post('/customers', { first_name: 'Piet' })).body
  const boat = await newDevice({ customer_id: piet.id, kind: 'boat' })
  const laptop = await newDevice({ customer_id: piet.id, kind: 'laptop' })
  const list = await api.get(`/devices?customer_id=${piet.id}`)
  expect(list.body).toMatchObject({ total: 2, data: [{ id: laptop.id }, { id: boat.id }] })
  expect((await api.get(`/devices?customer_id=${piet.id}&kind=boat`)).body.data).toEqual([boat])
  expect((await api.get('/devices?kind=bicycle')).status).toBe(422)
  expect((await api.get('/devices?customer_id=999999')).status).toBe(404)
  const stranger = (await other.api.post('/customers', { first_name: 'Stranger' })).body
  expect((await api.get(`/devices?customer_id=${stranger.id}`)).status).toBe(404)
})

test('refuses what is no device', async () => {
  expect((await api.post('/devices', {})).body.errors).toEqual({
    customer_id: ['The customer id field is required.'],
  })
  const stranger = (await other.api.post('/customers', { first_name: 'Stranger' })).body
  for (const customer_id of [stranger.id, 999999]) {
    expect(await api.post('/devices', { customer_id })).toMatchObject({
      status: 422,
      body: { errors: { customer_id: ['The selected customer id is invalid.'] } },
    })
  }
  for (const imei of [
    '490154203237519',
    '49015420323751',
    '4901542032375180',
    'abcdefghijklmno',
    '٤٩٠١٥٤٢٠٣٢٣٧٥١٨',
  ]) {
    expect((await newDevice({ imei })).errors, imei).toEqual({
      imei: ['The imei field must be a valid IMEI of 15 digits.'],
    })
  }
  expect((await newDevice({ imei: 490154203237518 })).errors).toHaveProperty('imei')
  expect((await newDevice({ kind: 'bicycle' })).errors).toEqual({
    kind: [
      'The kind field must be one of: phone, tablet, laptop, console, car, aircraft, boat, other.',
    ],
  })
  const { id } = await newDevice()
  expect((await api.put(`/devices/${id}`, { customer_id: stranger.id })).status).toBe(422)
  expect((await api.put(`/devices/${id}`, { customer_id: null })).status).toBe(422)
  expect((await other.api.get(`/devices/${id}`)).status).toBe(404)
  expect((await other.api.put(`/devices/${id}`, { color: 'red' })).status).toBe(404)
  expect((await other.api.delete(`/devices/${id}`)).status).toBe(404)
  expect((await other.api.get(`/devices/${id}/history`)).status).toBe(404)
  expect((await api.get('/devices/999999/history')).status).toBe(404)
  expect((await shop.as.accountant.get(`/devices/${id}`)).status).toBe(200)
  expect((await shop.as.accountant.delete(`/devices/${id}`)).status).toBe(403)
})

test('keeps a device that was repaired, and tells what was done', async () => {
  const { id } = await newDevice({ brand: 'Apple', color: 'black' })
  await api.put(`/devices/${id}`, { color: 'white' })
  const { rows } = await owner.query(
    `with settings as (select set_config('app.tenant_id', $1, true))
     insert into work_orders (tenant_id, ticket_no, customer_id, device_id, problem_description, status, completed_at)
     select $1::bigint, 'WO-2026-9999', $2, $3, 'Cracked screen', 'completed', now() from settings returning id`,
    [shop.tenant_id, jane.id, id],
  )
  const work_order_id = Number(rows[0].id)
  await owner.query(
    `insert into work_order_lines (tenant_id, work_order_id, description, quantity, unit_price, total_excl_cents)
     values ($1, $2, 'Screen replacement', 1.5, 89, 13350)`,
    [shop.tenant_id, work_order_id],
  )
  await owner.query(
    `insert into work_order_notes (tenant_id, work_order_id, note) values ($1, $2, 'Glue was old')`,
    [shop.tenant_id, work_order_id],
  )
  const { body } = await api.get(`/devices/${id}/history`)
  expect(body).toMatchObject({
    current_page: 1,
    last_page: 1,
    per_page: 25,
    total: 3,
    data: [
      {
        kind: 'work_order',
        change: null,
        work_order: {
          id: work_order_id,
          ticket_no: 'WO-2026-9999',
          status: { slug: 'completed', label: 'Completed' },
          customer: { id: jane.id, name: 'Jane Smith' },
          assignee: null,
          problem_description: 'Cracked screen',
          lines: [{ description: 'Screen replacement', quantity: 1.5, total_excl: 133.5 }],
          notes: [{ note: 'Glue was old', is_internal: true }],
        },
      },
      {
        kind: 'change',
        work_order: null,
        change: {
          name: 'device.updated',
          user: { name: 'admin of first' },
          changes: { color: ['black', 'white'] },
        },
      },
      { kind: 'change', change: { name: 'device.created' } },
    ],
  })
  const second = await api.get(`/devices/${id}/history?per_page=1&page=2`)
  expect(second.body).toMatchObject({ last_page: 3, total: 3, data: [body.data[1]] })
  expect(await api.delete(`/devices/${id}`)).toMatchObject({
    status: 422,
    body: { code: 'in_use', message: 'Cannot delete: it is still used by work orders.' },
  })
})
