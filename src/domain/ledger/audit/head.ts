import { houseOf } from '../../../lib/address.ts'
import { decimal, sumCents } from '../../../lib/money.ts'
import { parseVatNumber } from '../../../lib/vat-number.ts'
import { type BookYear, labelOf, monthsOf } from './book-year.ts'
import { branch, formats, leaf, longestId, needed, type Version } from './format.ts'
import { type PartyRow, partyIdOf } from './parties.ts'
import type { AccountRow, JournalSum, Place, ShopRow, TaxRateRow } from './rows.ts'
import { boxes, vatIdOf } from './vat.ts'

/** What the schema asks for and a shop without a VAT number cannot say. */
export const unknownTaxNumber = 'ONBEKEND'

export const side = (cents: number) => (cents < 0 ? 'C' : 'D')

/** Header, and who keeps these books: what stands before the lists. */
export function beginning(shop: ShopRow & BookYear, software_version: string, version: Version) {
  const { max, namespace } = formats[version]
  return [
    `<?xml version="1.0" encoding="UTF-8"?>\n<auditfile xmlns="${namespace}">\n`,
    branch(
      'header',
      leaf('fiscalYear', labelOf(shop)),
      leaf('startDate', shop.start_date),
      leaf('endDate', shop.end_date),
      leaf('curCode', 'EUR'),
      leaf('dateCreated', shop.today),
      leaf('softwareDesc', 'Repair Angel'),
      needed('softwareVersion', software_version, 20),
    ),
    '<company>',
    leaf(version === '4.0' ? 'Commercenr' : 'companyIdent', shop.kvk_number, longestId),
    needed('companyName', shop.name, max.name),
    leaf('taxRegistrationCountry', countryOf(shop, version) ?? 'NL'),
    leaf('taxRegIdent', taxNumberOf(shop.vat_number) ?? unknownTaxNumber, 30),
    addressOf(shop, version),
  ].join('')
}

/** `NL123456789B01`, however it was written. */
function taxNumberOf(vat_number: string | null): string | undefined {
  if (!vat_number?.trim()) return undefined
  const known = parseVatNumber(vat_number)
  return typeof known === 'string' ? vat_number : `${known.country_code}${known.body}`
}

const countryOf = ({ country }: Place, version: Version) =>
  formats[version].knowsCountry(country) ? country : undefined

/** Nothing where no more than the country is known. */
function addressOf(place: Place, version: Version): string {
  const line = place.address ?? ''
  if (!line && !place.city && !place.postal_code) return ''
  const { street, number, addition } = houseOf(line) ?? { street: line }
  return branch(
    'streetAddress',
    leaf('streetname', street, formats[version].max.street),
    leaf('number', number, 15),
    leaf('numberExtension', addition, 999),
    leaf('city', place.city, 50),
    leaf('postalCode', place.postal_code, 10),
    leaf('country', countryOf(place, version)),
  )
}

/** Only 4.0 says here what is open; its names speak of descriptions, and mean amounts. */
export function partyElement(party: PartyRow, version: Version): string {
  const balance = (name: string, cents: number) =>
    version === '4.0'
      ? leaf(`${name}BalDesc`, decimal(Math.abs(cents))) + leaf(`${name}BalTp`, side(cents))
      : ''
  const id = party.kind === 'C' ? partyIdOf(party.id, null) : partyIdOf(null, party.id)
  return branch(
    'customerSupplier',
    leaf('custSupID', id),
    leaf('custSupName', party.name, 50),
    leaf('commerceNr', party.kvk_number, 100),
    leaf('taxRegistrationCountry', countryOf(party, version)),
    leaf('taxRegIdent', taxNumberOf(party.vat_number), 30),
    leaf('custSupTp', party.kind),
    balance('op', party.opening_cents),
    balance('cl', party.closing_cents),
    addressOf(party, version),
  )
}

export const isResult = ({ type }: AccountRow) => type === 'revenue' || type === 'expense'

export const ledgerElement = (accounts: AccountRow[], version: Version): string =>
  branch(
    'generalLedger',
    ...accounts.map((account) =>
      branch(
        'ledgerAccount',
        needed('accID', account.code, longestId),
        needed('accDesc', account.name, formats[version].max.name),
        leaf('accTp', isResult(account) ? 'P' : 'B'),
        leaf(version === '4.0' ? 'RGScode' : 'leadReference', account.rgs_code, 255),
      ),
    ),
  )

export function vatCodesElement(accounts: AccountRow[], rates: TaxRateRow[], version: Version) {
  const codeOf = (role: string | undefined) =>
    accounts.find((account) => role !== undefined && account.role === role)?.code
  const code = (id: string, name: string, pays?: string, claims?: string) =>
    branch(
      'vatCode',
      leaf('vatID', id),
      needed('vatDesc', name, formats[version].max.vat),
      leaf('vatToPayAccID', codeOf(pays), longestId),
      leaf('vatToClaimAccID', codeOf(claims), longestId),
    )
  const payRole = ({ category, vat_box }: TaxRateRow) =>
    category === 'margin' ? 'vat_margin' : vat_box === null ? undefined : boxes[vat_box]?.pays
  return branch(
    'vatCodes',
    ...rates.map((rate) => code(vatIdOf(rate.id), rate.name, payRole(rate))),
    ...Object.entries(boxes).map(([box, { name, pays, claims }]) =>
      code(box, `${name} (${box})`, pays, claims),
    ),
  )
}

export const periodsElement = (year: BookYear): string =>
  branch(
    'periods',
    ...monthsOf(year).map((month) =>
      branch(
        'period',
        leaf('periodNumber', month.number),
        leaf('startDatePeriod', month.start_date),
        leaf('endDatePeriod', month.end_date),
      ),
    ),
  )

/** Balance sheet as the year begins: results of the years before stand on the account of retained earnings. */
export function openingElement(
  { start_date }: BookYear,
  accounts: AccountRow[],
  opening: { account_id: number; cents: number }[],
  version: Version,
): string {
  const centsOf = (id: number) => sumCents(opening.map((o) => (o.account_id === id ? o.cents : 0)))
  const result = sumCents(accounts.filter(isResult).map(({ id }) => centsOf(id)))
  const lines = accounts
    .filter((account) => !isResult(account))
    .map(({ id, code, role }) => ({
      code,
      cents: sumCents([centsOf(id), role === 'retained_earnings' ? result : 0]),
    }))
    .filter(({ cents }) => cents !== 0)
  const sumOf = (of: 'D' | 'C') =>
    sumCents(lines.map(({ cents }) => (side(cents) === of ? Math.abs(cents) : 0)))
  return branch(
    'openingBalance',
    version === '3.2' ? leaf('opBalDate', start_date) : '',
    totals(lines.length, sumOf('D'), sumOf('C')),
    ...lines.map(({ code, cents }, index) =>
      branch(
        'obLine',
        leaf('nr', index + 1),
        needed('accID', code, longestId),
        leaf('amnt', decimal(Math.abs(cents))),
        leaf('amntTp', side(cents)),
      ),
    ),
  )
}

const totals = (lines: number, debit_cents: number, credit_cents: number): string =>
  leaf('linesCount', lines) +
  leaf('totalDebit', decimal(debit_cents)) +
  leaf('totalCredit', decimal(credit_cents))

/** Of all transactions, before the first of them. */
export const totalsOf = (sums: JournalSum[]): string =>
  totals(
    sumCents(sums.map(({ lines }) => lines)),
    sumCents(sums.map(({ debit_cents }) => debit_cents)),
    sumCents(sums.map(({ credit_cents }) => credit_cents)),
  )
