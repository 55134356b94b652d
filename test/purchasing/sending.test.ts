import { extractText, getDocumentProxy } from 'unpdf'
import { beforeEach, expect, test } from 'vitest'
import { startShopsWithMail } from '../harness/mail.ts'
import { purchasing } from './purchasing.ts'

const { shop, owner, mailbox } = await startShopsWithMail()
const { api } = shop
const { newProduct, newSupplier, newArticle, newOrder, receive } = purchasing(shop, owner)

beforeEach(() => mailbox.clear())
await api.put('/settings', { address: 'Kerkstraat 12', postal_code: '1017 GC', city: 'Amsterdam' })

async function textOf(file: ArrayBuffer) {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(file)))
  return text.join('\n')
}

const printable = async () => {
  const supplier = await newSupplier({
    name: 'Parts Direct',
    address: 'Havenweg 1',
    city: 'Rotterdam',
    customer_number: 'K-7781',
  })
  const product = await newProduct({ name: 'iPhone 15 Screen' })
  await newArticle({ supplier_id: supplier.id, product_id: product.id, article_code: 'PD-90412' })
  return newOrder({
    supplier_id: supplier.id,
    expected_at: '2126-04-01',
    reference: 'SO-18833',
    notes: 'In one delivery, please',
    lines: [{ product_id: product.id, quantity: 10, unit_price: 45.5 }],
  })
}

test('shows the order as PDF, marked as long as it is a draft', async () => {
  const { path, po_number } = await printable()
  const { status, headers, body } = await api.get(`${path}/pdf`)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/pdf')
  expect(headers.get('content-disposition')).toContain(`${po_number}.pdf`)
  const text = await textOf(body)
  for (const part of [
    `Conceptbestelling ${po_number}`,
    'CONCEPT',
    'Parts Direct',
    'Havenweg 1',
    'K-7781',
    'SO-18833',
    '1 april 2126',
    'Kerkstraat 12',
    'Magazijn',
    'iPhone 15 Screen',
    'PD-90412',
    '455,00',
    'In one delivery, please',
  ]) {
    expect(text).toContain(part)
  }
  await api.post(`${path}/order`)
  const placed = await textOf((await api.get(`${path}/pdf`)).body)
  expect(placed).toContain(`Bestelling ${po_number}`)
  expect(placed).not.toContain('CONCEPT')
  await api.post(`${path}/cancel`)
  expect(await textOf((await api.get(`${path}/pdf`)).body)).toContain('GEANNULEERD')
})

test('mails it to the supplier, and orders a draft', async () => {
  const { path, po_number } = await printable()
  const sent = await api.post(`${path}/send`)
  expect(sent).toMatchObject({
    status: 200,
    body: { message: 'Purchase order sent', status: 'ordered' },
  })
  const [mail] = mailbox.mails()
  expect(mail).toMatchObject({
    to: ['orders@parts.example'],
    subject: expect.stringContaining(po_number),
    attachments: [{ filename: `${po_number}.pdf`, content_type: 'application/pdf' }],
  })
  const file = await (await fetch(mail?.attachments[0]?.url as string)).arrayBuffer()
  expect(await textOf(file)).not.toContain('CONCEPT')
  const order = (await api.get(path)).body
  expect(order).toMatchObject({
    status: 'ordered',
    ordered_at: expect.any(String),
    sent_at: expect.any(String),
  })
  await receive(order.lines[0], 1)
  const again = await api.post(`${path}/send`, {
    to: 'sales@parts.example',
    subject: 'Where is it?',
    message: 'See attachment',
  })
  expect(again).toMatchObject({ status: 200, body: { status: 'partially_received' } })
  expect(mailbox.mails()[0]).toMatchObject({ to: ['sales@parts.example'], subject: 'Where is it?' })
})

test('needs an address, and changes nothing without one', async () => {
  const supplier = await newSupplier({ email: null })
  const { path } = await newOrder({ supplier_id: supplier.id })
  expect(await api.post(`${path}/send`)).toMatchObject({
    status: 422,
    body: { errors: { to: expect.any(Array) } },
  })
  expect((await api.post(`${path}/send`, { to: 'no address' })).status).toBe(422)
  expect((await api.get(path)).body).toMatchObject({ status: 'draft', sent_at: null })
  expect(mailbox.mails()).toEqual([])
})

test('speaks English where the shop does', async () => {
  await owner.query(`update tenants set locale = 'en' where id = $1`, [shop.tenant_id])
  const { path, po_number } = await printable()
  const text = await textOf((await api.get(`${path}/pdf`)).body)
  for (const part of [`Draft purchase order ${po_number}`, 'Your article code', '€455.00']) {
    expect(text).toContain(part)
  }
  await api.post(`${path}/send`)
  expect(mailbox.mails()[0]?.subject).toContain(`Purchase order ${po_number} from`)
})

test('stays ordered, unsent, when nobody takes the mail', async () => {
  const { path } = await printable()
  await mailbox.stop()
  expect(await api.post(`${path}/send`)).toMatchObject({
    status: 502,
    body: { code: 'mail_failed' },
  })
  expect((await api.get(path)).body).toMatchObject({ status: 'ordered', sent_at: null })
})
