import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer } from './invoicing.ts'
import { type AnyInvoice, anyInvoice, storeInvoice } from './stored-invoice.ts'

const { shop, owner } = await startShops()
const customer_id = await newCustomer(shop.api)

/** How an invoice is taken back: which line next, how much of what is left of it, at what price. */
const anyStep = fc.record({
  line: fc.nat(9),
  /** Thousandths of the quantity that is left. */
  part: fc.integer({ min: 1, max: 1000 }),
  /** Percent of the price. */
  price: fc.constantFrom(100, 100, 100, 100, 60),
  fate: fc.constantFrom('apply', 'apply', 'apply', 'void', 'leave'),
  second: fc.boolean(),
})
interface Step {
  line: number
  part: number
  price: number
  fate: string
  second: boolean
}

async function sums(invoice_id: number): Promise<Json> {
  const { rows } = await owner.query(
    `select i.total_cents::int as total, i.credited_cents::int as credited, i.due_cents::int as due,
       coalesce((select sum(n.total_cents) from credit_notes n
         where n.invoice_id = i.id and n.status <> 'voided'), 0)::int as notes,
       (select count(*) from invoice_lines l where l.invoice_id = i.id and (
         l.quantity < (select coalesce(sum(c.quantity), 0) from credit_note_lines c
           join credit_notes n on n.id = c.credit_note_id and n.status <> 'voided'
           where c.invoice_line_id = l.id)
         or l.net_cents < (select coalesce(sum(c.net_cents), 0) from credit_note_lines c
           join credit_notes n on n.id = c.credit_note_id and n.status <> 'voided'
           where c.invoice_line_id = l.id)))::int as exceeded,
       (select count(*) from credit_notes n where n.invoice_id = i.id
         and (n.total_cents < 0 or n.subtotal_cents <> (select coalesce(sum(net_cents), 0)
           from credit_note_lines c where c.credit_note_id = n.id)))::int as crooked
     from invoices i where i.id = $1`,
    [invoice_id],
  )
  return rows[0]
}

async function take(invoice_id: number, lines: Json[], steps: Step[]) {
  const left = new Map<number, number>(lines.map(({ id, qty }) => [id, Math.round(qty * 1000)]))
  const asked = (index: number, { part, price }: Step) => {
    const line = lines[index % lines.length]
    const all = left.get(line.id) ?? 0
    const milli = Math.max(1, Math.floor((all * part) / 1000))
    if (all === 0) return []
    left.set(line.id, all - milli)
    const unit_price = ((line.unit_price * price) / 100).toFixed(4)
    return [{ invoice_line_id: line.id, qty: (milli / 1000).toFixed(3), unit_price, milli }]
  }
  for (const step of steps) {
    const chosen = [...asked(step.line, step), ...(step.second ? asked(step.line + 1, step) : [])]
    if (chosen.length === 0) continue
    const credit = chosen.map(({ milli: _, ...line }) => line)
    const { status, body } = await shop.api.post('/credit-notes', {
      invoice_id,
      reason: 'Part',
      lines: credit,
    })
    expect(status, JSON.stringify(body)).toBe(201)
    if (step.fate === 'apply') await shop.api.post(`/credit-notes/${body.id}/apply`)
    if (step.fate !== 'void') continue
    await shop.api.delete(`/credit-notes/${body.id}`)
    for (const line of chosen) {
      left.set(line.invoice_line_id, (left.get(line.invoice_line_id) ?? 0) + line.milli)
    }
  }
  return left
}

async function applyAll(invoice_id: number) {
  const { body } = await shop.api.get(
    `/credit-notes?status=open&invoice_id=${invoice_id}&per_page=100`,
  )
  for (const { id } of body.data) {
    expect((await shop.api.post(`/credit-notes/${id}/apply`)).status).toBe(200)
  }
}

const issue = async (given: AnyInvoice) => {
  const id = await storeInvoice(owner, { tenant_id: shop.tenant_id, customer_id }, given)
  const { body } = await shop.api.get(`/invoices/${id}`)
  return { id, lines: body.lines as Json[] }
}

test('any order of partial credits, and the rest, end at 0.00 open', async () => {
  await fc.assert(
    fc.asyncProperty(anyInvoice, fc.array(anyStep, { maxLength: 6 }), async (given, steps) => {
      const { id, lines } = await issue(given)
      await take(id, lines, steps)
      const between = await sums(id)
      expect(between).toMatchObject({ exceeded: 0, crooked: 0 })
      expect(between.notes).toBeLessThanOrEqual(between.total)
      const rest = await shop.api.post('/credit-notes', {
        invoice_id: id,
        reason: 'Rest',
        full: true,
      })
      expect([201, 422]).toContain(rest.status)
      if (rest.status === 422) expect(rest.body.code).toBe('nothing_to_credit')
      await applyAll(id)
      const end = await sums(id)
      expect(end).toMatchObject({ due: 0, exceeded: 0, crooked: 0 })
      expect(end.credited).toBe(end.total)
      expect(end.notes).toBe(end.total)
    }),
    { numRuns: 12 },
  )
})

test('parts at the price of the invoice leave nothing, without asking for the rest', async () => {
  await fc.assert(
    fc.asyncProperty(anyInvoice, fc.array(fc.nat(1000), { maxLength: 4 }), async (given, parts) => {
      const { id, lines } = await issue(given)
      const steps = parts.map((part, line) => ({
        line,
        part: Math.max(part, 1),
        price: 100,
        fate: 'apply',
        second: true,
      }))
      const left = await take(id, lines, steps)
      for (const [invoice_line_id, milli] of left) {
        if (milli === 0) continue
        const { status } = await shop.api.post('/credit-notes', {
          invoice_id: id,
          reason: 'Last part',
          lines: [{ invoice_line_id, qty: (milli / 1000).toFixed(3) }],
        })
        expect(status).toBe(201)
      }
      await applyAll(id)
      expect(await sums(id)).toMatchObject({ due: 0, exceeded: 0, crooked: 0 })
    }),
    { numRuns: 8 },
  )
})

test('100.00 including 21 % is credited as 82.64 + 17.36, and its twin as what remains', async () => {
  const { id, lines } = await issue({
    prices_include_vat: true,
    discount_e2: 0,
    lines: [{ milli: 2000, price_cents: 10_000, rate: 21, category: 'S', discount_e2: 0 }],
  })
  const half = { invoice_id: id, reason: 'Half', lines: [{ invoice_line_id: lines[0].id, qty: 1 }] }
  const first = await shop.api.post('/credit-notes', half)
  expect(first.body).toMatchObject({ subtotal: -82.64, vat_total: -17.36, total: -100 })
  const second = await shop.api.post('/credit-notes', half)
  expect(second.body).toMatchObject({ subtotal: -82.65, vat_total: -17.35, total: -100 })
})
