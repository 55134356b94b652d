import type { Json } from '../harness/client.ts'
import { newCustomer, newIssued, screen } from '../sales/invoicing.ts'
import type { Telling } from './telling.ts'

/** One record of each kind that people are told of, and its customer; the work is the engineer's. */
export async function newRecords({ shop, owner }: Telling, engineer: number) {
  const { admin } = shop.as
  const customer_id = await newCustomer(admin)
  const customer: Json = (await admin.get(`/customers/${customer_id}`)).body
  const add = async (table: string, values: Record<string, unknown>): Promise<Json> => {
    const all = { tenant_id: shop.tenant_id, ...values }
    const places = Object.keys(all).map((_, i) => `$${i + 1}`)
    const { rows } = await owner.query(
      `insert into ${table} (${Object.keys(all).join()}) values (${places.join()}) returning *, id::int`,
      Object.values(all),
    )
    return rows[0]
  }
  const order: Json = (
    await admin.post('/work-orders', {
      customer_id,
      assigned_to: engineer,
      device_brand: 'Apple',
      device_model: 'iPhone 14',
    })
  ).body
  const invoice = await newIssued(admin, {
    customer_id,
    due_date: '2026-04-10',
    invoice_date: '2026-03-27',
    lines: [{ ...screen, quantity: 1, unit_price: 100, vat_rate: 21 }],
  })
  const payment = await add('payments', {
    invoice_id: invoice.id,
    amount_cents: 5000,
    method: 'ideal',
    status: 'failed',
    failure: 'Insufficient funds',
  })
  const quotation: Json = (
    await admin.post('/quotations', {
      customer_id,
      valid_until: '2026-05-01',
      lines: [{ description: 'Screen', qty: 1, unit_price: 100, vat_pct: 21 }],
    })
  ).body
  await owner.query(`update quotations set rejection_reason = 'Too dear' where id = $1`, [
    quotation.id,
  ])
  const task = await add('tasks', {
    title: 'Order a screen',
    assigned_to: engineer,
    due_date: '2026-04-02',
    work_order_id: order.id,
  })
  const product: Json = (
    await admin.post('/products', { name: 'OLED screen', price_excl: 10, stock_quantity: 2 })
  ).body
  const agreement: Json = (
    await admin.post('/pricing/agreements', {
      customer_id,
      service_id: product.id,
      agreed_price: 8,
      valid_from: '2026-01-01',
      valid_until: '2026-06-30',
    })
  ).body
  const endpoint = await add('webhook_endpoints', {
    url: 'https://hooks.example.com/in',
    events: ['*'],
    secrets: 'sealed',
    active: false,
    disabled_reason: 'It answered 410',
  })
  const thread = await add('email_threads', {
    subject: 'Where is my phone?',
    address: 'jane@example.com',
    customer_id,
    reply_key: 'key',
  })
  const mail = await add('email_messages', {
    thread_id: thread.id,
    direction: 'inbound',
    message_id: 'asked@example.com',
    from_address: 'jane@example.com',
    to_addresses: ['shop@example.com'],
    subject: 'Where is my phone?',
    status: 'received',
  })
  const license = (
    await owner.query(
      `update licenses set valid_until = '2026-04-30' where tenant_id = $1 returning id::int`,
      [shop.tenant_id],
    )
  ).rows[0]
  const sync = await add('document_syncs', {
    slug: 'moneybird',
    document_type: 'invoice',
    document_id: invoice.id,
    reference: invoice.invoice_number,
    customer_id,
    failure: 'Moneybird does not accept our API key.',
  })
  return {
    sync,
    customer,
    order,
    invoice,
    payment,
    quotation,
    task,
    product,
    agreement,
    endpoint,
    mail,
    license,
  }
}
