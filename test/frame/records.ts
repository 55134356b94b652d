import { knownParcel } from '../fakes/dhl.ts'
import { mollieKey } from '../fakes/mollie.ts'
import { delivered } from '../fakes/ups.ts'
import type { Json } from '../harness/client.ts'
import { issuedInvoice, newOrder, picture, webhookEndpoint } from './bodies.ts'
import { bankRecords } from './books-bank.ts'
import { periodOfEntry } from './books-journal.ts'
import { costAccount, purchasePayment, receivedLine } from './books-payables.ts'
import type { Factory, Ids } from './factory.ts'
import { licenceToCome, ownShop } from './licences.ts'
import { newPickList } from './picking.ts'
import { placedOrder } from './purchasing.ts'
import { asSender, newLabel, withMoneybird } from './services.ts'
import { tutorialRecords } from './tutorials.ts'

/** How to come by records that no plain POST on a collection makes. */
export const records: Record<string, (f: Factory) => Promise<Ids>> = {
  ...bankRecords,
  ...tutorialRecords,
  '/stock/movements/{id}': async (f) => {
    const adjusted = await f.create('/stock/adjust', await f.body('/stock/adjust'))
    return { id: adjusted.movement_id }
  },
  '/receiving/{id}': async (f) => {
    const product_id = await f.id('/products')
    return { id: (await f.create('/receiving/direct', { product_id, quantity: 5 })).id }
  },
  '/receiving/from-po/{id}': async (f) => ({ id: (await placedOrder(f)).id }),
  '/purchase-order-lines/{id}': async (f) => ({ id: (await placedOrder(f)).line_id }),
  '/pick-lists/{id}': async (f) => ({ id: (await newPickList(f)).id }),
  '/pick-list-lines/{id}': async (f) => ({ id: (await newPickList(f)).lines[0].id }),
  '/serial-numbers/{id}': async (f) => {
    const serial = f.name('SN')
    const draft = { name: f.name('Phone'), price_excl: 99, track_serials: true }
    await f.create('/products', { ...draft, stock_quantity: 1, serials: [serial] })
    const found = await f.api.get(`/serial-numbers?serial=${encodeURIComponent(serial)}`)
    return { id: found.body.data[0].id }
  },
  '/btw-periods/{id}': periodOfEntry,
  '/bin-stock/by-bin/{bin_id}': async (f) => ({ bin_id: await f.id('/bins') }),
  '/stock-count-lines/{id}': async (f) => {
    const { lines } = await f.create('/stock-counts', await f.body('/stock-counts'))
    return { id: lines[0].id }
  },
  '/attachments/{id}': async (f) => {
    const order = await f.id('/work-orders')
    return { id: (await f.create(`/work-orders/${order}/attachments`, picture())).id }
  },
  '/payments/{id}': async (f) => {
    const { id } = await issuedInvoice(f)
    return { id: (await f.create(`/invoices/${id}/payments`, { amount: 10, method: 'cash' })).id }
  },
  '/cost-accounts/{id}': costAccount,
  '/goods-receipt-lines/{id}': receivedLine,
  '/purchase-payments/{id}': purchasePayment,
  '/invoice-lines/{id}': async (f) => {
    const { lines } = await f.create('/invoices', await f.body('/invoices'))
    return { id: lines[0].id }
  },
  '/customers/{customer_id}/links/{id}': async (f) => {
    const { id: subject_id, customer } = await newOrder(f)
    const link = { subject: 'work_order', subject_id }
    const { id } = await f.create(`/customers/${customer.id}/links`, link)
    return { customer_id: customer.id, id }
  },
  '/invoices/{invoice_id}/reminders/{id}': async (f) => {
    const { id: invoice_id = 0 } = await overdueInvoice(f)
    const { id } = await f.create(`/invoices/${invoice_id}/remind`, { to: 'jane@example.com' })
    return { invoice_id, id }
  },
  '/integrations/{slug}': async (f) => {
    await f.api.put('/integrations/mollie', { is_enabled: true, config: { api_key: mollieKey } })
    return { slug: 'mollie' }
  },
  '/integrations/{slug}/sync/{id}': async (f) => {
    const id = await f.row('document_syncs', {
      slug: 'moneybird',
      document_type: 'invoice',
      document_id: f.next(),
      reference: f.name('INV'),
      customer_id: f.next(),
    })
    return { ...(await withMoneybird(f)), id }
  },
  '/3cx/extensions/{user_id}': async (f) => {
    const body = (await f.body('/3cx/extensions')) as Record<string, unknown>
    return { user_id: (await f.create('/3cx/extensions', body)).user_id }
  },
  '/3cx/call-logs/{id}': async (f) => ({
    id: await f.row('calls', {
      direction: 'inbound',
      caller: '+31612345678',
      outcome: 'answered',
      started_at: new Date().toISOString(),
    }),
  }),
  '/ups/labels/{id}': (f) => newLabel(f, 'ups'),
  '/dhl/labels/{id}': (f) => newLabel(f, 'dhl'),
  '/ups/track/{tracking_code}': async (f) => {
    await asSender(f)
    return { tracking_code: delivered }
  },
  '/dhl/track/{tracking_code}': async (f) => {
    await asSender(f)
    return { tracking_code: knownParcel }
  },
  '/dead-letters/{id}': async (f) => ({
    id: await f.row('dead_letters', {
      queue: 'reactions',
      kind: 'mail',
      body: JSON.stringify({ reaction_id: 0, key: 'none' }),
      attempts: 9,
    }),
  }),
  '/sms/log/{id}': async (f) => ({
    id: await f.row('sms_messages', { phone: '+31612345678', body: f.name('Ready') }),
  }),
  '/sms/bulk/{id}': async (f) => ({ id: await f.row('sms_bulks', { body: f.name('Closed') }) }),
  '/webhook-endpoints/{id}': webhookEndpoint,
  '/vies/checks/{id}': async (f) => {
    const checked = await f.create('/vies/validate', await f.body('/vies/validate'))
    return { id: checked.check_id }
  },
  '/webhook-deliveries/{id}': async (f) => {
    const { id: endpoint_id } = await webhookEndpoint(f)
    const message_id = `msg_${f.next()}`
    const told = { event: 'tag.created', body: '{}', status: 'failed' }
    return { id: await f.row('webhook_deliveries', { endpoint_id, message_id, ...told }) }
  },
  '/notifications/{id}': async (f) => ({
    id: await f.row('notifications', {
      user_id: (await f.api.get('/auth/me')).body.id,
      type: 'system',
      key: 'test',
      title: 'Test',
      body: 'Test',
      channels: '["in_app"]',
    }),
  }),
  '/email/threads/{id}': async (f) => ({ id: (await sentMail(f)).id }),
  '/email/messages/{id}': async (f) => ({ id: (await sentMail(f)).messages[0].id }),
  '/email/attachments/{id}': async (f) => {
    const { id } = await f.record('/attachments/{id}')
    const { messages } = await sentMail(f, { attachment_ids: [id] })
    return { id: messages[0].attachments[0].id }
  },
  '/licenses/{id}': licenceToCome,
  '/own-shop/{id}': ownShop,
}

/** A conversation that begins with a mail of the shop. */
async function sentMail(f: Factory, mail: object = {}): Promise<Json> {
  const body = { ...(await f.body('/email/send')), ...mail }
  const { thread_id } = await f.create('/email/send', body)
  return (await f.api.get(`/email/threads/${thread_id}`)).body
}

/** An invoice whose day to be paid is long past. */
export const overdueInvoice = async (f: Factory): Promise<Ids> => {
  const draft = {
    ...(await f.body('/invoices')),
    invoice_date: '2020-01-01',
    due_date: '2020-01-15',
  }
  const { id } = await f.create('/invoices', draft)
  await f.create(`/invoices/${id}/issue`)
  return { id }
}
