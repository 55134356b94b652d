import fc from 'fast-check'
import type { Json } from '../harness/client.ts'

type Owner = { query(sql: string, values?: unknown[]): Promise<{ rows: Json[] }> }

interface AnyLine {
  milli: number
  price_cents: number
  /** Percent. */
  rate: number
  category: string
  discount_e2: number
}

/** An invoice in whole numbers: thousandths, cents, percent, hundredths of a percent. */
export interface AnyInvoice {
  prices_include_vat: boolean
  discount_e2: number
  lines: AnyLine[]
}

const anyLine = fc.record({
  milli: fc.oneof(
    fc.integer({ min: 1, max: 5 }).map((n) => n * 1000),
    fc.integer({ min: 1, max: 9999 }),
  ),
  price_cents: fc.integer({ min: 0, max: 200_000 }),
  rate: fc.constantFrom(21, 21, 9, 0),
  category: fc.constantFrom('S', 'S', 'S', 'M', 'E'),
  discount_e2: fc.constantFrom(0, 0, 1000, 3333),
})

export const anyInvoice: fc.Arbitrary<AnyInvoice> = fc.record({
  prices_include_vat: fc.boolean(),
  discount_e2: fc.constantFrom(0, 0, 500, 1234, 10_000),
  lines: fc.array(anyLine, { minLength: 1, maxLength: 4 }),
})
/** Who sells and buys, and what the invoice is of, beside its sums. */
export interface Around {
  buyer?: object
  seller?: object
  work_order_id?: number
}

const round = (dividend: number, divisor: number) =>
  Math.floor((2 * dividend + divisor) / (2 * divisor))

const groupOf = ({ rate, category }: AnyLine) => {
  if (category === 'S' && rate > 0) return { category, vat_rate: rate }
  return { category: category === 'S' ? 'Z' : category, vat_rate: 0 }
}

/** The sums of an invoice with discounts and prices incl. VAT, by arithmetic of their own. */
export function summed({ lines, prices_include_vat, discount_e2 }: AnyInvoice) {
  const priced = lines.map((line) => {
    const gross = round(line.milli * line.price_cents, 1000)
    const total = gross - round(gross * line.discount_e2, 10_000)
    const kept = total - round(total * discount_e2, 10_000)
    const group = groupOf(line)
    const excl = (cents: number) =>
      prices_include_vat ? cents - round(cents * group.vat_rate, 100 + group.vat_rate) : cents
    return { line, group, kept, total_excl_cents: excl(total), net_cents: excl(kept) }
  })
  const keys = [...new Set(priced.map(({ group }) => `${group.category} ${group.vat_rate}`))]
  const vat_breakdown = keys.map((key) => {
    const own = priced.filter(({ group }) => `${group.category} ${group.vat_rate}` === key)
    const { group } = own[0] as (typeof priced)[number]
    const sum = (of: (line: (typeof priced)[number]) => number) =>
      own.reduce((total, line) => total + of(line), 0)
    const net = sum(({ net_cents }) => net_cents)
    const incl = sum(({ kept }) => kept)
    const vat_cents = prices_include_vat
      ? round(incl * group.vat_rate, 100 + group.vat_rate)
      : round(net * group.vat_rate, 100)
    // Where prices include VAT, the last line takes the cent that rounding left.
    const last = own.at(-1) as (typeof priced)[number]
    if (prices_include_vat) last.net_cents += incl - vat_cents - net
    return { ...group, base_cents: prices_include_vat ? incl - vat_cents : net, vat_cents }
  })
  return { priced, vat_breakdown }
}

/** The lines of an invoice as their table keeps them, numbered from 1. */
export const keptLines = (given: AnyInvoice) =>
  summed(given).priced.map(({ line, group, total_excl_cents, net_cents }, index) => ({
    id: index + 1,
    position: index + 1,
    description: `Part ${index + 1}`,
    product_id: null,
    tax_rate_id: null,
    quantity: (line.milli / 1000).toFixed(3),
    unit_price: (line.price_cents / 100).toFixed(4),
    vat_rate: String(line.rate),
    category: group.category,
    discount_pct: (line.discount_e2 / 100).toFixed(2),
    total_excl_cents,
    net_cents,
  }))

/** Writes an issued invoice as it is kept, straight into the tables. */
export async function storeInvoice(
  owner: Owner,
  { tenant_id, customer_id }: { tenant_id: number; customer_id: number },
  given: AnyInvoice,
  { buyer = { name: 'Jane Smith', country: 'NL' }, seller, work_order_id }: Around = {},
): Promise<number> {
  const { vat_breakdown } = summed(given)
  const lines = keptLines(given)
  const sum = (key: 'base_cents' | 'vat_cents') =>
    vat_breakdown.reduce((total, group) => total + group[key], 0)
  const subtotal = sum('base_cents')
  const before = lines.reduce((total, { total_excl_cents }) => total + total_excl_cents, 0)
  await owner.query(`select set_config('app.tenant_id', '${tenant_id}', false)`)
  const { rows } = await owner.query(
    `insert into invoices (tenant_id, customer_id, invoice_number, status, invoice_date, due_date, issued_at,
       prices_include_vat, discount_pct, discount_cents, subtotal_cents, vat_cents, total_cents, vat_breakdown, buyer, seller, work_order_id)
     values ($1, $2, 'INV-' || gen_random_uuid(), 'sent', '2026-03-27', '2099-01-01', now(),
       $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id::int`,
    [
      tenant_id,
      customer_id,
      given.prices_include_vat,
      given.discount_e2 / 100,
      before - subtotal,
      subtotal,
      sum('vat_cents'),
      subtotal + sum('vat_cents'),
      JSON.stringify(vat_breakdown),
      JSON.stringify(buyer),
      seller ? JSON.stringify(seller) : null,
      work_order_id ?? null,
    ],
  )
  const invoice_id = rows[0].id
  for (const { id: _, product_id: __, tax_rate_id: ___, ...line } of lines) {
    const row = { tenant_id, invoice_id, ...line }
    const places = Object.keys(row).map((_, index) => `$${index + 1}`)
    await owner.query(
      `insert into invoice_lines (${Object.keys(row).join()}) values (${places.join()})`,
      Object.values(row),
    )
  }
  return invoice_id
}
