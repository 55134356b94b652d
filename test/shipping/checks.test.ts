import { describe, expect, test } from 'vitest'
import { ours, startShopsWithCarriers } from './carrying.ts'

const { shop, other, ups, connect, draft, made } = await startShopsWithCarriers()
const { api } = shop

describe('checks before a carrier is asked:', () => {
  const refusals = async (carrier: 'ups' | 'dhl', more: object) => {
    const { status, body } = await api.post(`/${carrier}/label`, draft(more))
    expect(status).toBe(422)
    return body.errors ?? body.code
  }
  const long = 'x'.repeat(36)

  test.each([
    ['ups', { ship_to_name: '' }, 'ship_to_name', 'is required'],
    ['ups', { ship_to_country: 'XX' }, 'ship_to_country', 'must be a country of ISO 3166'],
    ['ups', { ship_to_country: 'NLD' }, 'ship_to_country', 'must be a country code of two letters'],
    ['ups', { ship_to_postal: '12345' }, 'ship_to_postal', 'is no postal code of NL'],
    ['ups', { ship_to_postal: '0012 AB' }, 'ship_to_postal', 'is no postal code of NL'],
    [
      'ups',
      { ship_to_country: 'BE', ship_to_postal: '1012LG' },
      'ship_to_postal',
      'is no postal code of BE',
    ],
    ['ups', { ship_to_name: long }, 'ship_to_name', 'may not be longer than 35 characters for UPS'],
    ['ups', { ship_to_city: long }, 'ship_to_city', 'may not be longer than 30 characters for UPS'],
    [
      'ups',
      { ship_to_address: long },
      'ship_to_address',
      'must fit in three lines of 35 characters',
    ],
    [
      'dhl',
      { ship_to_address: 'Damrak' },
      'ship_to_address',
      'must have a street and a house number',
    ],
    ['ups', { phone: '12' }, 'phone', 'must be a valid phone number'],
    ['ups', { weight: 0 }, 'weight', 'must be greater than 0'],
    ['ups', { weight: -1 }, 'weight', 'must be greater than 0'],
    ['ups', { weight: 1.2345 }, 'weight', 'must be a weight in kg with at most 3 decimals'],
    ['ups', { weight: 70.001 }, 'weight', 'may not be greater than 70'],
    ['dhl', { weight: 31.501 }, 'weight', 'may not be greater than 31.5'],
    ['ups', { work_order_id: 999_999 }, 'work_order_id', 'is invalid'],
  ] as const)('%s %o', async (carrier, more, field, sentence) => {
    const errors = await refusals(carrier, more)
    expect(Object.keys(errors)).toEqual([field])
    expect(errors[field][0]).toContain(sentence)
  })

  test('services are the carrier’s own', async () => {
    expect(await refusals('ups', { service: 'letterbox' })).toHaveProperty('service')
    expect(await refusals('dhl', { service: 'saver' })).toHaveProperty('service')
  })

  test('nobody can be called across a border without a number', async () => {
    const abroad = { ship_to_country: 'be', ship_to_postal: '1000' }
    expect(await refusals('ups', abroad)).toEqual({
      phone: ['The phone field is required for a parcel to another country.'],
    })
    const label = await made('ups', { ...abroad, phone: '0470 12 34 56', weight: '70' })
    expect(label).toMatchObject({ status: 'created', ship_to: { phone: '+32470123456' } })
    const { Shipment } = ups.made.at(-1)?.request.ShipmentRequest ?? expect.fail()
    expect(Shipment.Package[0].PackageWeight.Weight).toBe('70.0')
  })

  test('three lines are enough for a long address', async () => {
    const ship_to_address = `Boulevard of ${'long '.repeat(14)}names 12`
    const label = await made('ups', { ship_to_address })
    expect(label.status).toBe('created')
    const { AddressLine } =
      ups.made.at(-1)?.request.ShipmentRequest.Shipment.ShipTo.Address ?? expect.fail()
    expect(AddressLine).toHaveLength(3)
    expect(AddressLine.join(' ')).toBe(ship_to_address)
  })

  test('the shop’s own address', async () => {
    for (const missing of [{ address: null }, { postal_code: '12' }, { city: null }]) {
      await api.put('/settings', missing)
      expect(await refusals('ups', {})).toBe('shop_address_incomplete')
      await api.put('/settings', ours)
    }
    await api.put('/settings', { address: 'Kerkstraat' })
    expect(await refusals('dhl', {})).toBe('shop_address_incomplete')
    await api.put('/settings', ours)
  })

  test('the account must be there and switched on', async () => {
    const answer = await other.api.post('/ups/label', draft())
    expect(answer).toMatchObject({ status: 422, body: { code: 'integration_disabled' } })
    await api.put('/integrations/dhl', { is_enabled: false })
    expect(await refusals('dhl', {})).toBe('integration_disabled')
    await connect('dhl')
  })
})
