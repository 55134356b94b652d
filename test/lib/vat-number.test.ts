import { describe, expect, test } from 'vitest'
import { parseVatNumber } from '../../src/lib/vat-number.ts'

test.each([
  ['NL123456789B01', undefined, 'NL', '123456789B01'],
  [' nl 1234.56.789.b01 ', undefined, 'NL', '123456789B01'],
  ['123456789B01', 'nl', 'NL', '123456789B01'],
  ['NL123456789B01', 'NL', 'NL', '123456789B01'],
  ['GR123456789', undefined, 'EL', '123456789'],
  ['EL123456789', 'GR', 'EL', '123456789'],
  ['XI123456789', undefined, 'XI', '123456789'],
  ['XIGD001', undefined, 'XI', 'GD001'],
  ['BE 0123.456.789', undefined, 'BE', '0123456789'],
  ['ATU12345678', undefined, 'AT', 'U12345678'],
  ['IE1A23456B', undefined, 'IE', '1A23456B'],
  ['SE123456789001', undefined, 'SE', '123456789001'],
  ['ESX1234567L', undefined, 'ES', 'X1234567L'],
  // Letters of its own, that are no country here.
  ['BE999999999', 'FR', 'FR', 'BE999999999'],
])('%s of %s', (text, country, code, body) => {
  expect(parseVatNumber(text, country)).toEqual({ country_code: code, body })
})

describe('is refused', () => {
  test.each([
    ['', undefined, 'country_unknown'],
    ['123456789B01', undefined, 'country_unknown'],
    ['US123456789', undefined, 'country_unknown'],
    ['GB123456789', undefined, 'country_unknown'],
    ['NL123456789B01', 'US', 'country_unknown'],
    ['NL123456789B01', 'BE', 'country_contradicts'],
    ['CZ123456789', 'FR', 'country_contradicts'],
    ['NL123456789', undefined, 'malformed'],
    ['NL123456789A01', undefined, 'malformed'],
    ['NL', undefined, 'malformed'],
    ['toString', undefined, 'country_unknown'],
    ['123456789', 'NL', 'malformed'],
    ['DE12345678', undefined, 'malformed'],
    ['SE123456789002', undefined, 'malformed'],
  ])('%s of %s: %s', (text, country, problem) => {
    expect(parseVatNumber(text, country)).toBe(problem)
  })
})
