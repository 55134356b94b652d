import { expect, test } from 'vitest'
import { gif } from '../fakes/ups.ts'
import type { Json } from '../harness/client.ts'
import { makers } from '../workshop/makers.ts'
import { ours, startShopsWithCarriers } from './carrying.ts'

const { shop, other, owner, ups, dhl, draft, order, made, settled } = await startShopsWithCarriers()
const { api } = shop
const make = makers(shop, owner)

const stamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
const theirs = {
  contact: null,
  address: 'Damrak 1-2 hs',
  postal_code: '1012LG',
  city: 'Amsterdam',
  country: 'NL',
  phone: null,
  email: null,
}
const shopEnd = { ...ours, postal_code: '1017GC', phone: '+31201234567', contact: null }

test('asks UPS for a label, after the answer', async () => {
  const { id: work_order_id, ticket_no } = await make.order()
  const parcel = draft({ work_order_id, weight: 1.234 })
  const { status, body } = await api.post('/ups/label', parcel)
  expect(status).toBe(201)
  expect(body).toEqual({
    id: expect.any(Number),
    carrier: 'ups',
    status: 'queued',
    work_order_id,
    tracking_code: null,
    is_return: false,
    label_url: null,
    error: null,
    ship_to: { name: parcel.ship_to_name, ...theirs },
    ship_from: shopEnd,
    weight: 1.234,
    service: null,
    reference: ticket_no,
    cost: null,
    currency: null,
    tracking_status: null,
    tracked_at: null,
    delivered_at: null,
    voided_at: null,
    created_at: stamp,
    updated_at: stamp,
  })
  await settled()
  const { body: label } = await api.get(`/ups/labels/${body.id}`)
  expect(label).toEqual({
    ...body,
    status: 'created',
    tracking_code: expect.stringMatching(/^1Z/),
    label_url: `/api/ups/labels/${body.id}/file`,
    cost: 12.34,
    currency: 'EUR',
    updated_at: stamp,
  })
  const [sent] = ups.to(parcel.ship_to_name)
  const { Shipment } = sent?.request.ShipmentRequest ?? expect.fail()
  expect(Shipment).toMatchObject({
    Shipper: {
      Name: 'Reparatiehuis',
      ShipperNumber: 'A1B2C3',
      Phone: { Number: '31201234567' },
      Address: { AddressLine: ['Kerkstraat 12'], PostalCode: '1017GC', CountryCode: 'NL' },
    },
    ShipTo: {
      Name: parcel.ship_to_name,
      AttentionName: parcel.ship_to_name,
      Address: { AddressLine: ['Damrak 1-2 hs'], City: 'Amsterdam', PostalCode: '1012LG' },
    },
    Service: { Code: '11' },
    Package: [{ ReferenceNumber: [{ Value: ticket_no }] }],
  })
  expect(Shipment.ReturnService).toBeUndefined()
  // UPS weighs to the tenth; never less than it is.
  expect(Shipment.Package[0].PackageWeight.Weight).toBe('1.3')
  const file = await fetch(`${api.url}${label.label_url}`, {
    headers: { Authorization: `Bearer ${api.token}` },
  })
  expect(file.status).toBe(200)
  expect(file.headers.get('content-type')).toBe('image/gif')
  expect(file.headers.get('content-disposition')).toContain(`${label.tracking_code}.gif`)
  expect(Buffer.from(await file.arrayBuffer()).toString('base64')).toBe(gif)
})

