import { pbxConfig } from '../harness/mail.ts'
import { issuedInvoice, line, linkable, newEndpoint } from './bodies.ts'
import { matchedTransaction } from './books-bank.ts'
import { closablePeriod } from './books-btw.ts'
import { filedYear, firstYear } from './books-journal.ts'
import { bookedBill, writtenOff } from './books-payables.ts'
import type { Body, Factory, Ids } from './factory.ts'
import { pickableList } from './picking.ts'
import { partlyReceived } from './purchasing.ts'
import { overdueInvoice } from './records.ts'
import { newLabel, withMoneybird } from './services.ts'
import { tutorialStates } from './tutorials.ts'

const failedMail = async (f: Factory): Promise<Ids> => {
  const thread_id = (await f.record('/email/threads/{id}')).id
  const words = { subject: 'Hello', body_text: 'Hello', from_address: 'shop@example.com' }
  const id = await f.row('email_messages', {
    ...words,
    thread_id,
    message_id: f.name('mail').replaceAll(' ', ''),
    direction: 'outbound',
    status: 'failed',
    to_addresses: ['jane@example.com'],
  })
  return { id }
}

/** What an e-invoice says of the shop. */
const asSeller = (f: Factory) =>
  f.api.put('/settings', {
    address: 'Kerkstraat 12',
    postal_code: '1017 GC',
    city: 'Amsterdam',
    kvk_number: '12345678',
    vat_number: 'NL001234567B01',
    iban: 'NL91ABNA0417164300',
  })

const orderWithLine = async (f: Factory): Promise<Ids> => {
  const { id = 0 } = await f.record('/work-orders/{id}')
  await f.create(`/work-orders/${id}/lines`, line)
  return { id }
}

const sentQuotation = async (f: Factory): Promise<Ids> => {
  const id = await f.id('/quotations')
  await f.create(`/quotations/${id}/send`, { to: 'jane@example.com' })
  return { id }
}

const phoned = async (f: Factory): Promise<Ids> => {
  const id = await f.id('/employees')
  const path = '/employees/{id}/phone-config'
  await f.api.put(`/employees/${id}/phone-config`, await f.body(path))
  return { id }
}

const mailing = async (f: Factory): Promise<Ids> => {
  const id = await f.id('/employees')
  await f.api.put(`/employees/${id}/email-config`, { provider: 'outlook' })
  return { id }
}

const withExchange = async (f: Factory): Promise<Ids> => {
  await f.api.put('/integrations/3cx', { is_enabled: true, config: pbxConfig })
  return {}
}

const agreementAfter = async (f: Factory, action: string, body?: Body): Promise<Ids> => {
  const id = await f.id('/pricing/agreements')
  await f.create(`/pricing/agreements/${id}/${action}`, body)
  return { id }
}

/** A label whose file is there. */
const printable = async (f: Factory, carrier: 'ups' | 'dhl'): Promise<Ids> => {
  const { id } = await f.record('/attachments/{id}')
  const label_key = await f.value('attachments', 'storage_key', id)
  return newLabel(f, carrier, { label_key, label_content_type: 'image/png' })
}

const failedLabel = { status: 'failed', provider_id: null, tracking_code: null }

/** Operations that succeed only in a certain state of their record. */
export const states: Record<string, (f: Factory) => Promise<Ids>> = {
  ...tutorialStates,
  'POST /btw-periods/{id}/close': closablePeriod,
  'POST /bank-transactions/{id}/unmatch': matchedTransaction,
  'POST /3cx/call': withExchange,
  'GET /3cx/queue': withExchange,
  'GET /3cx/status': withExchange,
  'GET /3cx/crm-template': withExchange,
  'PUT /3cx/config': withExchange,
  'PATCH /3cx/config': withExchange,
  'PUT /employees/{id}/phone-config': phoned,
  'PATCH /employees/{id}/phone-config': phoned,
  'DELETE /employees/{id}/phone-config': phoned,
  'POST /pick-lists/{id}/pick': pickableList,
  'POST /pick-lists/{id}/return': pickableList,
  'POST /fiscal-years/{id}/close': filedYear,
  'POST /fiscal-years/{id}/opening-balance': firstYear,
  'POST /invoices/{id}/payments': issuedInvoice,
  'POST /purchase-invoices/{id}/payments': bookedBill,
  'POST /invoices/{id}/write-off': issuedInvoice,
  'POST /invoices/{id}/write-off/reverse': writtenOff,
  'GET /integrations/{slug}/sync': withMoneybird,
  'POST /integrations/{slug}/sync': withMoneybird,
  'POST /integrations/{slug}/sync/{id}/retry': (f) => f.record('/integrations/{slug}/sync/{id}'),
  'GET /ups/labels/{id}/file': (f) => printable(f, 'ups'),
  'GET /dhl/labels/{id}/file': (f) => printable(f, 'dhl'),
  'POST /ups/labels/{id}/retry': (f) => newLabel(f, 'ups', failedLabel),
  'POST /dhl/labels/{id}/retry': (f) => newLabel(f, 'dhl', failedLabel),
  'DELETE /notifications/subscriptions': async (f) => {
    const { keys } = (await f.body('/notifications/subscriptions')) as Record<string, unknown>
    const endpoint = 'https://push.example.net/send/dGhlIGJyb3dzZXI'
    await f.create('/notifications/subscriptions', { endpoint, keys })
    return {}
  },
  'GET /invoices/{id}/ubl': async (f) => {
    await asSeller(f)
    return issuedInvoice(f)
  },
  'GET /credit-notes/{id}/ubl': async (f) => {
    await asSeller(f)
    return f.record('/credit-notes/{id}')
  },
  'POST /email/messages/{id}/resend': failedMail,
  'POST /companies/{id}/validate-vat': async (f) => {
    const company = { name: f.name('Company'), vat_number: 'NL123456789B01' }
    return { id: (await f.create('/companies', company)).id }
  },
  'POST /invoices/{id}/remind': overdueInvoice,
  'POST /customers/{id}/links': async (f) => ({ id: (await linkable(f)).customer.id }),
  'POST /invoices/{id}/payment-link': async (f) => {
    await f.record('/integrations/{slug}')
    return issuedInvoice(f)
  },
  'POST /work-orders/{id}/invoice': orderWithLine,
  'POST /purchase-orders/{id}/close': partlyReceived,
  'DELETE /customers/{id}': async (f) => ({
    id: (await f.create('/customers', { first_name: f.name('Gone') })).id,
  }),
  'DELETE /products/{id}': async (f) => ({
    id: (await f.create('/products', { name: f.name('Gone'), price_excl: 1 })).id,
  }),
  'GET /pricing/agreements/{id}/contract': (f) => agreementAfter(f, 'generate-contract'),
  'GET /pricing/agreements/{id}/signature': async (f) =>
    agreementAfter(f, 'sign', await f.body('/pricing/agreements/{id}/sign')),
  'DELETE /webhook-endpoints/{id}': newEndpoint,
  'DELETE /email/config': async (f) => {
    await f.api.put('/email/config', await f.body('/email/config'))
    return {}
  },
  'PUT /employees/{id}/email-config': mailing,
  'PATCH /employees/{id}/email-config': mailing,
  'DELETE /employees/{id}/email-config': mailing,
  'POST /quotations/{id}/accept': sentQuotation,
  'POST /quotations/{id}/reject': sentQuotation,
}
