import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { newDraft, newIssued, screen } from '../sales/invoicing.ts'
import { newPeriod, openPeriodOn, thisYear, today } from './returning.ts'

const { shop, other } = await startShops()
const { api } = shop

test('a shop starts with the running quarter and three more, newest first', async () => {
  const { status, body, headers } = await api.get('/btw-periods')
  expect(status).toBe(200)
  expect(headers.get('x-total-count')).toBe('4')
  const starts = body.map(({ start_date }: { start_date: string }) => start_date)
  expect(starts).toEqual(starts.toSorted().reverse())
  expect(body.every(({ quarter }: { quarter: number | null }) => quarter !== null)).toBe(true)
  expect(starts.at(-1) <= today && today <= body.at(-1).end_date).toBe(true)
  expect(body.at(-1)).toMatchObject({
    year: thisYear,
    month: null,
    status: 'open',
    total_vat: 0,
    is_overdue: false,
    closed_at: null,
  })
})

test('shows what the return would be now, in cents and as filed', async () => {
  const { id } = await openPeriodOn(api, today)
  const lines = [
    { ...screen, unit_price: 12_345.67 },
    { ...screen, unit_price: 100.5, vat_rate: 9 },
  ]
  const invoice = await newIssued(api, { invoice_date: today, lines })
  const { body } = await api.get(`/btw-periods/${id}`)
  expect(body.boxes['1a']).toEqual({
    turnover: 12345.67,
    vat: 2592.59,
    turnover_filed: 12345,
    vat_filed: 2592,
  })
  expect(body.boxes['1b']).toEqual({
    turnover: 100.5,
    vat: 9.05,
    turnover_filed: 100,
    vat_filed: 9,
  })
  expect(body.boxes['5a']).toEqual({ vat: 2601.64, vat_filed: 2601 })
  expect(body.boxes['5b']).toEqual({ vat: 0, vat_filed: 0 })
  expect(body.boxes.total).toEqual({ vat: 2601.64, vat_filed: 2601 })
  expect(body).toMatchObject({
    net_payable: 2601,
    total_vat: 2601,
    rounding_difference: 0.64,
    margin: null,
    icp: [],
    late: [],
    corrections: [],
  })
  const [listed] = (await api.get(`/btw-periods?year=${thisYear}`)).body.filter(
    (period: { id: number }) => period.id === id,
  )
  expect(listed).toMatchObject({ total_vat: 2601 })

  const lines1a = await api.get(`/btw-periods/${id}/entries?box=1a`)
  expect(lines1a.body).toMatchObject({ total: 2, current_page: 1 })
  expect(lines1a.body.data).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        box: '1a',
        part: 'vat',
        amount: 2592.59,
        credit: 2592.59,
        debit: 0,
      }),
      expect.objectContaining({
        part: 'turnover',
        amount: 12345.67,
        reference: invoice.invoice_number,
        source_type: 'invoice',
        source_id: invoice.id,
      }),
    ]),
  )
  expect((await api.get(`/btw-periods/${id}/entries`)).body.total).toBe(4)
})

test('filters by year and status', async () => {
  const past = await newPeriod(api, { year: 2019, quarter: 4 })
  expect((await api.get('/btw-periods?year=2019')).body).toMatchObject([
    { id: past.id, is_overdue: true, due_date: '2020-01-31' },
  ])
  expect((await api.get('/btw-periods?status=closed')).body).toEqual([])
  expect((await api.get('/btw-periods?status=paid')).status).toBe(422)
  expect((await api.get('/btw-periods?year=x')).status).toBe(422)
})

test('opens months, quarters and years by hand', async () => {
  expect((await api.post('/btw-periods', { year: 2031 })).body).toMatchObject({
    quarter: null,
    month: null,
    start_date: '2031-01-01',
    end_date: '2031-12-31',
    due_date: '2032-03-31',
  })
  expect(await api.post('/btw-periods', { year: 2032, month: 2 })).toMatchObject({
    status: 201,
    body: { month: 2, quarter: null, end_date: '2032-02-29', due_date: '2032-03-31' },
  })
  const overlapping = { status: 422, body: { code: 'period_overlap' } }
  expect(await api.post('/btw-periods', { year: 2032, quarter: 1 })).toMatchObject(overlapping)
  expect(await api.post('/btw-periods', { year: 2032, month: 2 })).toMatchObject(overlapping)
  expect(await api.post('/btw-periods', { year: 2032, quarter: 1, month: 2 })).toMatchObject({
    status: 422,
    body: { errors: { month: ['The month field cannot be given with a quarter.'] } },
  })
  for (const wrong of [{}, { year: 1999 }, { year: 2033, month: 13 }, { year: 2033, quarter: 0 }]) {
    expect((await api.post('/btw-periods', wrong)).status, JSON.stringify(wrong)).toBe(422)
  }
})