test('asks DHL for the smallest parcel that takes the weight', async () => {
  const { id: work_order_id, ticket_no } = await make.order()
  const label = await made('dhl', {
    work_order_id,
    weight: 2.5,
    ship_to_name: 'Bakker BV',
    contact: 'Jan Bakker',
    phone: '0612345678',
    email: 'jan@bakker.example',
  })
  expect(label).toMatchObject({
    carrier: 'dhl',
    status: 'created',
    tracking_code: expect.stringMatching(/^JVGL/),
    label_url: `/api/dhl/labels/${label.id}/file`,
    cost: null,
  })
  expect(dhl.made.at(-1)?.body).toEqual({
    shipmentId: expect.any(String),
    orderReference: ticket_no,
    accountId: '01234567',
    receiver: {
      name: { firstName: 'Jan', lastName: 'Bakker', companyName: 'Bakker BV' },
      address: {
        countryCode: 'NL',
        postalCode: '1012LG',
        city: 'Amsterdam',
        street: 'Damrak',
        number: '1',
        addition: '2 hs',
        isBusiness: false,
      },
      email: 'jan@bakker.example',
      phoneNumber: '+31612345678',
    },
    shipper: expect.objectContaining({ phoneNumber: '+31201234567' }),
    options: [{ key: 'DOOR' }, { key: 'REFERENCE', input: ticket_no }],
    returnLabel: false,
    pieces: [{ parcelType: 'MEDIUM', quantity: 1, weight: 2.5 }],
    application: 'repair-angel',
  })
  const file = await fetch(`${api.url}${label.label_url}`, {
    headers: { Authorization: `Bearer ${api.token}` },
  })
  expect(file.headers.get('content-type')).toBe('application/pdf')
  expect(await file.text()).toMatch(/^%PDF-/)
})

test('a return goes from the customer to the shop, which pays', async () => {
  const parcel = { is_return: true, service: 'saver', reference: 'RMA-7' }
  const label = await made('ups', parcel)
  expect(label).toMatchObject({ ship_to: shopEnd, ship_from: theirs, reference: 'RMA-7' })
  const { Shipment } = ups.made.at(-1)?.request.ShipmentRequest ?? expect.fail()
  expect(Shipment).toMatchObject({
    ReturnService: { Code: '9' },
    Shipper: { Name: 'Reparatiehuis' },
    ShipTo: { Name: 'Reparatiehuis' },
    ShipFrom: { Name: label.ship_from.name },
    Service: { Code: '65' },
  })
  const back = await made('dhl', { is_return: true, service: 'letterbox' })
  const { receiver, shipper, options } = dhl.made.at(-1)?.body ?? expect.fail()
  expect(receiver.address).toMatchObject({ street: 'Kerkstraat', number: '12' })
  expect(shipper.address).toMatchObject({ street: 'Damrak' })
  expect(options).toEqual([{ key: 'BP' }])
  expect(back.status).toBe('created')
})

test('nobody sees a label under another carrier’s name, or another shop’s', async () => {
  const { id } = await made('ups')
  for (const path of [`/dhl/labels/${id}`, `/dhl/labels/${id}/file`]) {
    expect((await api.get(path)).status, path).toBe(404)
  }
  for (const action of ['void', 'retry']) {
    expect((await api.post(`/dhl/labels/${id}/${action}`)).status, action).toBe(404)
    expect((await other.api.post(`/ups/labels/${id}/${action}`)).status, action).toBe(404)
  }
  expect((await other.api.get(`/ups/labels/${id}`)).status).toBe(404)
  expect((await other.api.get('/ups/labels')).body.total).toBe(0)
})

test('lists labels by every filter', async () => {
  const { id: work_order_id } = await make.order()
  const first = await made('ups', { work_order_id })
  const second = await made('ups', { work_order_id, is_return: true })
  const found = async (query: string) => {
    const { status, body } = await api.get(`/ups/labels?work_order_id=${work_order_id}&${query}`)
    expect(status).toBe(200)
    return body.data.map(({ id }: Json) => id)
  }
  expect(await found('')).toEqual([second.id, first.id])
  expect(await found('is_return=1')).toEqual([second.id])
  expect(await found(`tracking_code=${first.tracking_code.toLowerCase()}`)).toEqual([first.id])
  expect(await found('status=created')).toHaveLength(2)
  expect(await found('status=failed')).toEqual([])
  await owner.query(`update shipments set created_at = '2026-03-26T23:00:00Z' where id = $1`, [
    first.id,
  ])
  // Days are the shop's.
  expect(await found('to=2026-03-27')).toEqual([first.id])
  expect(await found('from=2026-03-28')).toEqual([second.id])
  expect(await found('to=2026-03-26')).toEqual([])
  expect((await api.get('/ups/labels?status=lost')).status).toBe(422)
  expect((await api.get('/ups/labels?work_order_id=999999')).status).toBe(404)
  expect(
    (await api.get('/dhl/labels')).body.data.every(({ carrier }: Json) => carrier === 'dhl'),
  ).toBe(true)
})

