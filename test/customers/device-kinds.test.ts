import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, owner, endpoint } = await startShops()
const { api } = shop
const jane = (await api.post('/customers', { first_name: 'Jane', last_name: 'Smith' })).body

const repairs = (license_type: string) =>
  owner.query('update licenses set license_type = $2 where tenant_id = $1 and is_current', [
    shop.tenant_id,
    license_type,
  ])

const newDevice = (device: object = {}) => api.post('/devices', { customer_id: jane.id, ...device })

const kinds: [string, string, string][] = [
  ['SMR', 'phone', 'imei'],
  ['AUTO', 'car', 'license_plate'],
  ['AVIATION', 'aircraft', 'tail_number'],
  ['MARINE', 'boat', 'hull_number'],
]

test.each(kinds)('in a shop of type %s a device is a %s', async (type, kind, identifier) => {
  await repairs(type)
  const { status, body } = await shop.as.technician.get('/devices/kinds')
  expect(status).toBe(200)
  expect(body).toHaveLength(8)
  const [usual, ...others] = body
  const required: Json = { imei: [], license_plate: ['license_plate', 'vin'] }
  expect(usual).toMatchObject({
    kind,
    identifier,
    required: required[identifier] ?? [identifier],
    is_default: true,
  })
  for (const other of others) expect(other).toMatchObject({ required: [], is_default: false })
  const device = await newDevice({ [identifier]: identifier === 'imei' ? null : ' ab-12 c ' })
  expect(device).toMatchObject({ status: 201, body: { kind } })
  if (identifier !== 'imei') expect(device.body[identifier]).toBe('AB-12 C')
})

test('names the kinds in the language of the shop', async () => {
  await repairs('AUTO')
  const first = async () => (await api.get('/devices/kinds')).body[0]
  await api.put('/settings', { locale: 'nl' })
  expect(await first()).toMatchObject({ label: 'Auto', identifier_label: 'Kenteken' })
  await api.put('/settings', { locale: 'en' })
  expect(await first()).toMatchObject({ label: 'Car', identifier_label: 'License plate' })
})

test('a shop needs what its own kind is known by, and of other kinds nothing', async () => {
  await repairs('AUTO')
  endpoint.reset()
  const bare = await newDevice({ brand: 'Volvo' })
  expect(endpoint.counts).toMatchObject({ http: 1, websocket_connects: 0 })
  expect(bare).toMatchObject({
    status: 422,
    body: {
      code: 'validation_failed',
      errors: { license_plate: ['The license plate field is required when vin is not present.'] },
    },
  })
  expect((await newDevice({ license_plate: ' ' })).status).toBe(422)
  expect((await newDevice({ vin: 'vf7sxhmz6ft512345' })).status).toBe(201)
  expect((await newDevice({ license_plate: 'xx-99-yy' })).status).toBe(201)
  for (const kind of ['phone', 'boat', 'aircraft', 'other']) {
    expect((await newDevice({ kind })).status, kind).toBe(201)
  }
  await repairs('AVIATION')
  expect((await newDevice()).body.errors).toEqual({
    tail_number: ['The tail number field is required.'],
  })
  expect((await newDevice({ kind: 'car' })).status).toBe(201)
  await repairs('MARINE')
  expect((await newDevice()).body.errors).toEqual({
    hull_number: ['The hull number field is required.'],
  })
})

test('what was registered before stays, until what is needed is touched', async () => {
  await repairs('SMR')
  const { id } = (await newDevice({ kind: 'car', brand: 'Volvo' })).body
  const phone = (await newDevice({ brand: 'Apple' })).body
  await repairs('AUTO')
  expect((await api.patch(`/devices/${id}`, { color: 'red' })).status).toBe(200)
  const whole = { kind: 'car', brand: 'Volvo', license_plate: null, vin: '', color: 'blue' }
  expect((await api.put(`/devices/${id}`, whole)).status).toBe(200)
  expect((await api.put(`/devices/${id}`, { license_plate: 'ab12cd' })).status).toBe(200)
  expect((await api.put(`/devices/${id}`, { license_plate: null })).body.errors).toHaveProperty(
    'license_plate',
  )
  expect((await api.put(`/devices/${phone.id}`, { kind: 'car' })).status).toBe(422)
  expect((await api.put(`/devices/${phone.id}`, { kind: 'car', vin: 'v1' })).status).toBe(200)
})

test('finds aircraft and boats by their numbers in any writing', async () => {
  await repairs('SMR')
  const plane = (await newDevice({ kind: 'aircraft', tail_number: 'ph-qrs' })).body
  const boat = (await newDevice({ kind: 'boat', hull_number: 'nl-abc12345d626' })).body
  expect(plane.tail_number).toBe('PH-QRS')
  expect(boat.hull_number).toBe('NL-ABC12345D626')
  const found = async (q: string) =>
    (await api.get(`/devices?q=${encodeURIComponent(q)}`)).body.data.map((d: Json) => d.id)
  for (const q of ['PH-QRS', 'phqrs', 'ph qrs']) expect(await found(q), q).toEqual([plane.id])
  for (const q of ['NL-ABC12345D626', 'nlabc12345', 'abc 12345 d626'])
    expect(await found(q), q).toEqual([boat.id])
  const { devices } = (await api.get(`/customers/${jane.id}`)).body
  expect(devices).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: plane.id, tail_number: 'PH-QRS', hull_number: null }),
    ]),
  )
})