test('gives the values for XBRL, and a PDF', async () => {
  await api.put('/settings', { vat_number: 'NL123456789B01' })
  const { id } = await openPeriodOn(api, today)
  const { body } = await api.get(`/btw-periods/${id}/xbrl`)
  expect(body.identifier).toEqual({
    scheme: 'www.belastingdienst.nl/omzetbelastingnummer',
    value: '123456789B01',
  })
  expect(body.values).toMatchObject({
    TaxedTurnoverSuppliesServicesGeneralTariff: 12345,
    ValueAddedTaxSuppliesServicesGeneralTariff: 2592,
    ValueAddedTaxOnInput: 0,
    ValueAddedTaxOwed: 2601,
    ValueAddedTaxOwedToBePaidBack: 2601,
  })
  expect(Object.keys(body.values)).toHaveLength(21)
  const pdf = await api.get(`/btw-periods/${id}/pdf`)
  expect(pdf.headers.get('content-type')).toBe('application/pdf')
  expect(pdf.headers.get('content-disposition')).toMatch(/btw-\d{4}-Q\d\.pdf/)
  expect(Buffer.from(pdf.body).subarray(0, 5).toString()).toBe('%PDF-')
})

test('is for those who keep the books, each of their own shop', async () => {
  const { id } = await openPeriodOn(api, today)
  for (const path of ['', '/entries', '/pdf', '/xbrl']) {
    expect((await shop.as.frontdesk.get(`/btw-periods/${id}${path}`)).status).toBe(403)
    expect((await other.api.get(`/btw-periods/${id}${path}`)).status).toBe(404)
    expect((await shop.as.accountant.get(`/btw-periods/${id}${path}`)).status).toBe(200)
  }
  expect((await shop.as.technician.post(`/btw-periods/${id}/close`)).status).toBe(403)
  expect((await other.api.post(`/btw-periods/${id}/close`)).status).toBe(404)
})

test('supplies within the EU are listed by the VAT number on the invoice', async () => {
  const { id } = await openPeriodOn(api, today)
  const company = await api.post('/companies', {
    name: 'Muster GmbH',
    vat_number: 'DE123456789',
    country: 'DE',
    address: 'Hauptstr. 1',
    postal_code: '10115',
    city: 'Berlin',
  })
  const customer = await api.post('/customers', {
    first_name: 'Max',
    country: 'DE',
    company_id: company.body.id,
  })
  const rates = (await api.get('/tax-rates')).body
  const eu = rates.find((rate: { category: string }) => rate.category === 'intra_eu')
  const tax = { tax_rate_id: eu?.id, vat_rate: undefined }
  const product = await api.post('/products', { name: 'Phone', price_excl: 200, stock_quantity: 5 })
  const draft = await newDraft(api, {
    customer_id: customer.body.id,
    invoice_date: today,
    lines: [
      { ...screen, ...tax },
      { ...screen, ...tax, product_id: product.body.id, unit_price: 200.55 },
    ],
  })
  expect(await api.post(`/invoices/${draft.id}/issue`)).toMatchObject({ status: 200 })
  const { body } = await api.get(`/btw-periods/${id}`)
  expect(body.icp).toEqual([
    {
      vat_number: 'DE123456789',
      country: 'DE',
      goods: 200.55,
      services: 89,
      goods_filed: 200,
      services_filed: 89,
    },
  ])
  expect(body.boxes['3b'].turnover).toBe(289.55)
  await api.post('/credit-notes', { invoice_id: draft.id, reason: 'Back', full: true })
  const after = (await api.get(`/btw-periods/${id}`)).body
  expect(after.icp).toEqual([])
  expect(after.boxes['3b'].turnover).toBe(0)
})
