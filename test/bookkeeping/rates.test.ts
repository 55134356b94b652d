import { describe, expect, test } from 'vitest'
import type { SalesLine, SalesVat } from '../../src/integrations/bookkeeper.ts'
import { rateFor, type TaxRate } from '../../src/integrations/moneybird/tax-rates.ts'
import { bookingFields } from '../../src/integrations/snelstart/booking.ts'
import { sentenceOf } from '../../src/integrations/snelstart/errors.ts'

const rate = (name: string, percentage: string | null, more: Partial<TaxRate> = {}): TaxRate => ({
  id: name,
  name,
  percentage,
  active: true,
  country: null,
  ...more,
})

describe('Moneybird', () => {
  const rates = [
    rate('21% oud', '21.0', { active: false }),
    rate('21% MwSt', '21.0', { country: 'DE' }),
    rate('21% btw', '21.0'),
    rate('21% horeca', '21.0'),
    rate('9% btw', '9'),
    rate('0% btw verlegd', '0.0'),
    rate('0% binnen EU', '0.0'),
    rate('0% buiten EU', '0.0'),
    rate('Vrijgesteld van btw', '0.0'),
    rate('Geen btw', null),
    rate('0% btw', '0.0'),
  ]
  const line = (category: SalesLine['category'], vat_rate = 0, tax_name: string | null = null) => ({
    description: 'Repair',
    net_cents: 100,
    vat_rate,
    category,
    tax_name,
  })

  test.each([
    ['S', 21, '21% btw'],
    ['S', 9, '9% btw'],
    ['AE', 21, '0% btw verlegd'],
    ['K', 0, '0% binnen EU'],
    ['G', 0, '0% buiten EU'],
    ['E', 0, 'Vrijgesteld van btw'],
    ['O', 0, 'Geen btw'],
    ['Z', 0, '0% btw'],
  ] as const)('%s at %d %% is "%s"', (category, vat_rate, name) => {
    expect(rateFor(line(category, vat_rate), rates).name).toBe(name)
  })

  test('a rate that is called as the shop calls its own comes first', () => {
    expect(rateFor(line('S', 21, '21% Horeca '), rates).name).toBe('21% horeca')
    expect(rateFor(line('S', 9, '21% horeca'), rates).name).toBe('9% btw')
  })

  test.each([
    ['S', 6, '6 % VAT'],
    ['M', 0, 'the margin scheme'],
  ] as const)('without a rate for %s at %d %% it says so', (category, vat_rate, words) => {
    expect(() => rateFor(line(category, vat_rate), rates)).toThrow(
      `Moneybird has no active tax rate for ${words}.`,
    )
  })
})

describe('SnelStart', () => {
  const known = {
    rates: [
      { kind: 'Laag', rate: 6, from: '2001-01-01', until: '2018-12-31' },
      { kind: 'Laag', rate: 9, from: '2019-01-01', until: null },
      { kind: 'Hoog', rate: 21, from: null, until: null },
      { kind: 'Overig', rate: 12, from: null, until: null },
    ],
    ledgers: [
      'VerkopenOmzetHoog',
      'VerkopenOmzetLaag',
      'VerkopenOmzetOverig',
      'VerkopenOmzetOnbelastVerlegd',
      'DienstverleningBinnenEU',
      'VerkopenExportBuitenEU',
    ].map((purpose, i) => ({ id: purpose, number: 8000 + i, purpose })),
  } satisfies Parameters<typeof bookingFields>[1]

  const booked = (category: SalesVat['category'], vat_rate = 0, date = '2026-03-27') => {
    const group = { category, vat_rate, base_cents: 10_000, vat_cents: vat_rate * 100 }
    const document = { number: 'INV-1', date, due_date: null, lines: [], vat: [group] }
    const total_cents = group.base_cents + group.vat_cents
    const { boekingsregels, btw } = bookingFields(
      { ...document, subtotal_cents: group.base_cents, total_cents },
      known,
    )
    return [boekingsregels[0]?.grootboek.id, boekingsregels[0]?.btwSoort, btw[0]?.btwSoort]
  }

  test.each([
    ['S', 21, ['VerkopenOmzetHoog', 'Hoog', 'VerkopenHoog']],
    ['S', 9, ['VerkopenOmzetLaag', 'Laag', 'VerkopenLaag']],
    ['S', 12, ['VerkopenOmzetOverig', 'Overig', 'VerkopenOverig']],
    ['AE', 0, ['VerkopenOmzetOnbelastVerlegd', 'Geen', 'VerkopenVerlegd']],
    ['K', 0, ['DienstverleningBinnenEU', 'Geen', undefined]],
    ['G', 0, ['VerkopenExportBuitenEU', 'Geen', undefined]],
  ] as const)('%s at %d %% goes where it belongs', (category, vat_rate, place) => {
    expect(booked(category, vat_rate)).toEqual(place)
  })

  test('the day decides what a rate is called', () => {
    expect(booked('S', 6, '2018-12-31')[2]).toBe('VerkopenLaag')
    expect(() => booked('S', 6)).toThrow('SnelStart has no rate for 6 % VAT on 2026-03-27.')
    expect(() => booked('E')).toThrow('no ledger account for exempt from VAT (VerkopenBtwVrij).')
  })

  test.each([
    [[{ errorCode: 'REL-0005', message: 'jane@example.com is ongeldig' }], 'REL-0005.'],
    [{ modelState: { 'relatie.naam': ['Jane is te lang'] } }, 'relatie.naam.'],
    [{ Message: 'The request is invalid.' }, 'The request is invalid.'],
    [{ message: 'Access denied.' }, 'Access denied.'],
    ['what', undefined],
  ])('of %j it tells what names nobody', (body, sentence) => {
    expect(sentenceOf(body)).toBe(sentence)
  })
})
