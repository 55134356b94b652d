import { extractText, getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { hashPassword } from '../../src/domain/identity/passwords.ts'
import { Client } from '../harness/client.ts'
import { startShopsWithMail } from '../harness/mail.ts'

const { shop, owner, url, mailbox } = await startShopsWithMail()

test('a repair from the counter to the bank', async () => {
  const api = await login()

  const customer = await made(api, '/customers', {
    first_name: 'Jane',
    last_name: 'Smith',
    email: 'jane@example.com',
    phone: '06-12345678',
  })
  const device = await made(api, '/devices', {
    customer_id: customer.id,
    kind: 'phone',
    brand: 'Apple',
    model: 'iPhone 15 Pro',
    serial_number: 'F2LXJ0ABC123',
  })
  const workOrder = await made(api, '/work-orders', {
    customer_id: customer.id,
    device_id: device.id,
    problem_description: 'Cracked screen',
  })
  expect(workOrder).toMatchObject({
    status: { slug: 'new' },
    device_brand: 'Apple',
    device_model: 'iPhone 15 Pro',
  })
  const order = `/work-orders/${workOrder.id}`

  await made(api, `${order}/lines`, { description: 'Screen', unit_price: 89 })
  await made(api, `${order}/lines`, {
    description: 'Labour',
    quantity: 1.5,
    unit_price: 45,
    vat_rate: 9,
  })
  await made(api, `${order}/notes`, { note: 'Frame is straight' })
  await done(api, `${order}/status`, { status: 'in_repair' })
  await done(api, `${order}/status`, { status: 'ready', note: 'Tested' })
  expect((await api.get(order)).body).toMatchObject({
    status: { slug: 'ready' },
    lines: [{ total_excl: 89 }, { total_excl: 67.5 }],
    totals: { subtotal: 156.5, vat_total: 24.77, total: 181.27 },
  })
  expect((await api.get('/work-orders?q=F2LXJ0')).body.total).toBe(1)

  const draft = await made(api, `${order}/invoice`)
  expect(draft).toMatchObject({ status: 'draft', invoice_number: null, total: 181.27 })
  const invoice = `/invoices/${draft.id}`
  const issued = await done(api, `${invoice}/issue`)
  expect(issued).toMatchObject({ status: 'sent', amount_due: 181.27 })
  expect(issued.invoice_number).toMatch(/^INV-\d{4}-0001$/)
  expect(await textOf((await api.get(`${invoice}/pdf`)).body)).toContain('181,27')

  await done(api, `${invoice}/send`)
  const [mail] = mailbox.mails()
  expect(mail).toMatchObject({
    to: ['jane@example.com'],
    attachments: [{ filename: `${issued.invoice_number}.pdf`, content_type: 'application/pdf' }],
  })

  await made(api, `${invoice}/payments`, { amount: 100, method: 'pin' })
  expect((await api.get(invoice)).body).toMatchObject({ status: 'sent', amount_due: 81.27 })
  expect((await api.get(`/customers/${customer.id}`)).body.balance).toBe(81.27)
  await made(api, `${invoice}/payments`, { amount: 81.27, method: 'cash' })
  expect((await api.get(invoice)).body).toMatchObject({
    status: 'paid',
    amount_paid: 181.27,
    amount_due: 0,
    paid_at: expect.any(String),
  })

  await done(api, `${order}/status`, { status: 'completed' })
  const completed = (await api.get(order)).body
  expect(completed).toMatchObject({ status: { slug: 'completed' }, invoice_id: draft.id })
  expect(completed.completed_at).not.toBeNull()
  expect((await api.post('/auth/logout')).body).toEqual({ message: 'Logged out' })
  expect((await api.get(order)).status).toBe(401)
})

/** By e-mail and password, as a front end does. */
async function login(): Promise<Client> {
  await owner.query(
    `update users set password_hash = $1 where tenant_id = $2 and role = 'frontdesk'`,
    [await hashPassword('secret'), shop.tenant_id],
  )
  const { status, body } = await new Client(url).post('/auth/login', {
    email: 'frontdesk@first.example',
    password: 'secret',
  })
  expect(status).toBe(200)
  return new Client(url, body.token)
}

async function made(api: Client, path: string, body?: object) {
  const answer = await api.post(path, body)
  expect(answer).toMatchObject({ status: 201 })
  return answer.body
}

async function done(api: Client, path: string, body?: object) {
  const answer = await api.post(path, body)
  expect(answer).toMatchObject({ status: 200 })
  return answer.body
}

async function textOf(file: ArrayBuffer) {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(file)))
  return text.join('\n')
}
