import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newIssued, screen } from '../sales/invoicing.ts'
import { linesOf } from './reporting.ts'

const { shop, other, owner } = await startShops()
const { tenant_id, api } = shop

const one = async (text: string, values: unknown[] = []) =>
  Number((await owner.query(`insert into ${text} returning id`, values)).rows[0].id)

/** A booked invoice of a supplier, of that net amount with 21 % VAT; in cents. */
async function booked(supplier_id: number, number: string, [date, due]: string[], cents: number) {
  const vat = Math.round(cents * 0.21)
  const id = await one(
    `purchase_invoices (tenant_id, supplier_id, invoice_number, invoice_date, due_date, subtotal_cents, vat_cents, total_cents)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tenant_id, supplier_id, number, date, due, cents, vat, cents + vat],
  )
  await one(
    `purchase_invoice_lines (tenant_id, purchase_invoice_id, position, description, account_id, unit_price, net_cents, vat_cents)
     select $1::bigint, $2, 1, 'Rent', id, $3::bigint / 100.0, $3, $4 from gl_accounts where tenant_id = $1 and code = '4100'`,
    [tenant_id, id, cents, vat],
  )
  await owner.query(
    `update purchase_invoices set status = 'booked', booked_at = now() where id = $1`,
    [id],
  )
  return id
}

const supplierOf = (name: string) =>
  one('suppliers (tenant_id, name) values ($1, $2)', [tenant_id, name])

test('what the shop owes is the creditors account, on any day', async () => {
  const [parts, landlord] = [await supplierOf('Parts B.V.'), await supplierOf('Landlord')]
  const rent = await booked(landlord, 'R-1', ['2026-01-05', '2026-01-19'], 100_000)
  await booked(landlord, 'R-2', ['2026-04-05', '2026-04-19'], 100_000)
  await booked(parts, 'P-1', ['2026-02-10', '2026-03-12'], 20_000)
  await booked(parts, 'P-2', ['2026-03-20', '2026-03-20'], -5_000)
  await one(
    `purchase_payments (tenant_id, purchase_invoice_id, amount_cents, method, paid_on) values ($1, $2, 80000, 'bank', '2026-03-01')`,
    [tenant_id, rent],
  )
  const lines = await linesOf(owner, tenant_id)
  const aged = async (date: string): Promise<Json> =>
    (await api.get(`/reports/aged-payables?date=${date}`)).body
  for (const date of ['2026-01-04', '2026-02-28', '2026-03-01', '2026-03-31', '2026-06-30']) {
    const creditors = lines.filter((line) => line.role === 'creditors' && line.date <= date)
    const owed = -creditors.reduce((sum, { cents }) => sum + cents, 0) || 0
    expect(Math.round((await aged(date)).totals.total * 100)).toBe(owed)
  }
  const none = { current: 0, days_1_30: 0, days_31_60: 0, days_61_90: 0, over_90: 0, credits: 0 }
  expect(await aged('2026-03-31')).toEqual({
    date: '2026-03-31',
    rows: [
      { ...none, supplier_id: landlord, name: 'Landlord', days_61_90: 410, total: 410 },
      {
        ...none,
        supplier_id: parts,
        name: 'Parts B.V.',
        days_1_30: 242,
        credits: -60.5,
        total: 181.5,
      },
    ],
    totals: { ...none, days_1_30: 242, days_61_90: 410, credits: -60.5, total: 591.5 },
  })
  expect((await other.api.get('/reports/aged-payables')).body.rows).toEqual([])
})

test('what is written off is owed no more from that day on', async () => {
  const { id } = await newIssued(api, {
    invoice_date: '2026-01-15',
    lines: [{ ...screen, unit_price: 100 }],
  })
  await one(
    `write_offs (tenant_id, invoice_id, amount_cents, written_off_on, reason) values ($1, $2, 12100, '2026-05-20', 'Bankrupt')`,
    [tenant_id, id],
  )
  const total = async (date: string) =>
    (await api.get(`/reports/aged-receivables?date=${date}`)).body.totals
  expect(await total('2026-05-19')).toMatchObject({ over_90: 121, total: 121 })
  expect(await total('2026-05-20')).toMatchObject({ over_90: 0, total: 0 })
})
