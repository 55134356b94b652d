import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { makers } from '../workshop/makers.ts'
import { belgian, business, consumer, repairShop } from './e-invoicing.ts'
import { newCustomer, newDraft } from './invoicing.ts'
import { type AnyInvoice, type Around, storeInvoice } from './stored-invoice.ts'
import { expectSound, readUbl } from './ubl-rules.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const customer_id = await newCustomer(api)

const screen = { milli: 1000, price_cents: 8900, rate: 21, category: 'S', discount_e2: 0 }
const plain: AnyInvoice = { prices_include_vat: false, discount_e2: 0, lines: [screen] }
const untaxed = (category: string): AnyInvoice => ({
  ...plain,
  lines: [{ ...screen, rate: 0, category }],
})

const newInvoice = (given: AnyInvoice, around: Around = {}) =>
  storeInvoice(
    owner,
    { tenant_id: shop.tenant_id, customer_id },
    { ...plain, ...given },
    { buyer: business, seller: repairShop, ...around },
  )

const newCredit = async (invoice_id: number): Promise<number> =>
  (await api.post('/credit-notes', { invoice_id, reason: 'Retour', full: true })).body.id

async function ubl(path: string): Promise<{ xml: string; root: Json; lines: Json[] }> {
  const answer = await api.get(path)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/xml')
  const xml = new TextDecoder().decode(answer.body)
  expectSound(xml)
  return { xml, ...readUbl(xml) }
}

const taxOf = (root: Json) => root['cac:TaxTotal']['cac:TaxSubtotal'][0]['cac:TaxCategory']

const cases: Record<string, AnyInvoice> = {
  '21 %': plain,
  'mixed 21 % and 9 %': { ...plain, lines: [screen, { ...screen, rate: 9, milli: 2500 }] },
  'reverse charge': untaxed('AE'),
  margin: { ...plain, lines: [{ ...screen, category: 'M' }] },
  exempt: untaxed('E'),
  export: untaxed('G'),
  'outside VAT': untaxed('O'),
  discounts: {
    prices_include_vat: false,
    discount_e2: 1000,
    lines: [{ ...screen, discount_e2: 500 }, { ...screen, rate: 9, milli: 3000 }, screen],
  },
  'prices including VAT': {
    prices_include_vat: true,
    discount_e2: 333,
    lines: [
      { ...screen, price_cents: 10_000 },
      { ...screen, milli: 3000, discount_e2: 1000 },
    ],
  },
}

test.each(Object.entries(cases))(
  '%s: invoice and credit note, in both profiles',
  async (_, given) => {
    const id = await newInvoice(given)
    const note = await newCredit(id)
    for (const profile of ['peppol', 'nlcius']) {
      const invoice = await ubl(`/invoices/${id}/ubl?profile=${profile}`)
      const credit = await ubl(`/credit-notes/${note}/ubl?profile=${profile}`)
      expect(invoice.root['cbc:CustomizationID']).toContain(profile)
      const total = (root: Json) => root['cac:LegalMonetaryTotal']['cbc:PayableAmount']['#text']
      expect(total(credit.root)).toBe(total(invoice.root))
    }
  },
)

test('says who sells and buys, what for, and how it is paid', async () => {
  const order = await makers(shop, owner).order({ customer_id })
  const id = await newInvoice(plain, { work_order_id: order.id })
  const answer = await api.get(`/invoices/${id}/ubl`)
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="INV-.*\.xml"/)
  const { root, lines } = await ubl(`/invoices/${id}/ubl`)
  const party = (role: string) => root[`cac:Accounting${role}Party`]['cac:Party']
  expect(root).toMatchObject({
    'cbc:CustomizationID':
      'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0',
    'cbc:IssueDate': '2026-03-27',
    'cbc:DueDate': '2099-01-01',
    'cbc:InvoiceTypeCode': '380',
    'cbc:BuyerReference': order.ticket_no,
    'cac:PaymentMeans': {
      'cbc:PaymentMeansCode': '58',
      'cac:PayeeFinancialAccount': { 'cbc:ID': 'NL91ABNA0417164300' },
    },
  })
  expect(party('Supplier')).toMatchObject({
    'cbc:EndpointID': { '#text': '12345678', '@_schemeID': '0106' },
    'cac:PartyTaxScheme': { 'cbc:CompanyID': 'NL001234567B01' },
    'cac:PartyLegalEntity': {
      'cbc:RegistrationName': 'Reparatiehuis B.V.',
      'cbc:CompanyID': { '#text': '12345678', '@_schemeID': '0106' },
    },
  })
  expect(party('Customer')).toMatchObject({
    'cbc:EndpointID': { '#text': '87654321' },
    'cac:PostalAddress': { 'cbc:StreetName': 'Dorpsweg 7', 'cbc:PostalZone': '3512 JE' },
    'cac:PartyLegalEntity': { 'cbc:RegistrationName': 'Jansen Advies B.V.' },
  })
  expect(lines).toMatchObject([{ 'cbc:InvoicedQuantity': { '#text': '1', '@_unitCode': 'C62' } }])
  const without = await ubl(`/invoices/${await newInvoice(plain)}/ubl`)
  expect(without.root['cbc:BuyerReference']).toBe(without.root['cbc:ID'])
})

