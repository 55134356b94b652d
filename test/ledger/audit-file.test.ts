import { beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newBusiness, newIssued } from '../sales/invoicing.ts'
import {
  type AuditFile,
  auditFileOf,
  centsOf,
  readAuditFile,
  schemaErrors,
  signedOf,
  unchecked,
} from './auditing.ts'
import { book } from './booking.ts'

const { shop, other, owner } = await startShops()
const { api, tenant_id } = shop
const { rows: days } = await owner.query('select app.today()::text as today')
const year = Number(days[0].today.slice(0, 4))

const supplier = async () =>
  (await api.post('/suppliers', { name: 'Onderdelen & Zo B.V.', address: 'Dam 1-2 hs' })).body.id

let file: AuditFile
let invoice: Json
let business: Json
let supplier_id: number

beforeAll(async () => {
  await api.put('/settings', {
    name: 'Fix & <Repair> 😀 Café',
    address: 'Prinses Beatrixlaan 12 bis',
    postal_code: '3512 JE',
    city: 'Utrecht',
    vat_number: 'NL123456782B90',
    kvk_number: '12345678',
  })
  await book(owner, tenant_id, {
    date: `${year - 1}-11-30`,
    lines: [
      { code: '1100', debit: 1000 },
      { code: '0500', credit: 1000 },
    ],
  })
  await book(owner, tenant_id, {
    date: `${year - 1}-12-31`,
    lines: [
      { code: '4400', debit: 250.5 },
      { code: '1100', credit: 250.5 },
    ],
  })
  // Still open when the year begins.
  const old = await newIssued(api, { invoice_date: `${year - 1}-12-15` })
  expect(old.total).toBe(107.69)
  invoice = await newIssued(api, {
    invoice_date: `${year}-01-31`,
    lines: [
      { description: 'Screen & glue', qty: 1, unit_price: 100, vat_rate: 21 },
      { description: 'Other work', qty: 3, unit_price: 33.33, vat_rate: 21 },
      { description: 'Bicycle', qty: 1, unit_price: 50, vat_rate: 9 },
    ],
  })
  business = await newIssued(api, {
    invoice_date: `${year}-03-27`,
    customer_id: (await newBusiness(owner, shop, { address: 'Oudegracht 5' })).customer_id,
  })
  await api.post('/payments', { invoice_id: invoice.id, amount: 100, method: 'cash' })
  await api.post('/credit-notes', {
    invoice_id: business.id,
    reason: 'Faulty',
    full: true,
  })
  supplier_id = await supplier()
  await book(owner, tenant_id, {
    date: `${year}-02-10`,
    journal: 'purchases',
    reference: 'F-77',
    description: 'Inkoop',
    supplier_id,
    source: ['purchase_invoice', 77],
    lines: [
      { code: '4500', debit: 100 },
      { code: '1520', debit: 21, vat_box: '5b' },
      { code: '1600', credit: 121 },
    ],
  })
  await book(owner, tenant_id, {
    date: `${year}-12-31`,
    description: 'Control \u0007 & <tag> \u{1F600}\uFFFE',
    lines: [
      { code: '1000', debit: 0.01, description: 'x'.repeat(400) },
      { code: '0520', credit: 0.01 },
    ],
  })
  file = readAuditFile(await auditFileOf(api, year))
})

test.runIf(unchecked)('files are not held against the official schemas here', () => {
  console.warn(`Without the official schemas: ${unchecked}`)
})

test('a file that breaks its schema is found out', async ({ skip }) => {
  if (unchecked) skip(unchecked)
  const xml = await auditFileOf(api, year)
  expect(await schemaErrors(xml.replace('<curCode>EUR', '<curCode>EURO'), '4.0')).toContain(
    'curCode',
  )
})

test.each(['4.0', '3.2'])('every entry of the year stands in %s, to the cent', async (version) => {
  const read = readAuditFile(await auditFileOf(api, year, version))
  const { rows } = await owner.query(
    `select e.entry_number as nr, e.journal, e.entry_date::text as day, a.code, l.debit_cents - l.credit_cents as cents
     from journal_entries e join journal_lines l on l.journal_entry_id = e.id join gl_accounts a on a.id = l.account_id
     where e.tenant_id = $1 and extract(year from e.entry_date) = $2 order by e.entry_number, l.position`,
    [tenant_id, year],
  )
  const written = read.lines.map((line) => ({
    nr: line.transaction.nr,
    journal: line.journal.jrnID,
    day: line.transaction.trDt,
    code: line.accID,
    cents: String(signedOf(line)),
  }))
  expect(rows.length).toBeGreaterThan(15)
  expect(written.toSorted((a, b) => a.nr.localeCompare(b.nr))).toEqual(rows)
})

test('the header and the company are those of the shop', () => {
  expect(file.header).toEqual({
    fiscalYear: String(year),
    startDate: `${year}-01-01`,
    endDate: `${year}-12-31`,
    curCode: 'EUR',
    dateCreated: days[0].today,
    softwareDesc: 'Repair Angel',
    softwareVersion: 'development',
  })
  expect(file.company).toMatchObject({
    Commercenr: '12345678',
    companyName: 'Fix & <Repair> 😀 Café',
    taxRegistrationCountry: 'NL',
    taxRegIdent: 'NL123456782B90',
    streetAddress: {
      streetname: 'Prinses Beatrixlaan',
      number: '12',
      numberExtension: 'bis',
      city: 'Utrecht',
      postalCode: '3512 JE',
      country: 'NL',
    },
  })
})

