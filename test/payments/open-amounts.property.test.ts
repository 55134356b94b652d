import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer, Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer } from '../sales/invoicing.ts'
import { roundCash } from './owing.ts'

const { shop, owner } = await startShops()
const { api } = shop
await roundCash(owner, shop.tenant_id)

/** A customer, whose repairs are billed and paid in any order. */
interface World {
  customer_id: number
  work_orders: number[]
}

const anyStep = fc.record({
  pick: fc.nat(),
  cents: fc.integer({ min: 1, max: 40_000 }),
  method: fc.constantFrom('cash', 'pin', 'bank', 'ideal'),
  vat_rate: fc.constantFrom(21, 9, 0),
})
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never

const euros = (cents: number) => (cents / 100).toFixed(2)
const cents = (euros: number) => Math.round(euros * 100)
const nearest5 = (amount: number) => Math.round(amount / 5) * 5

const picked = <T>(all: T[], { pick }: Step): T | undefined => all[pick % all.length]

async function invoicesOf({ customer_id }: World, query = ''): Promise<Json[]> {
  const { body } = await api.get(`/invoices?customer_id=${customer_id}&per_page=100${query}`)
  return body.data
}

const someInvoice = async (world: World, step: Step) =>
  picked(await invoicesOf(world), step)?.id ?? 0

/** A draft; a new one when there is none. */
async function someDraft(world: World, step: Step): Promise<number> {
  const draft = picked(await invoicesOf(world, '&status=draft'), step)
  if (draft) return draft.id
  await addLine(world, step)
  return (await bill(world, step)).body.id ?? 0
}

const addLine = ({ work_orders }: World, step: Step) =>
  api.post(`/work-orders/${picked(work_orders, step)}/lines`, {
    description: 'Part',
    quantity: 1 + (step.pick % 3),
    unit_price: euros(step.cents),
    vat_rate: step.vat_rate,
  })

const bill = ({ work_orders }: World, step: Step) =>
  api.post(`/work-orders/${picked(work_orders, step)}/invoice`)

async function somePayment(world: World, step: Step): Promise<Json> {
  const invoice = picked(
    (await invoicesOf(world)).filter(({ amount_paid }) => amount_paid > 0),
    step,
  )
  if (!invoice) return { id: 0, amount: 0 }
  const { body } = await api.get(`/payments?invoice_id=${invoice.id}`)
  return picked(body.data, step)
}

const creditable = async (world: World, step: Step): Promise<Json> => {
  const issued = (await invoicesOf(world)).filter(({ issued_at }) => issued_at !== null)
  const invoice = picked(issued, step)
  return invoice ? (await api.get(`/invoices/${invoice.id}`)).body : { id: 0, lines: [] }
}

async function someNote({ customer_id }: World, step: Step): Promise<number> {
  const { body } = await api.get(`/credit-notes?status=open&customer_id=${customer_id}`)
  return picked(body.data as Json[], step)?.id ?? 0
}

/** What can happen to the money of a customer; a 404 or a 422 is an answer too. */
const commands: Record<string, (world: World, step: Step) => Promise<Answer>> = {
  addLine,
  bill,
  deposit: (world, step) =>
    api.post(`/work-orders/${picked(world.work_orders, step)}/deposit`, {
      amount: euros(Math.ceil(step.cents / 4)),
      vat_rate: step.vat_rate,
      ...(step.pick % 2 && { method: step.method }),
    }),
  editDraft: async (world, step) =>
    api.put(`/invoices/${await someDraft(world, step)}`, {
      lines: [
        { description: 'Agreed', unit_price: euros(3 * step.cents), vat_rate: step.vat_rate },
      ],
    }),
  issue: async (world, step) => api.post(`/invoices/${await someDraft(world, step)}/issue`),
  cancelDraft: async (world, step) => api.post(`/invoices/${await someDraft(world, step)}/cancel`),
  payAll: async (world, step) => {
    const open = await invoicesOf(world, '&status=sent')
    const { id, amount_due } = picked(open, step) ?? { id: 0, amount_due: 1 }
    const due = cents(amount_due)
    const amount = step.method === 'cash' ? nearest5(due) || due : due
    return api.post(`/invoices/${id}/payments`, { amount: euros(amount), method: step.method })
  },
  payPart: async (world, step) =>
    api.post(`/invoices/${await someInvoice(world, step)}/payments`, {
      amount: euros(step.cents),
      method: step.method,
    }),
  spread: ({ customer_id }, { cents, method }) =>
    api.post('/payments', { customer_id, amount: euros(2 * cents), method }),
  refundAll: async (world, step) =>
    api.post(`/payments/${(await somePayment(world, step)).id}/refund`),
  refundPart: async (world, step) =>
    api.post(`/payments/${(await somePayment(world, step)).id}/refund`, {
      amount: euros(1 + (step.cents % 2000)),
    }),
  creditAll: async (world, step) => {
    const { id } = await creditable(world, step)
    return api.post('/credit-notes', { invoice_id: id, reason: 'All of it', full: true })
  },
  creditLine: async (world, step) => {
    const { id, lines } = await creditable(world, step)
    const line = { invoice_line_id: picked(lines as Json[], step)?.id ?? 1, qty: 1 }
    return api.post('/credit-notes', { invoice_id: id, reason: 'A part', lines: [line] })
  },
  applyCredit: async (world, step) =>
    api.post(`/credit-notes/${await someNote(world, step)}/apply`),
  voidCredit: async (world, step) => api.delete(`/credit-notes/${await someNote(world, step)}`),
  cancel: async (world, step) => api.post(`/invoices/${await someInvoice(world, step)}/cancel`),
}

