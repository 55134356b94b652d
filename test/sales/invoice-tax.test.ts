import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer, newDraft, screen } from './invoicing.ts'

const { shop, owner, url } = await startShops()
const { api } = shop

let codes: Record<string, number> = {}
beforeAll(async () => {
  const { body } = await api.get('/tax-rates')
  codes = Object.fromEntries(body.map(({ category, id }: Json) => [category, id]))
  await api.put('/settings', {
    address: 'Kerkstraat 12',
    postal_code: '1017 GC',
    city: 'Amsterdam',
    vat_number: 'NL001234567B01',
    kvk_number: '12345678',
    iban: 'NL91ABNA0417164300',
  })
})

/** A customer of a company. */
async function business(company: object = {}): Promise<number> {
  const { body } = await api.post('/companies', {
    name: 'Jansen Advies B.V.',
    address: 'Dorpsweg 7',
    postal_code: '3512 JE',
    city: 'Utrecht',
    vat_number: 'NL009876543B02',
    ...company,
  })
  return newCustomer(api, { company_id: body.id })
}

const lineOf = (code: string, line: object = {}) => ({
  description: 'Repair',
  unit_price: 100,
  tax_rate_id: codes[code],
  ...line,
})
const issue = async (customer_id: number, lines: object[], fields: object = {}) => {
  const { id } = await newDraft(api, { customer_id, lines, ...fields })
  return api.post(`/invoices/${id}/issue`)
}
/** What a reader of the PDF copies. */
async function printed(path: string): Promise<string> {
  const answer = await fetch(`${url}/api${path}/pdf`, {
    headers: { Authorization: `Bearer ${api.token}` },
  })
  const pdf = await getDocumentProxy(new Uint8Array(await answer.arrayBuffer()))
  const { text } = await extractText(pdf, { mergePages: true })
  return text
}

test.for([
  ['reverse_charge', {}, []],
  ['reverse_charge', { vat_number: null }, ['customer.vat_number']],
  ['reverse_charge', { country: 'BE', vat_number: 'BE0123456789' }, ['customer.country']],
  ['intra_eu', { country: 'BE', vat_number: 'BE0123456789' }, []],
  ['intra_eu', { country: 'GR', vat_number: 'EL123456789' }, []],
  ['intra_eu', { country: 'BE', vat_number: null }, ['customer.vat_number']],
  ['intra_eu', { country: 'BE', vat_number: 'NL009876543B02' }, ['customer.vat_number']],
  ['intra_eu', {}, ['customer.country']],
  ['intra_eu', { country: 'CH', vat_number: 'CHE123456789' }, ['customer.country']],
  ['export', { country: 'CH', vat_number: null }, []],
] as const)('%s to a company with %o lacks %o', async ([code, company, fields]) => {
  const issued = await issue(await business(company), [lineOf(code)])
  expect(issued.status).toBe(fields.length === 0 ? 200 : 422)
  expect(Object.keys(issued.body.errors ?? {})).toEqual(fields)
})

test('VAT is not shifted to a consumer', async () => {
  const refused = await issue(await newCustomer(api), [lineOf('reverse_charge')])
  expect(refused).toMatchObject({
    status: 422,
    body: {
      code: 'incomplete_invoice',
      errors: {
        'customer.company_id': expect.any(Array),
        'customer.vat_number': expect.any(Array),
      },
    },
  })
})

test('an issued invoice keeps the shop of that moment', async () => {
  const { body } = await issue(await newCustomer(api), [screen])
  const { rows } = await owner.query('select seller from invoices where id = $1', [body.id])
  expect(rows[0].seller).toMatchObject({
    name: 'first',
    city: 'Amsterdam',
    vat_number: 'NL001234567B01',
    iban: 'NL91ABNA0417164300',
  })
  await api.patch('/settings', { name: 'Renamed', city: 'Rotterdam' })
  expect(await printed(`/invoices/${body.id}`)).toContain('1017 GC Amsterdam')
  await api.patch('/settings', { name: 'first', city: 'Amsterdam' })
})

test('a scheme that was switched since the lines were saved stops the invoice', async () => {
  const { id } = await newDraft(api)
  await api.patch('/settings', { kor: true })
  const path = `/invoices/${id}`
  const refused = await api.post(`${path}/issue`)
  expect(refused).toMatchObject({ status: 422, body: { errors: { lines: expect.any(Array) } } })
  expect((await api.patch(path, { lines: [screen] })).body.total).toBe(89)
  expect((await api.post(`${path}/issue`)).status).toBe(200)
  expect(await printed(path)).toContain('artikel 25 van de Wet op de omzetbelasting')
  await api.patch('/settings', { kor: false })
})

test('the paper says why there is no VAT, and who owes it', async () => {
  const { body } = await issue(await business(), [lineOf('reverse_charge'), screen])
  const text = await printed(`/invoices/${body.id}`)
  expect(text).toContain('Btw-nummer NL009876543B02')
  expect(text).toContain('Btw verlegd over € 100,00')
  expect(text).toContain('Btw 21% over € 89,00')
  expect(text.match(/Btw verlegd/g)).toHaveLength(2)
})

test('the paper of margin goods shows no VAT at all', async () => {
  const { body } = await issue(await newCustomer(api), [lineOf('margin')])
  const text = await printed(`/invoices/${body.id}`)
  expect(text).toContain('Bijzondere regeling – gebruikte goederen')
  expect(text).not.toMatch(/btw over|excl\. btw|incl\. btw/i)
  const mixed = await issue(await newCustomer(api), [lineOf('margin'), screen])
  const both = await printed(`/invoices/${mixed.body.id}`)
  expect(both).toContain('Margeregeling over € 100,00')
  expect(both).toContain('Btw 21% over € 89,00')
})

test('the paper shows prices incl. VAT and the discount on them', async () => {
  const given = {
    prices_include_vat: true,
    discount_pct: 10,
    lines: [{ ...screen, unit_price: 121 }],
  }
  const { id } = await newDraft(api, given)
  const text = await printed(`/invoices/${id}`)
  for (const part of [
    'Prijs incl. btw',
    'Bedrag incl. btw',
    'Subtotaal € 121,00',
    'Korting 10% € −12,10',
    'Totaal excl. btw € 90,00',
    'Btw 21% over € 90,00 € 18,90',
    'Totaal incl. btw € 108,90',
  ]) {
    expect(text.replace(/\s+/g, ' ')).toContain(part)
  }
  const { body } = await api.post('/quotations', {
    customer_id: await business(),
    ...given,
    lines: [{ description: 'Screen', unit_price: 121 }, lineOf('reverse_charge')],
  })
  const offer = await printed(`/quotations/${body.id}`)
  expect(offer).toContain('Btw-nummer NL009876543B02')
  expect(offer).toContain('Korting 10%')
  expect(offer).toContain('Btw verlegd')
})
