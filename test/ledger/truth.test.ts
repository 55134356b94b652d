import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { newIssued } from '../sales/invoicing.ts'
import { newPart } from '../warehouse/selling.ts'
import { truth } from './truth.ts'

const { shop, owner } = await startShops()
await newIssued(shop.api)
await newPart(shop.api, 3)

/** What is broken, by what (`1` to break, `-1` to mend), and the rules that tell. */
const faults: [string, (by: 1 | -1) => string, string[]][] = [
  [
    'a line of a sealed entry',
    (by) => `update journal_lines set debit_cents = debit_cents + ${by} where role = 'debtors'`,
    [
      'an entry has two lines at least, as much debit as credit, each on one side',
      'balances are the sums of lines by account and month',
      'debtors are the open items',
      'what is posted of a document is what it says',
    ],
  ],
  [
    'a kept balance',
    (by) =>
      `update ledger_balances set credit_cents = credit_cents + ${by} where credit_cents > 1000`,
    ['balances are the sums of lines by account and month'],
  ],
  [
    'a kept box',
    (by) => `update btw_boxes set vat_cents = vat_cents + ${by}`,
    [
      'boxes are the sums of lines by period and box',
      'boxes of all periods are what the documents say',
      'what is moved on a VAT account in a period stands in its box',
    ],
  ],
  [
    'what a product is worth',
    (by) => `update products set stock_value_cents = stock_value_cents + ${by}`,
    ['stock is what products are worth'],
  ],
  [
    'the VAT of an invoice',
    (by) => `
      update invoices set vat_breakdown = jsonb_set(vat_breakdown, '{0,vat_cents}',
        to_jsonb((vat_breakdown -> 0 ->> 'vat_cents')::int + ${by}))`,
    [
      'boxes of all periods are what the documents say',
      'what is posted of a document is what it says',
    ],
  ],
  [
    'the day of an entry',
    (by) =>
      `update journal_entries set entry_date = entry_date + ${by * 400} where source = 'invoice'`,
    [
      'an entry lies in its period',
      'lines carry the day of their entry',
      'the first entry of a document stands on its own day, unless that was closed',
    ],
  ],
  [
    'a number',
    (by) => `
      update journal_entries set entry_number = left(entry_number, 8) || lpad((right(entry_number, 4)::int + ${by})::text, 4, '0')
      where source = 'stock_movement'`,
    ['entries are numbered without a gap'],
  ],
]

test.each(faults)('it tells that %s is wrong, and no more than that', async (_, alter, told) => {
  const change = async (by: 1 | -1) => {
    const client = await owner.connect()
    await client.query('set session_replication_role = replica')
    await client.query(alter(by))
    await client.query('set session_replication_role = origin')
    client.release()
  }
  expect(await truth(owner, shop.tenant_id)).toEqual([])
  await change(1)
  const rules = (await truth(owner, shop.tenant_id)).map(({ rule }) => rule)
  expect(new Set(rules)).toEqual(new Set(told))
  await change(-1)
  expect(await truth(owner, shop.tenant_id)).toEqual([])
})