test('a credit note names its invoice, and counts above zero', async () => {
  const id = await newInvoice(plain)
  const { root, lines } = await ubl(`/credit-notes/${await newCredit(id)}/ubl`)
  const { body: invoice } = await api.get(`/invoices/${id}`)
  expect(root).toMatchObject({
    'cbc:CreditNoteTypeCode': '381',
    'cbc:Note': 'Retour',
    'cac:BillingReference': {
      'cac:InvoiceDocumentReference': {
        'cbc:ID': invoice.invoice_number,
        'cbc:IssueDate': '2026-03-27',
      },
    },
    'cac:LegalMonetaryTotal': { 'cbc:PayableAmount': { '#text': '107.69' } },
  })
  expect(lines).toMatchObject([{ 'cbc:CreditedQuantity': { '#text': '1' } }])
})

test('says why there is no VAT: by a code in Peppol, in words in both', async () => {
  for (const [category, around, id, code, words] of [
    ['AE', {}, 'AE', 'VATEX-EU-AE', 'Btw verlegd'],
    ['M', {}, 'E', 'VATEX-EU-F', 'Bijzondere regeling – gebruikte goederen'],
    ['G', {}, 'G', 'VATEX-EU-G', 'Uitvoer buiten de EU, 0% btw'],
    ['K', { buyer: belgian }, 'K', 'VATEX-EU-IC', 'Intracommunautaire levering, btw verlegd'],
  ] as const) {
    const invoice = await newInvoice(untaxed(category), around)
    const peppol = await ubl(`/invoices/${invoice}/ubl`)
    expect(taxOf(peppol.root)).toMatchObject({
      'cbc:ID': id,
      'cbc:Percent': '0',
      'cbc:TaxExemptionReasonCode': code,
      'cbc:TaxExemptionReason': words,
    })
    const nlcius = await ubl(`/invoices/${invoice}/ubl?profile=nlcius`)
    expect(taxOf(nlcius.root)['cbc:TaxExemptionReasonCode']).toBeUndefined()
    expect(taxOf(nlcius.root)['cbc:TaxExemptionReason']).toBe(words)
  }
  const { root } = await ubl(`/invoices/${await newInvoice(untaxed('K'), { buyer: belgian })}/ubl`)
  expect(root['cac:AccountingCustomerParty']['cac:Party']['cbc:EndpointID']).toEqual({
    '#text': '0403170701',
    '@_schemeID': '0208',
  })
  expect(JSON.stringify(root['cac:Delivery'])).toContain('"BE"')
})

test('a discount on the document stands once per rate, a discount on a line in its line', async () => {
  const id = await newInvoice(cases.discounts as AnyInvoice)
  const { root, lines } = await ubl(`/invoices/${id}/ubl`)
  const amounts = root['cac:AllowanceCharge'].map((found: Json) => found['cbc:Amount']['#text'])
  expect(amounts).toEqual(['17.36', '26.70'])
  expect(lines[0]['cac:AllowanceCharge'][0]['cbc:Amount']['#text']).toBe('4.45')
})

