import { XMLParser } from 'fast-xml-parser'
import { expect } from 'vitest'
import type { Json } from '../harness/client.ts'

const lists = [
  'cac:InvoiceLine',
  'cac:CreditNoteLine',
  'cac:TaxSubtotal',
  'cac:AllowanceCharge',
] as const

const parser = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  isArray: (name) => lists.some((list) => list === name),
})

/** The root element of a UBL document, and which of the two it is. */
export function readUbl(xml: string): {
  root: Json
  kind: 'Invoice' | 'CreditNote'
  lines: Json[]
} {
  const document = parser.parse(xml)
  const kind = document.Invoice ? 'Invoice' : 'CreditNote'
  const root = document[kind]
  return { root, kind, lines: root[`cac:${kind}Line`] }
}

/** `{#text: '89.00', @_currencyID: 'EUR'}` → 8900 */
const cents = (amount: Json): number => {
  if (amount === undefined) return 0
  expect(amount['#text']).toMatch(/^-?\d+\.\d\d$/)
  expect(amount['@_currencyID']).toBe('EUR')
  return Math.round(Number(amount['#text']) * 100)
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

const taxKey = (category: Json) => `${category['cbc:ID']} ${category['cbc:Percent'] ?? ''}`

const allowances = (element: Json): Json[] => element['cac:AllowanceCharge'] ?? []

/** The calculation rules of EN 16931 (BR-CO-10 to 17, BR-S-08), of Peppol (R120, R008), from the XML alone. */
export function expectSound(xml: string): void {
  const { root, kind, lines } = readUbl(xml)
  expect(xml, 'PEPPOL-EN16931-R008').not.toMatch(/<([\w:]+)[^>]*>\s*<\/\1>|\/>|undefined|NaN/)
  const total = (name: string) => cents(root['cac:LegalMonetaryTotal'][`cbc:${name}`])
  const net = (line: Json) => cents(line['cbc:LineExtensionAmount'])
  const discounts = allowances(root)
  const amountOf = (allowance: Json) => cents(allowance['cbc:Amount'])
  expect(total('LineExtensionAmount'), 'BR-CO-10').toBe(sum(lines.map(net)))
  expect(total('AllowanceTotalAmount'), 'BR-CO-11').toBe(sum(discounts.map(amountOf)))
  expect(total('TaxExclusiveAmount'), 'BR-CO-13').toBe(
    total('LineExtensionAmount') - total('AllowanceTotalAmount'),
  )
  const tax = root['cac:TaxTotal']
  const groups: Json[] = tax['cac:TaxSubtotal']
  expect(cents(tax['cbc:TaxAmount']), 'BR-CO-14').toBe(
    sum(groups.map((group) => cents(group['cbc:TaxAmount']))),
  )
  expect(total('TaxInclusiveAmount'), 'BR-CO-15').toBe(
    total('TaxExclusiveAmount') + cents(tax['cbc:TaxAmount']),
  )
  expect(total('PayableAmount'), 'BR-CO-16').toBe(
    total('TaxInclusiveAmount') - total('PrepaidAmount') + total('PayableRoundingAmount'),
  )
  const keys = groups.map((group) => taxKey(group['cac:TaxCategory']))
  expect(new Set(keys).size, 'one breakdown per category and rate').toBe(keys.length)
  for (const group of groups) {
    const category = group['cac:TaxCategory']
    const base_cents = cents(group['cbc:TaxableAmount'])
    const own = (found: Json) => taxKey(found) === taxKey(category)
    const lines_cents = sum(
      lines.filter((line) => own(line['cac:Item']['cac:ClassifiedTaxCategory'])).map(net),
    )
    const less_cents = sum(discounts.filter((found) => own(found['cac:TaxCategory'])).map(amountOf))
    expect(base_cents, 'BR-S-08 and its like').toBe(lines_cents - less_cents)
    const vat_cents = (base_cents * Number(category['cbc:Percent'] ?? 0)) / 100
    expect(Math.abs(cents(group['cbc:TaxAmount']) - vat_cents), 'BR-CO-17').toBeLessThan(100)
    const hasReason = category['cbc:TaxExemptionReason'] !== undefined
    expect(hasReason, 'BR-E-10, BR-S-10 and their like').toBe(
      !['S', 'Z'].includes(category['cbc:ID']),
    )
  }
  const quantityName = kind === 'Invoice' ? 'cbc:InvoicedQuantity' : 'cbc:CreditedQuantity'
  for (const line of lines) {
    const quantity = Number(line[quantityName]['#text'])
    const price = Number(line['cac:Price']['cbc:PriceAmount']['#text'])
    expect(price, 'BR-27').toBeGreaterThanOrEqual(0)
    const cost_cents = quantity * price * 100 - sum(allowances(line).map(amountOf))
    expect(Math.abs(cost_cents - net(line)), 'PEPPOL-EN16931-R120').toBeLessThanOrEqual(2)
  }
}
