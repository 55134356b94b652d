import fc from 'fast-check'
import { test } from 'vitest'
import type { Creditable, InvoiceLine } from '../../src/domain/sales/credit-left.ts'
import { creditOf } from '../../src/domain/sales/credit-lines.ts'
import type { EInvoice } from '../../src/domain/sales/einvoice/e-invoice.ts'
import { profiles } from '../../src/domain/sales/einvoice/e-invoice.ts'
import { ublOf } from '../../src/domain/sales/einvoice/ubl.ts'
import { business, repairShop } from './e-invoicing.ts'
import { type AnyInvoice, anyInvoice, keptLines, summed } from './stored-invoice.ts'
import { expectSound } from './ubl-rules.ts'

const around = {
  number: 'INV-2026-0001',
  issue_date: '2026-03-27',
  due_date: '2026-04-10',
  delivery_date: '2026-03-26',
  note: null,
  buyer_reference: 'WO-2026-0101',
  corrects: null,
  seller: repairShop,
  buyer: business,
  prepaid_cents: 0,
  rounding_cents: 0,
}

function creditable(given: AnyInvoice): Creditable & { lines: InvoiceLine[] } {
  return {
    prices_include_vat: given.prices_include_vat,
    vat_breakdown: summed(given).vat_breakdown,
    lines: keptLines(given) as InvoiceLine[],
    credited: { lines: [], vat_breakdown: [] },
  }
}

test('any invoice, and any credit of it, keeps the sums that EN 16931 asks', () => {
  fc.assert(
    fc.property(anyInvoice, fc.integer({ min: 1, max: 1000 }), (given, part) => {
      const invoice = creditable(given)
      const sumOf = (key: 'base_cents' | 'vat_cents') =>
        invoice.vat_breakdown.reduce((total, group) => total + group[key], 0)
      const subtotal_cents = sumOf('base_cents')
      const document: EInvoice = {
        ...around,
        ...invoice,
        kind: 'invoice',
        subtotal_cents,
        vat_cents: sumOf('vat_cents'),
        total_cents: subtotal_cents + sumOf('vat_cents'),
      }
      const milli = Math.ceil((Number(invoice.lines[0]?.quantity) * part).valueOf())
      const credit = creditOf(invoice, [{ invoice_line_id: 1, qty: (milli / 1000).toFixed(3) }])
      const note: EInvoice = {
        ...document,
        ...credit.totals,
        kind: 'credit_note',
        lines: credit.lines,
        corrects: { number: 'INV-2026-0001', date: '2026-03-27' },
      }
      for (const profile of profiles) {
        expectSound(ublOf(document, profile))
        expectSound(ublOf(note, profile))
      }
    }),
    { numRuns: 300 },
  )
})
