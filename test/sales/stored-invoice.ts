import fc from 'fast-check'
import type { Json } from '../harness/client.ts'

type Owner = { query(sql: string, values?: unknown[]): Promise<{ rows: Json[] }> }

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

/** An invoice in whole numbers: thousandths, cents, percent, hundredths of a percent. */
export const anyInvoice = fc.record({
  prices_include_vat: fc.boolean(),
  discount_e2: fc.constantFrom(0, 0, 500, 1234, 10_000),
  lines: fc.array(anyLine, { minLength: 1, maxLength: 4 }),
})
export type AnyInvoice = typeof anyInvoice extends fc.Arbitrary<infer T> ? T : never
type AnyLine = AnyInvoice['lines'][number]

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

/** Writes an issued invoice as it is kept, straight into the tables. */
export async function storeInvoice(
  owner: Owner,
  { tenant_id, customer_id }: { tenant_id: number; customer_id: number },
  given: AnyInvoice,
): Promise<number> {
  const { priced, vat_breakdown } = summed(given)
  const sum = (key: 'base_cents' | 'vat_cents') =>
    vat_breakdown.reduce((total, group) => total + group[key], 0)
  const subtotal = sum('base_cents')
  const before = priced.reduce((total, { total_excl_cents }) => total + total_excl_cents, 0)
  await owner.query(`select set_config('app.tenant_id', '${tenant_id}', false)`)
  const { rows } = await owner.query(
    `insert into invoices (tenant_id, customer_id, invoice_number, status, invoice_date, due_date, issued_at,
       prices_include_vat, discount_pct, discount_cents, subtotal_cents, vat_cents, total_cents, vat_breakdown, buyer)
     values ($1, $2, 'INV-' || gen_random_uuid(), 'sent', '2026-03-27', '2099-01-01', now(),
       $3, $4, $5, $6, $7, $8, $9, '{"name": "Jane Smith", "country": "NL"}') returning id::int`,
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
    ],
  )
  const invoice_id = rows[0].id
  for (const [index, { line, group, total_excl_cents, net_cents }] of priced.entries()) {
    await owner.query(
      `insert into invoice_lines (tenant_id, invoice_id, position, description, quantity, unit_price,
         vat_rate, category, discount_pct, total_excl_cents, net_cents)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        tenant_id,
        invoice_id,
        index + 1,
        `Part ${index + 1}`,
        line.milli / 1000,
        line.price_cents / 100,
        line.rate,
        group.category,
        line.discount_e2 / 100,
        total_excl_cents,
        net_cents,
      ],
    )
  }
  return invoice_id
}
