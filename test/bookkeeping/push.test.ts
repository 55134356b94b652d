import { beforeAll, describe, expect, test } from 'vitest'
import { netherlands } from '../fakes/snelstart.ts'
import type { Json } from '../harness/client.ts'
import { newCredit } from '../sales/crediting.ts'
import { newCustomer, newIssued, screen } from '../sales/invoicing.ts'
import { startBookkeeping } from './pushing.ts'

const { shop, owner, moneybird, snelstart, connect, settled, syncsOf } = await startBookkeeping()
const { api } = shop

beforeAll(async () => {
  await connect('moneybird', { ledger_account_id: '8000' })
  await connect('snelstart')
})

let codes: Record<string, number> = {}
beforeAll(async () => {
  const { body } = await api.get('/tax-rates')
  codes = Object.fromEntries(body.map(({ category, id }: Json) => [category, id]))
})

/** Issues an invoice and answers it as both services have it. */
async function pushed(fields: object) {
  const invoice = await newIssued(api, fields)
  await settled()
  return { invoice, ...there(invoice.invoice_number) }
}

const there = (number: string) => {
  const [ofMoneybird, ...more] = moneybird.named(number)
  const [ofSnelStart, ...others] = snelstart.named(number)
  expect([...more, ...others]).toEqual([])
  return { ofMoneybird, ofSnelStart }
}

async function business(): Promise<number> {
  const { body } = await api.post('/companies', {
    name: 'Jansen Advies B.V.',
    address: 'Dorpsweg 7',
    postal_code: '3512 JE',
    city: 'Utrecht',
    vat_number: 'NL009876543B02',
    kvk_number: '12345678',
  })
  return newCustomer(api, { company_id: body.id })
}

test('an invoice, line by line, and its buyer', async () => {
  const customer_id = await business()
  const { invoice, ofMoneybird, ofSnelStart } = await pushed({
    customer_id,
    due_date: '2026-04-10',
    lines: [
      { ...screen, qty: 2, unit_price: 50, discount_pct: 10 },
      { description: 'Book', unit_price: 10, vat_rate: 9 },
    ],
  })
  expect(ofMoneybird).toMatchObject({
    date: '2026-03-27',
    due_date: '2026-04-10',
    prices_are_incl_tax: false,
    details: [
      { description: 'Screen replacement', price: '90.00', tax_rate_id: '21' },
      { description: 'Book', price: '10.00', tax_rate_id: '9', ledger_account_id: '8000' },
    ],
  })
  expect(moneybird.contacts.find(({ id }) => id === ofMoneybird?.contact_id)).toMatchObject({
    customer_id: `RA-${customer_id}`,
    company_name: 'Jansen Advies B.V.',
    firstname: 'Jane',
    lastname: 'Smith',
    address1: 'Dorpsweg 7',
    zipcode: '3512 JE',
    city: 'Utrecht',
    country: 'NL',
    tax_number: 'NL009876543B02',
    chamber_of_commerce: '12345678',
    send_invoices_to_email: 'jane@example.com',
  })
  const account = (nummer: number) => ({
    id: snelstart.ledgers.find((ledger) => ledger.nummer === nummer)?.id,
  })
  expect(ofSnelStart).toMatchObject({
    factuurdatum: '2026-03-27T00:00:00',
    betalingstermijn: 14,
    factuurbedrag: 119.8,
    boekingsregels: [
      { grootboek: account(80000), bedrag: 90, btwSoort: 'Hoog' },
      { grootboek: account(80100), bedrag: 10, btwSoort: 'Laag' },
    ],
    btw: [
      { btwSoort: 'VerkopenHoog', btwBedrag: 18.9 },
      { btwSoort: 'VerkopenLaag', btwBedrag: 0.9 },
    ],
  })
  expect(snelstart.relations.find(({ id }) => id === ofSnelStart?.klant.id)).toMatchObject({
    naam: 'Jansen Advies B.V.',
    btwNummer: 'NL009876543B02',
    kvkNummer: '12345678',
    vestigingsAdres: {
      contactpersoon: 'Jane Smith',
      straat: 'Dorpsweg 7',
      postcode: '3512 JE',
      plaats: 'Utrecht',
      land: { id: netherlands },
    },
    memo: `Repair Angel RA-${customer_id}`,
  })
  expect(await syncsOf('moneybird', invoice.invoice_number)).toMatchObject([
    { document_type: 'invoice', document_id: invoice.id, status: 'done', attempts: 1 },
  ])
})

test('a credit note once it is applied, below zero, to the same customer', async () => {
  const invoice = await newIssued(api, { customer_id: await newCustomer(api) })
  const note = await newCredit(api, { invoice_id: invoice.id })
  await settled()
  expect(moneybird.named(note.credit_note_number)).toEqual([])
  expect((await api.post(`/credit-notes/${note.id}/apply`)).status).toBe(200)
  await settled()
  const { ofMoneybird, ofSnelStart } = there(note.credit_note_number)
  const before = there(invoice.invoice_number)
  expect(ofMoneybird).toMatchObject({
    contact_id: before.ofMoneybird?.contact_id,
    due_date: null,
    details: [{ price: '-40.00', tax_rate_id: '21' }],
    total_price_incl_tax: '-48.4',
  })
  expect(ofSnelStart).toMatchObject({
    klant: before.ofSnelStart?.klant,
    factuurbedrag: -48.4,
    boekingsregels: [{ bedrag: -40 }],
    btw: [{ btwBedrag: -8.4 }],
  })
})

