import type { Json } from '../harness/client.ts'
import { ago, type Command, keep, nth, type Step, type World, withOne } from './world.ts'

/** Tax code, and who buys at it. */
const trades = [
  ['standard', 'consumer'],
  ['reduced', 'consumer'],
  ['standard', 'NL'],
  ['zero', 'consumer'],
  ['exempt', 'consumer'],
  ['reverse_charge', 'NL'],
  ['intra_eu', 'DE'],
  ['export', 'CH'],
  ['margin', 'consumer'],
] as const

const methods = ['cash', 'pin', 'bank', 'ideal', 'card', 'other']

/** Work, goods at that code, and now and then something at another rate. */
function linesOf({ codes, products }: World, { which, other, quantity, amount, flag }: Step) {
  const [code] = nth(trades, which) ?? trades[0]
  const work = { description: 'Work', unit_price: amount, tax_rate_id: codes[code] }
  const goods = {
    description: 'Part',
    product_id: code === 'margin' ? products[2] : nth(products, other),
    qty: quantity,
    unit_price: 12.35,
    tax_rate_id: codes[code],
  }
  const extra = { description: 'Extra', unit_price: 0.99, vat_rate: other % 2 ? 9 : 13 }
  const isPlain = code === 'standard' || code === 'reduced'
  return flag && isPlain ? [work, goods, extra] : [work, goods]
}

async function invoiceOf(world: World, step: Step): Promise<Json | undefined> {
  const id = nth(world.made.invoices, step.which)
  return id === undefined ? undefined : (await world.api.get(`/invoices/${id}`)).body
}

const draft: Command = async (world, step) => {
  const [, buyer] = nth(trades, step.which) ?? trades[0]
  const answer = await world.api.post('/invoices', {
    customer_id: world.customers[buyer],
    invoice_date: ago(step.age),
    prices_include_vat: step.other % 3 === 0,
    ...(step.other % 4 === 0 && { discount_pct: 12.5 }),
    lines: linesOf(world, step),
  })
  return keep(world, 'drafts', answer)
}

const issue: Command = (world, step) =>
  withOne(world, 'drafts', step, async (id) => {
    const answer = await world.api.post(`/invoices/${id}/issue`, step.flag ? { late: true } : {})
    if (answer.status === 200) world.made.invoices.push(id)
    return answer
  })

export const salesCommands = {
  draft,
  issue,
  sell: async (world, step) => {
    const answer = await draft(world, step)
    if (answer?.status !== 201) return answer
    return issue(world, { ...step, which: world.made.drafts.length - 1 })
  },
  deposit: async (world, step) => {
    const path = `/work-orders/${nth(world.work_orders, step.which)}/deposit`
    const answer = await world.api.post(path, {
      amount: 20 + step.quantity,
      vat_rate: step.flag ? 21 : 9,
      ...(step.other % 2 && { method: nth(methods, step.other) }),
    })
    return keep(world, 'invoices', answer)
  },
  finalInvoice: async (world, step) => {
    const path = `/work-orders/${nth(world.work_orders, step.which)}`
    await world.api.post(`${path}/lines`, { description: 'Labour', unit_price: 75 })
    const answer = await world.api.post(`${path}/invoice`)
    if (answer.status !== 201) return answer
    keep(world, 'drafts', answer)
    return issue(world, { ...step, which: world.made.drafts.length - 1 })
  },
  credit: async (world, step) => {
    const invoice = await invoiceOf(world, step)
    if (!invoice) return undefined
    const line: Json = nth(invoice.lines, step.other)
    const answer = await world.api.post('/credit-notes', {
      invoice_id: invoice.id,
      reason: 'Faulty',
      restock: step.flag,
      ...(step.quantity > 2
        ? { full: true }
        : { lines: [{ invoice_line_id: line.id, qty: Math.min(line.qty, step.quantity) }] }),
    })
    return keep(world, 'notes', answer)
  },
  changeCredit: (world, step) =>
    withOne(world, 'notes', step, (id) =>
      world.api.patch(
        `/credit-notes/${id}`,
        step.flag
          ? { full: true }
          : { lines: [{ description: 'Discount', unit_price: 1.5, vat_pct: 21 }] },
      ),
    ),
  applyCredit: (world, step) =>
    withOne(world, 'notes', step, (id) => world.api.post(`/credit-notes/${id}/apply`)),
  voidCredit: (world, step) =>
    withOne(world, 'notes', step, (id) => world.api.delete(`/credit-notes/${id}`)),
  cancel: (world, step) =>
    withOne(world, 'invoices', step, (id) => world.api.post(`/invoices/${id}/cancel`)),
  pay: async (world, step) => {
    const invoice = await invoiceOf(world, step)
    if (!(invoice?.amount_due > 0)) return undefined
    const due = invoice?.amount_due
    const part = Math.max(0.01, Math.round((due * 100) / (step.quantity + 1)) / 100)
    const method = nth(methods, step.other)
    const rounded = Math.round(due * 20) / 20
    const answer = await world.api.post(`/invoices/${invoice?.id}/payments`, {
      amount: step.flag ? (method === 'cash' ? rounded || due : due) : part,
      method,
      paid_at: `${ago(step.age)}T10:00:00Z`,
    })
    return keep(world, 'payments', answer)
  },
  refund: (world, step) =>
    withOne(world, 'payments', step, (id) =>
      world.api.post(
        `/payments/${id}/refund`,
        step.flag ? {} : { amount: Number((step.amount / 7).toFixed(2)) || 1 },
      ),
    ),
  writeOff: (world, step) =>
    withOne(world, 'invoices', step, (id) =>
      world.api.post(`/invoices/${id}/write-off`, { reason: 'Bankrupt' }),
    ),
  reverseWriteOff: async (world, step) => {
    const { rows } = await world.owner.query(
      'select invoice_id from write_offs where tenant_id = $1 and reversed_at is null',
      [world.shop.tenant_id],
    )
    const id = nth(rows, step.which)?.invoice_id
    return id && world.api.post(`/invoices/${id}/write-off/reverse`, {})
  },
} satisfies Record<string, Command>