/** Sentences that must find no row. */
const never: Record<string, string> = {
  'open is total less credits and payments, and not below zero': `
    select from invoices i where customer_id = $1 and (due_cents < 0 or due_cents <> total_cents - credited_cents - (
      select coalesce(sum(amount_cents + rounding_cents - unapplied_cents - refunded_cents), 0)
      from payments p where p.invoice_id = i.id and p.paid_at is not null))`,
  'credits are those that were applied': `
    select from invoices i where customer_id = $1 and credited_cents <> (
      select coalesce(sum(total_cents), 0) from credit_notes c where c.invoice_id = i.id and c.status = 'applied')`,
  'credits never exceed the invoice, per line and in all': `
    select from invoices i where customer_id = $1 and total_cents > 0 and (
      total_cents < (select coalesce(sum(total_cents), 0) from credit_notes c where c.invoice_id = i.id and c.status <> 'voided')
      or exists (select from invoice_lines l where l.invoice_id = i.id and l.net_cents >= 0 and l.net_cents < (
        select coalesce(sum(k.net_cents), 0) from credit_note_lines k join credit_notes c on c.id = k.credit_note_id
        where k.invoice_line_id = l.id and c.status <> 'voided')))`,
  'an issued invoice is paid when nothing is open, and only then': `
    select from invoices where customer_id = $1 and status in ('sent', 'paid')
      and ((status = 'paid') <> (due_cents = 0) or (status = 'paid') <> (paid_at is not null))`,
  'what was given back of a payment is the sum of its refunds': `
    select from payments p join invoices i on i.id = p.invoice_id where customer_id = $1 and refunded_cents <> (
      select coalesce(sum(amount_cents), 0) from refunds r where r.payment_id = p.id and r.status <> 'failed')`,
  'the sums of an invoice are those of its lines': `
    select from invoices i where customer_id = $1 and (total_cents <> subtotal_cents + vat_cents
      or subtotal_cents <> (select coalesce(sum(net_cents), 0) from invoice_lines l where l.invoice_id = i.id)
        and status <> 'cancelled'
      or vat_cents <> (select coalesce(sum((g ->> 'vat_cents')::bigint), 0) from jsonb_array_elements(vat_breakdown) g))`,
  'a deposit is deducted to the cent': `
    select from invoice_lines l join invoices i on i.id = l.invoice_id join invoices d on d.id = l.deposit_invoice_id
    where i.customer_id = $1 and (i.status = 'cancelled' or l.net_cents <> -d.subtotal_cents
      and not exists (select from credit_notes c where c.invoice_id = d.id))`,
}

async function check(world: World, done: string) {
  const broken = Object.entries(never).map(
    ([sentence, query]) => `select '${sentence}' as sentence where exists (${query})`,
  )
  const { rows } = await owner.query(broken.join(' union all '), [world.customer_id])
  expect(rows, `after ${done}`).toEqual([])
}

const runs = 6
const length = 30

test('total less credits less payments is what is open, whatever happens', async () => {
  let done = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...Object.keys(commands)), anyStep), {
        minLength: length,
        maxLength: length,
      }),
      async (steps) => {
        const customer_id = await newCustomer(api)
        const world: World = { customer_id, work_orders: [] }
        for (let n = 0; n < 2; n++) {
          const { body } = await api.post('/work-orders', { customer_id, problem_description: 'A' })
          world.work_orders.push(body.id)
        }
        for (const [name, step] of steps) {
          const answer = await commands[name]?.(world, step)
          expect([200, 201, 204, 404, 422], JSON.stringify(answer?.body)).toContain(answer?.status)
          if (answer && answer.status < 300) done += 1
          await check(world, name)
        }
        const { body: statement } = await api.get(`/customers/${customer_id}/statement`)
        const { body: customer } = await api.get(`/customers/${customer_id}`)
        expect(statement.closing_balance).toBe(customer.balance)
      },
    ),
    { numRuns: runs },
  )
  // A third at least was not refused.
  expect(done).toBeGreaterThan((runs * length) / 3)
}, 180_000)