test('one answer, and one label, per idempotency key', async () => {
  const parcel = draft()
  const ask = () =>
    api.post('/ups/label', parcel, { 'Idempotency-Key': `key ${parcel.ship_to_name}` })
  const [first, second] = [await ask(), await ask()]
  expect(second.body).toEqual(first.body)
  await settled()
  expect(ups.to(parcel.ship_to_name)).toHaveLength(1)
})

test('a label is voided at UPS first, once', async () => {
  const { id, tracking_code } = await made('ups')
  const voided = await api.post(`/ups/labels/${id}/void`)
  expect(voided).toMatchObject({
    status: 200,
    body: { id, status: 'voided', voided_at: stamp, tracking_code },
  })
  expect(ups.made.find((label) => label.tracking_code === tracking_code)?.voided).toBe(true)
  expect(await api.post(`/ups/labels/${id}/void`)).toMatchObject({
    status: 422,
    body: { code: 'already_voided' },
  })
  const { body: events } = await api.get(`/events?entity=shipment&entity_id=${id}`)
  expect(events.data.map(({ name }: Json) => name)).toContain('shipment.voided')
  expect(JSON.stringify(events.data)).not.toContain('Jane')
})

test('a label that UPS does not take back stays', async () => {
  const { id, tracking_code } = await made('ups')
  const label = ups.made.find((one) => one.tracking_code === tracking_code) ?? expect.fail()
  label.tracking_code = 'gone'
  expect(await api.post(`/ups/labels/${id}/void`)).toMatchObject({
    status: 502,
    body: { code: 'provider_failed' },
  })
  expect((await api.get(`/ups/labels/${id}`)).body.status).toBe('created')
})

test('DHL is not asked to void: the label is marked here', async () => {
  const { id } = await made('dhl')
  const since = dhl.requests.length
  expect((await api.post(`/dhl/labels/${id}/void`)).body.status).toBe('voided')
  expect(dhl.requests.length).toBe(since)
})

test('a label that is not there cannot be had, voided or asked for again', async () => {
  const { id } = await order('ups')
  await settled()
  expect((await api.post(`/ups/labels/${id}/retry`)).body.code).toBe('not_retryable')
  await owner.query(
    `update shipments set status = 'failed', label_key = null, provider_id = null where id = $1`,
    [id],
  )
  expect((await api.get(`/ups/labels/${id}/file`)).body.code).toBe('no_label')
  expect((await api.post(`/ups/labels/${id}/void`)).body.code).toBe('no_label')
})

test('the work order tells of it, and cannot be deleted any more', async () => {
  const { id: work_order_id } = await make.order()
  const { id, tracking_code } = await made('ups', { work_order_id })
  const back = await made('dhl', { work_order_id, is_return: true })
  await api.post(`/ups/labels/${id}/void`)
  const { body } = await api.get(`/work-orders/${work_order_id}/timeline?event=field_changed`)
  expect(body.data.map(({ description }: Json) => description)).toEqual([
    `UPS label voided: ${tracking_code}`,
    `DHL return label created: ${back.tracking_code}`,
    `UPS label created: ${tracking_code}`,
  ])
  expect(await api.delete(`/work-orders/${work_order_id}`)).toMatchObject({
    status: 422,
    body: { code: 'in_use' },
  })
})

test('who may not send parcels does not', async () => {
  const may = (role: keyof typeof shop.as) => shop.as[role].get('/ups/labels')
  expect((await may('frontdesk')).status).toBe(200)
  expect((await shop.as.frontdesk.post('/ups/label', draft())).status).toBe(201)
  expect((await may('accountant')).status).toBe(403)
  await settled()
})