test('a cancelled invoice is there with the note that cancelled it', async () => {
  const invoice = await newIssued(api, { customer_id: await newCustomer(api) })
  expect((await api.post(`/invoices/${invoice.id}/cancel`)).status).toBe(200)
  await settled()
  const { body } = await api.get(`/credit-notes?invoice_id=${invoice.id}`)
  const note = there(body.data[0].credit_note_number)
  const total = Number(there(invoice.invoice_number).ofMoneybird?.total_price_incl_tax)
  expect(total).toBe(107.69)
  expect(Number(note.ofMoneybird?.total_price_incl_tax)).toBe(-total)
})

test('prices with VAT come to the same cent, where VAT of the base would not', async () => {
  // 10.01 / 1.21 = 8.2727…: the base 8.27, of which 21 % is 1.7367; 0.14 / 1.21 = 0.1157….
  for (const unit_price of [10.01, 0.14, 0.08, 99.99, 1234.56]) {
    const { invoice, ofMoneybird, ofSnelStart } = await pushed({
      customer_id: await newCustomer(api),
      prices_include_vat: true,
      lines: [
        { ...screen, unit_price },
        { ...screen, unit_price: 0.03 },
      ],
    })
    expect(Number(ofMoneybird?.total_price_incl_tax)).toBe(invoice.total)
    expect(Number(ofMoneybird?.total_price_excl_tax)).toBe(invoice.subtotal)
    expect(ofSnelStart?.factuurbedrag).toBe(invoice.total)
  }
})

describe('without VAT', () => {
  test('reverse charge', async () => {
    const { ofMoneybird, ofSnelStart } = await pushed({
      customer_id: await business(),
      lines: [{ description: 'Repair', unit_price: 100, tax_rate_id: codes.reverse_charge }],
    })
    expect(ofMoneybird?.details).toMatchObject([{ tax_rate_id: '2', price: '100.00' }])
    expect(ofSnelStart).toMatchObject({
      boekingsregels: [{ bedrag: 100, btwSoort: 'Geen' }],
      btw: [{ btwSoort: 'VerkopenVerlegd', btwBedrag: 0 }],
    })
  })

  test('what a service has no rate for fails, and says for what; people are told once', async () => {
    const margin = { description: 'Used phone', unit_price: 100, tax_rate_id: codes.margin }
    const customer_id = await newCustomer(api)
    const invoice = await newIssued(api, { customer_id, lines: [margin] })
    await settled()
    const number = invoice.invoice_number
    const [sync] = await syncsOf('moneybird', number)
    expect(sync).toMatchObject({
      status: 'failed',
      failure: 'Moneybird has no active tax rate for the margin scheme.',
    })
    expect(await syncsOf('snelstart', number)).toMatchObject([
      {
        status: 'failed',
        failure: 'SnelStart has no VAT for the margin scheme: book this document there by hand.',
      },
    ])
    expect(there(number)).toEqual({ ofMoneybird: undefined, ofSnelStart: undefined })
    await api.post(`/integrations/moneybird/sync/${sync.id}/retry`)
    await settled()
    const told = () =>
      owner.query(
        `select distinct key, title, body from notifications where entity = 'document_sync' and entity_id = $1`,
        [sync.id],
      )
    await expect
      .poll(async () => (await told()).rows, { timeout: 20_000 })
      .toEqual([
        {
          key: 'bookkeeping_failed',
          title: `${number} is not in the bookkeeping`,
          body: 'Moneybird has no active tax rate for the margin scheme.',
        },
      ])
  })
})

test('a total that is another one there fails, until it is put right there', async () => {
  moneybird.world.skew_cents = 1
  const { invoice, ofMoneybird } = await pushed({ customer_id: await newCustomer(api) })
  moneybird.world.skew_cents = 0
  const [sync] = await syncsOf('moneybird', invoice.invoice_number)
  expect(sync).toMatchObject({
    status: 'failed',
    external_id: ofMoneybird?.id,
    failure: 'Moneybird comes to 107.70 incl. VAT, and the document to 107.69.',
  })
  if (ofMoneybird) ofMoneybird.total_price_incl_tax = '107.69'
  expect((await api.post(`/integrations/moneybird/sync/${sync.id}/retry`)).status).toBe(202)
  await settled()
  expect(there(invoice.invoice_number).ofMoneybird?.id).toBe(sync.external_id)
  expect(await syncsOf('moneybird', invoice.invoice_number)).toMatchObject([{ status: 'done' }])
})

test('a customer whom Moneybird finds by a search alone is there once', async () => {
  moneybird.world.digitsOnly = true
  const customer_id = await newCustomer(api)
  await pushed({ customer_id })
  await pushed({ customer_id })
  moneybird.world.digitsOnly = false
  const his = moneybird.contacts.filter((contact) => contact.customer_id === `RA-${customer_id}`)
  expect(his).toHaveLength(1)
})

test('a relation that somebody made there by hand is taken for what it is', async () => {
  const byHand = { id: crypto.randomUUID(), naam: "Jan O'Neil", email: 'JAN@example.com' }
  snelstart.relations.push({ ...byHand, id: crypto.randomUUID(), nonactief: true }, byHand)
  const person = { first_name: 'Jan', last_name: "O'Neil", email: 'jan@example.com' }
  const { ofSnelStart } = await pushed({ customer_id: await newCustomer(api, person) })
  expect(ofSnelStart?.klant).toEqual({ id: byHand.id })
})

test('a token that SnelStart has withdrawn is renewed', async () => {
  snelstart.withdrawTokens()
  const { ofSnelStart } = await pushed({ customer_id: await newCustomer(api) })
  expect(ofSnelStart).toBeDefined()
})