test('money that came in and the rounding of cash come off what is payable', async () => {
  const id = await newInvoice(plain)
  await owner.query(
    `insert into payments (tenant_id, invoice_id, amount_cents, method, rounding_cents)
     values ($1, $2, 10770, 'cash', -1)`,
    [shop.tenant_id, id],
  )
  await owner.query(`update invoices set paid_cents = 10769 where id = $1`, [id])
  const { root } = await ubl(`/invoices/${id}/ubl`)
  expect(root['cac:LegalMonetaryTotal']).toMatchObject({
    'cbc:PrepaidAmount': { '#text': '107.70' },
    'cbc:PayableRoundingAmount': { '#text': '0.01' },
    'cbc:PayableAmount': { '#text': '0.00' },
  })
})

test('keeps any text, but for what XML cannot hold', async () => {
  const id = await newInvoice(plain)
  const description = 'Scherm <b> & "glas" \u0001 ]]> 屏幕 🔧\nTweede regel'
  await owner.query('update invoice_lines set description = $1 where invoice_id = $2', [
    description,
    id,
  ])
  const { lines } = await ubl(`/invoices/${id}/ubl`)
  expect(lines[0]['cac:Item']).toMatchObject({
    'cbc:Name': 'Scherm <b> & "glas"  ]]> 屏幕 🔧',
    'cbc:Description': description.replace('\u0001', ''),
  })
})

test('names each field that the profile asks and the document lacks', async () => {
  const bare = { ...repairShop, kvk_number: null, vat_number: null, iban: null, city: ' ' }
  const lacking = async (around: Around, profile: string, given = plain) => {
    const path = `/invoices/${await newInvoice(given, around)}/ubl?profile=${profile}`
    const { status, body } = await api.get(path)
    if (status === 200) return []
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'incomplete_e_invoice' })
    return Object.keys(body.errors)
  }
  expect(await lacking({ seller: bare }, 'peppol')).toEqual([
    'seller.city',
    'seller.kvk_number',
    'seller.vat_number',
    'seller.iban',
  ])
  expect(await lacking({ buyer: consumer }, 'nlcius')).toEqual(['buyer.kvk_number'])
  expect(await lacking({ buyer: consumer }, 'peppol')).toEqual(['buyer.kvk_number'])
  const unregistered = { ...business, kvk_number: null }
  expect(await lacking({ buyer: unregistered }, 'peppol')).toEqual([])
  expect(await lacking({ buyer: unregistered }, 'nlcius')).toEqual(['buyer.kvk_number'])
  const homeless = { ...business, address: null, city: null }
  expect(await lacking({ buyer: homeless }, 'peppol')).toEqual(['buyer.address', 'buyer.city'])
  const unknown = { ...belgian, vat_number: null }
  expect(await lacking({ buyer: unknown }, 'nlcius', untaxed('K'))).toEqual(['buyer.vat_number'])
  expect(await lacking({ buyer: unknown }, 'peppol')).toEqual(['buyer.vat_number'])
  const private_ = { ...business, vat_number: null }
  expect(await lacking({ buyer: private_ }, 'peppol', untaxed('AE'))).toEqual(['buyer.vat_number'])
})

test('refuses drafts, voided notes, other profiles, and strangers', async () => {
  const draft = await newDraft(api)
  expect(await api.get(`/invoices/${draft.id}/ubl`)).toMatchObject({
    status: 422,
    body: { code: 'not_issued' },
  })
  const id = await newInvoice(plain)
  const note = await newCredit(id)
  expect((await api.get(`/invoices/${id}/ubl?profile=zugferd`)).body.errors).toHaveProperty(
    'profile',
  )
  for (const path of [`/invoices/${id}`, `/credit-notes/${note}`]) {
    for (const file of ['ubl', 'pdf']) {
      expect((await other.api.get(`${path}/${file}`)).status).toBe(404)
      expect((await shop.as.technician.get(`${path}/${file}`)).status).toBe(403)
      expect((await shop.as.accountant.get(`${path}/${file}`)).status).toBe(200)
    }
  }
  await api.delete(`/credit-notes/${note}`)
  expect(await api.get(`/credit-notes/${note}/ubl`)).toMatchObject({
    status: 422,
    body: { code: 'voided' },
  })
  expect((await api.get(`/credit-notes/${note}/pdf`)).status).toBe(200)
})
