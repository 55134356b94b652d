import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other } = await startShops()
const { api } = shop

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test('shows and changes the settings of the own shop', async () => {
  expect(await api.get('/settings')).toMatchObject({
    status: 200,
    body: { name: 'first', country: 'NL', timezone: 'Europe/Amsterdam', locale: 'nl', iban: null },
  })
  const changes = {
    name: 'Reparatiehuis',
    vat_number: 'nl 1234.56.789.b01',
    kvk_number: '12345678',
    iban: 'nl91 abna 0417 1643 00',
    bic: 'abnanl2a',
    email: 'Shop@Example.com',
    timezone: 'europe/lisbon',
    locale: 'en',
    vat_basis: 'cash',
    vat_period: 'month',
    margin_method: 'individual',
    kor: true,
    cash_rounding: true,
    opening_hours: { mon: ['09:00-12:30', '13:00-17:30'], sat: ['10:00-24:00'] },
    holidays: ['2026-12-26', '2026-12-25'],
    invoice_terms_days: 30,
    invoice_footer: 'Bedankt',
    logo: pixel,
  }
  const stored = {
    ...changes,
    vat_number: 'NL123456789B01',
    iban: 'NL91ABNA0417164300',
    bic: 'ABNANL2A',
    email: 'shop@example.com',
    timezone: 'Europe/Lisbon',
  }
  expect(await api.put('/settings', changes)).toMatchObject({ status: 200, body: stored })
  expect((await api.patch('/settings', { iban: '', logo: null })).body).toMatchObject({
    ...stored,
    iban: null,
    logo: null,
  })
  expect((await api.put('/settings', {})).status).toBe(200)
  expect((await other.api.get('/settings')).body.name).toBe('second')
  expect(Object.keys((await api.get('/settings')).body)).not.toContain('id')
})

test('refuses what is not well-formed', async () => {
  const bad: Record<string, unknown[]> = {
    name: ['', null, 7, 'x'.repeat(256), 'a\u0000b'],
    iban: ['NL91ABNA0417164301', 'NL91ABNA041716430', 'XX', 7],
    bic: ['ABNA', 'ABNANL2A12'],
    vat_number: ['NL12345678B01', 'NL123456789', '123456789B01'],
    kvk_number: ['1234567', '123456789', 'ABCDEFGH'],
    timezone: ['Europe/Atlantis', '+02:00', '', null],
    locale: ['de', ''],
    country: ['NLD', '12'],
    email: ['shop'],
    vat_basis: ['later'],
    vat_period: ['week'],
    margin_method: ['none'],
    invoice_terms_days: [-1, 1.5, 366, '14'],
    logo: [
      'https://example.com/logo.png',
      'data:image/svg+xml;base64,PHN2Zz4=',
      'data:image/png;base64,PHN2Zz4=',
      `data:image/png;base64,${'A'.repeat(700_000)}`,
    ],
  }
  for (const [field, values] of Object.entries(bad)) {
    for (const value of values) {
      const answer = await api.put('/settings', { [field]: value })
      expect(answer.status, `${field} ${String(value).slice(0, 40)}`).toBe(422)
      expect(Object.keys(answer.body.errors)).toEqual([field])
    }
  }
  for (const hours of [
    { mon: ['9-17'] },
    { mon: ['17:00-09:00'] },
    { mon: ['17:00-24:30'] },
    { mon: ['24:00-24:00'] },
    { monday: ['09:00-17:00'] },
    { mon: '09:00-17:00' },
  ]) {
    expect((await api.put('/settings', { opening_hours: hours })).status).toBe(422)
  }
})

test('is read by all and changed by the administrator', async () => {
  for (const role of ['manager', 'technician', 'frontdesk', 'accountant'] as const) {
    expect((await shop.as[role].get('/settings')).status, role).toBe(200)
    expect((await shop.as[role].put('/settings', { name: 'Mine' })).status, role).toBe(403)
  }
})

test('refuses a stale version', async () => {
  const etag = (await api.get('/settings')).headers.get('etag') as string
  expect((await api.put('/settings', { city: 'A' }, { 'If-Match': etag })).status).toBe(200)
  expect(await api.put('/settings', { city: 'B' }, { 'If-Match': etag })).toMatchObject({
    status: 412,
    body: { code: 'stale' },
  })
  expect((await api.put('/settings', { city: 'C' }, { 'If-Match': '*' })).status).toBe(200)
})
