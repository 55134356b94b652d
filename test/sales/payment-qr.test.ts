import { describe, expect, test } from 'vitest'
import { transferPayload, transferQr } from '../../src/domain/sales/documents/payment-qr.ts'

describe('the payment code', () => {
  const transfer = {
    name: 'Reparatiehuis B.V.',
    iban: 'NL91 ABNA 0417 1643 00',
    bic: null,
    amount_cents: 12100,
    reference: 'Factuur 2026-0001',
  }

  test('follows EPC069-12', () => {
    expect(transferPayload(transfer)).toBe(
      'BCD\n002\n1\nSCT\n\nReparatiehuis B.V.\nNL91ABNA0417164300\nEUR121.00\n\n\nFactuur 2026-0001',
    )
  })

  test('keeps every field on its line and within its length', () => {
    const fields = transferPayload({
      ...transfer,
      name: `Van der\r\nMeulen ${'x'.repeat(90)}`,
      bic: 'abna nl2a',
      reference: 'R'.repeat(200),
    })?.split('\n')
    expect(fields).toHaveLength(11)
    expect(fields?.[4]).toBe('ABNANL2A')
    expect(fields?.[5]).toMatch(/^Van der Meulen x{55}$/)
    expect(fields?.[10]).toBe('R'.repeat(140))
  })

  test.each([
    { amount_cents: 0 },
    { amount_cents: -100 },
    { amount_cents: 999_999_999_99 + 1 },
    { iban: '' },
    { iban: 'onbekend' },
    { name: 'Ж'.repeat(70), reference: 'Ж'.repeat(140) },
  ])('is absent when it cannot be right: %#', (change) => {
    expect(transferPayload({ ...transfer, ...change })).toBeUndefined()
    expect(transferQr({ ...transfer, ...change })).toBeUndefined()
  })

  test('is a square of at most version 13', () => {
    const modules = transferQr({ ...transfer, reference: 'é'.repeat(100) })
    expect(modules?.length).toBeLessThanOrEqual(69)
    expect(modules?.every((row) => row.length === modules.length)).toBe(true)
  })
})
