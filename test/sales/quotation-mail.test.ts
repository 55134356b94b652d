import { extractText, getDocumentProxy } from 'unpdf'
import { beforeEach, expect, test } from 'vitest'
import { startQuoting } from './quoting.ts'

const { mailbox, shop, other, owner, api, newQuotation, statusOf } = await startQuoting()

beforeEach(() => mailbox.clear())

test('mails the PDF and becomes sent', async () => {
  const { id, path, quotation_number } = await newQuotation()
  const sent = await api.post(`${path}/send`)
  expect(sent).toMatchObject({ status: 200, body: { message: 'Quotation sent', status: 'sent' } })
  const [mail] = mailbox.mails()
  expect(mail?.to).toEqual(['jane@example.com'])
  expect(mail?.subject).toContain(quotation_number)
  expect(mail?.attachments).toMatchObject([
    { filename: `${quotation_number}.pdf`, content_type: 'application/pdf' },
  ])
  const file = await (await fetch(mail?.attachments[0]?.url as string)).arrayBuffer()
  const text = await textOf(file)
  expect(text).toContain(`Offerte ${quotation_number}`)
  expect(text).toContain('145,20')
  expect(text).not.toContain('CONCEPT')
  expect((await api.get(path)).body).toMatchObject({ status: 'sent', sent_at: expect.any(String) })
  const { rows } = await owner.query(
    `select name from events where entity = 'quotation' and entity_id = $1`,
    [id],
  )
  expect(rows).toContainEqual({ name: 'quotation.sent' })
  const again = await api.post(`${path}/send`, {
    to: 'office@example.com',
    subject: 'Our offer',
    message: 'See attachment',
  })
  expect(again.status).toBe(200)
  expect(mailbox.mails()[0]).toMatchObject({ to: ['office@example.com'], subject: 'Our offer' })
})

test('needs an address to send to, and changes nothing without one', async () => {
  const nameless = await api.post('/customers', { first_name: 'Offline' })
  const { path } = await newQuotation({ customer_id: nameless.body.id })
  const refused = await api.post(`${path}/send`)
  expect(refused).toMatchObject({ status: 422, body: { errors: { to: expect.any(Array) } } })
  expect((await api.post(`${path}/send`, { to: 'no address' })).status).toBe(422)
  expect(await statusOf(path)).toBe('draft')
  expect(mailbox.mails()).toEqual([])
})

test('shows the PDF, marked as long as it is a draft', async () => {
  const { path, quotation_number } = await newQuotation({ notes: 'Ready in 1 hour 🔧' })
  const { status, body, headers } = await api.get(`${path}/pdf`)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/pdf')
  expect(headers.get('content-disposition')).toContain(`${quotation_number}.pdf`)
  const text = await textOf(body)
  for (const part of ['Conceptofferte', 'CONCEPT', 'Jane Smith', 'Screen replacement', '145,20']) {
    expect(text).toContain(part)
  }
  expect((await shop.as.technician.get(`${path}/pdf`)).status).toBe(200)
  expect((await other.api.get(`${path}/pdf`)).status).toBe(404)
})

test('stays a draft when the mail server does not take the mail', async () => {
  const { path } = await newQuotation()
  await mailbox.stop()
  const failed = await api.post(`${path}/send`)
  expect(failed).toMatchObject({ status: 502, body: { code: 'mail_failed' } })
  expect(await statusOf(path)).toBe('draft')
})

test('speaks English where the shop does', async () => {
  await owner.query(`update tenants set locale = 'en' where id = $1`, [shop.tenant_id])
  const { path, quotation_number } = await newQuotation()
  const text = await textOf((await api.get(`${path}/pdf`)).body)
  expect(text).toContain(`Draft quotation ${quotation_number}`)
  expect(text).toContain('€145.20')
})

async function textOf(file: ArrayBuffer) {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(file)))
  return text.join('\n')
}
