import { describe, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { billing } from './billing.ts'

const { shop, owner } = await startShops()
const { booked, boxesOf, closeUntil, line, newBill, book, postedFor } = billing(shop, owner)

// € 100.00 of paper; cents, as reckoned by hand.
const cases = [
  ['21 % charged', {}, { '4400': 10000, vat_5b: 2100, creditors: -12100 }, { '5b': 2100 }],
  [
    '9 % charged',
    { vat_rate: 9 },
    { '4400': 10000, vat_5b: 900, creditors: -10900 },
    { '5b': 900 },
  ],
  [
    'as printed, a cent off',
    { vat: 21.01 },
    { '4400': 10000, vat_5b: 2101, creditors: -12101 },
    { '5b': 2101 },
  ],
  [
    'reverse charge',
    { vat_treatment: 'reverse_charge' },
    { '4400': 10000, vat_5b: 2100, vat_2a: -2100, creditors: -10000 },
    { '2a turnover': 10000, '2a': 2100, '5b': 2100 },
  ],
  [
    'from elsewhere in the EU',
    { vat_treatment: 'intra_eu' },
    { '4400': 10000, vat_5b: 2100, vat_4b: -2100, creditors: -10000 },
    { '4b turnover': 10000, '4b': 2100, '5b': 2100 },
  ],
  [
    'imported',
    { vat_treatment: 'import' },
    { '4400': 10000, vat_5b: 2100, vat_4a: -2100, creditors: -10000 },
    { '4a turnover': 10000, '4a': 2100, '5b': 2100 },
  ],
  ['no VAT', { vat_treatment: 'none' }, { '4400': 10000, creditors: -10000 }, {}],
  [
    'a credit note',
    { quantity: -1 },
    { '4400': -10000, vat_5b: -2100, creditors: 12100 },
    { '5b': -2100 },
  ],
] as const

describe('VAT of a purchase', () => {
  test.each(cases)('%s', async (_, fields, postings, boxes) => {
    const { id } = await booked({ lines: [await line(100, fields)] })
    expect(await postedFor('purchase_invoice', id)).toEqual(postings)
    expect(await boxesOf('purchase_invoice', id)).toEqual(boxes)
  })

  test('is cost for a shop under the small-business scheme', async () => {
    await owner.query('update tenants set kor = true where id = $1', [shop.tenant_id])
    const charged = await booked({ lines: [await line(100)] })
    expect(await postedFor('purchase_invoice', charged.id)).toEqual({
      '4400': 12100,
      creditors: -12100,
    })
    expect(await boxesOf('purchase_invoice', charged.id)).toEqual({})
    const shifted = await booked({ lines: [await line(100, { vat_treatment: 'intra_eu' })] })
    expect(await postedFor('purchase_invoice', shifted.id)).toEqual({
      '4400': 12100,
      vat_4b: -2100,
      creditors: -10000,
    })
    await owner.query('update tenants set kor = false where id = $1', [shop.tenant_id])
  })
})

test('an invoice of a closed quarter is booked today, and counts as late', async () => {
  const bill = await newBill({ invoice_date: '2025-12-20', lines: [await line(100)] })
  await closeUntil('2025-12-31')
  await book(bill.id)
  const { rows } = await owner.query(
    `select entry_date = app.today() as today, document_date::text as day from journal_entries
     where source = 'purchase_invoice' and source_id = $1`,
    [bill.id],
  )
  expect(rows).toEqual([{ today: true, day: '2025-12-20' }])
})