test('the file is named after the shop, the year and the version', async () => {
  const { headers } = await api.get(`/audit-file?year=${year}&version=3.2`)
  expect(headers.get('content-disposition')).toContain(
    `attachment; filename="auditfile-fix-repair-cafe-${year}-3.2.xaf"`,
  )
})

test('results of earlier years stand in retained earnings as the year begins', () => {
  const opening = Object.fromEntries(
    file.opening.obLine.map((line: Json) => [line.accID, signedOf(line)]),
  )
  // 1,000.00 put in, 250.50 spent, and an invoice of 89.00 + 18.69 VAT.
  expect(opening).toEqual({
    '0500': -1000_00,
    '0590': 250_50 - 89_00,
    '1100': 749_50,
    '1300': 107_69,
    '1500': -18_69,
  })
})

test('the year after begins where this one ends', async () => {
  const next = readAuditFile(await auditFileOf(api, year + 1))
  const { rows } = await owner.query(
    `select coalesce(a.code, '0590') as code, sum(l.debit_cents - l.credit_cents)::int as cents from journal_lines l
     left join gl_accounts a on a.id = l.account_id and a.type not in ('revenue', 'expense')
     where l.tenant_id = $1 group by 1 having sum(l.debit_cents - l.credit_cents) <> 0 order by 1`,
    [tenant_id],
  )
  expect(next.opening.obLine.map((l: Json) => ({ code: l.accID, cents: signedOf(l) }))).toEqual(
    rows,
  )
  expect(next.transactions.linesCount).toBe('0')
})

describe('customers and suppliers', () => {
  const byName = (name: string) => file.parties.filter((p) => p.custSupName === name)

  test('are who occurs, or had something open', () => {
    expect(file.parties.map((p) => p.custSupTp)).toEqual(['C', 'C', 'C', 'S'])
    expect(byName('Jansen Advies B.V.')).toMatchObject([
      {
        custSupTp: 'C',
        taxRegistrationCountry: 'NL',
        taxRegIdent: 'NL009876543B02',
        opBalDesc: '0.00',
        clBalDesc: '0.00',
        streetAddress: { streetname: 'Oudegracht', number: '5' },
      },
    ])
    expect(byName('Onderdelen & Zo B.V.')).toMatchObject([
      { custSupID: `S${supplier_id}`, clBalDesc: '121.00', clBalTp: 'C' },
    ])
  })

  test('end with what they began with and the entries in between', () => {
    for (const party of file.parties) {
      const moved = file.lines
        .filter((l) => l.custSupID === party.custSupID && ['1300', '1600'].includes(l.accID))
        .reduce((sum, line) => sum + signedOf(line), 0)
      const balance = (name: string) =>
        centsOf(party[`${name}BalDesc`]) * (party[`${name}BalTp`] === 'D' ? 1 : -1)
      expect(balance('cl'), party.custSupName).toBe(balance('op') + moved)
    }
  })

  test('have their invoices named at what is open', () => {
    const [line] = file.lines.filter((l) => l.accID === '1600')
    expect(line).toMatchObject({ invRef: 'F-77', docRef: 'F-77', custSupID: `S${supplier_id}` })
  })
})

describe('VAT', () => {
  test('of a sale stands at its turnover, to the cent', () => {
    const sale = file.lines.filter(
      (l) => l.docRef === invoice.invoice_number && l.journal.jrnID === 'sales',
    )
    const vat = sale
      .filter((l) => l.vat)
      .map((l) => [l.accID, l.amnt, l.vat.vatPerc, l.vat.vatAmnt])
    expect(vat).toEqual([
      ['8000', '199.99', '21', '42.00'],
      ['8001', '50.00', '9', '4.50'],
    ])
    expect(sale.find((l) => l.accID === '1500')).toMatchObject({ amnt: '42.00', amntTp: 'C' })
  })

  test('of a purchase stands at its own line', () => {
    const [line] = file.lines.filter((l) => l.accID === '1520')
    expect(line?.vat).toEqual({ vatID: '5b', vatPerc: '0', vatAmnt: '21.00', vatAmntTp: 'D' })
  })

  test('adds up to the VAT accounts', () => {
    const isVat = (l: Json) => ['1500', '1501', '1520'].includes(l.accID)
    const shown = file.lines
      .filter((l) => l.vat)
      .reduce((sum, { vat }) => sum + signedOf({ amnt: vat.vatAmnt, amntTp: vat.vatAmntTp }), 0)
    expect(shown).toBe(file.lines.filter(isVat).reduce((sum, l) => sum + signedOf(l), 0))
  })
})

test('texts keep what XML can hold, and are cut to what the schema allows', () => {
  const [line] = file.lines.filter((l) => l.accID === '0520')
  expect(line?.transaction.desc).toBe('Control  & <tag> 😀')
})

test('the opening balance of a shop that moved in is no transaction', async () => {
  const [row] = (
    await owner.query('select id from fiscal_years where tenant_id = $1 and year = $2', [
      other.tenant_id,
      year,
    ])
  ).rows
  await book(owner, other.tenant_id, {
    date: `${year}-01-01`,
    journal: 'opening',
    source: ['fiscal_year', Number(row.id)],
    lines: [
      { code: '1100', debit: 500 },
      { code: '0500', credit: 500 },
    ],
  })
  const read = readAuditFile(await auditFileOf(other.api, year))
  expect(read.opening).toMatchObject({ linesCount: '2', totalDebit: '500.00' })
  expect(read.transactions).toMatchObject({ linesCount: '0', totalDebit: '0.00' })
  expect(read.company.taxRegIdent).toBe('ONBEKEND')
  expect(read.parties).toEqual([])
})
