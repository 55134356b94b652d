import { extractText, getDocumentProxy } from 'unpdf'
import { beforeEach, expect, test } from 'vitest'
import { startShopsWithMail } from '../harness/mail.ts'
import { newBusiness, newCustomer, newDraft, newIssued, screen } from './invoicing.ts'

const { shop, owner, mailbox } = await startShopsWithMail()
const { api } = shop

beforeEach(() => mailbox.clear())

await owner.query(
  `update tenants set name = 'Reparatiehuis B.V.', address = 'Kerkstraat 12', postal_code = '1017 GC',
     city = 'Amsterdam', vat_number = 'NL001234567B01', kvk_number = '12345678',
     iban = 'NL91ABNA0417164300', email = 'info@reparatiehuis.example' where id = $1`,
  [shop.tenant_id],
)

async function textOf(pdf: ArrayBuffer): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), {
    mergePages: true,
  })
  return text
}

/** What an amount or a name looks like does not hang on the kind of space. */
const spaced = (text: string) => text.replace(/\s+/g, ' ')

async function attachmentText(): Promise<string> {
  const url = mailbox.mails()[0]?.attachments[0]?.url
  return textOf(await (await fetch(String(url))).arrayBuffer())
}

test('goes from draft to paid: issue, PDF, mail, payment in parts', async () => {
  const draft = await newDraft(api, { due_date: '2099-04-27', notes: 'Twaalf maanden garantie.' })
  const path = `/invoices/${draft.id}`

  const concept = await api.get(`${path}/pdf`)
  expect(concept.headers.get('content-type')).toBe('application/pdf')
  expect(concept.headers.get('content-disposition')).toContain(`draft-${draft.id}.pdf`)
  expect(await textOf(concept.body)).toContain('Conceptfactuur')

  const { invoice_number } = (await api.post(`${path}/issue`)).body
  const pdf = await api.get(`${path}/pdf`)
  expect(pdf.headers.get('content-disposition')).toContain(`${invoice_number}.pdf`)
  const text = spaced(await textOf(pdf.body))
  for (const part of [
    `Factuur ${invoice_number}`,
    'Reparatiehuis B.V.',
    'Kerkstraat 12',
    '1017 GC Amsterdam',
    'NL001234567B01',
    '12345678',
    'Jane Smith',
    '27 maart 2026',
    '27 april 2099',
    'Screen replacement',
    '89,00',
    '18,69',
    '107,69',
    'Twaalf maanden garantie.',
  ]) {
    expect(text).toContain(part)
  }
  expect(text).not.toContain('Conceptfactuur')

  const sent = await api.post(`${path}/send`)
  expect(sent).toMatchObject({
    status: 200,
    body: { invoice_number, status: 'sent', sent_at: expect.stringMatching(/Z$/) },
  })
  const [mail] = mailbox.mails()
  expect(mail).toMatchObject({
    to: ['jane@example.com'],
    subject: `Factuur ${invoice_number} van Reparatiehuis B.V.`,
    attachments: [{ filename: `${invoice_number}.pdf`, content_type: 'application/pdf' }],
  })
  expect(spaced(mail?.text ?? '')).toContain(
    'Wilt u € 107,69 uiterlijk op 27 april 2099 overmaken?',
  )
  expect(mail?.headers['reply-to']).toContain('info@reparatiehuis.example')
  expect(spaced(await attachmentText())).toContain(`Factuur ${invoice_number}`)

  await api.post(`${path}/payments`, { amount: 50, method: 'pin' })
  expect((await api.get(path)).body).toMatchObject({ status: 'sent', amount_due: 57.69 })
  await api.post(`${path}/payments`, { amount: 57.69, method: 'bank' })
  expect((await api.get(path)).body).toMatchObject({ status: 'paid', amount_due: 0 })
  expect(await textOf((await api.get(`${path}/pdf`)).body)).toContain('Deze factuur is voldaan')
})

test('sends a draft: issues it first, in the words and to the address that were given', async () => {
  const { id } = await newDraft(api)
  const sent = await api.post(`/invoices/${id}/send`, {
    to: 'Books@Example.com',
    subject: 'Your repair',
    message: 'See attachment 📎',
  })
  expect(sent.body.invoice_number).toMatch(/^INV-/)
  expect(mailbox.mails()).toMatchObject([
    { to: ['books@example.com'], subject: 'Your repair', text: expect.stringContaining('📎') },
  ])
})

test('writes English for a shop that does, and asks nothing for a paid invoice', async () => {
  await owner.query(`update tenants set locale = 'en' where id = $1`, [shop.tenant_id])
  const invoice = await newIssued(api)
  await api.post(`/invoices/${invoice.id}/payments`, { amount: invoice.total, method: 'pin' })
  await api.post(`/invoices/${invoice.id}/send`)
  const [mail] = mailbox.mails()
  expect(mail?.subject).toBe(`Invoice ${invoice.invoice_number} from Reparatiehuis B.V.`)
  expect(mail?.text).toContain('Dear Jane Smith,')
  expect(mail?.text).not.toContain('pay')
  expect(await attachmentText()).toContain(`Invoice ${invoice.invoice_number}`)
  await owner.query(`update tenants set locale = 'nl' where id = $1`, [shop.tenant_id])
})

test('prints the buyer as issued: company first, a foreign country last', async () => {
  const { customer_id, company_id } = await newBusiness(owner, shop, { address: 'Meir 7' })
  await owner.query(
    `update companies set country = 'BE', postal_code = '2000', city = 'Antwerpen' where id = $1`,
    [company_id],
  )
  const { id } = await newIssued(api, { customer_id })
  await owner.query(`update companies set name = 'Renamed' where id = $1`, [company_id])
  const text = spaced(await textOf((await api.get(`/invoices/${id}/pdf`)).body))
  expect(text).toContain('Jansen Advies B.V. Jane Smith Meir 7 2000 Antwerpen België')
  expect(text).toContain('NL009876543B02')
  expect(text).not.toContain('Renamed')
})

test('refuses to send without address, without lines, or when cancelled', async () => {
  const customer_id = await newCustomer(api, { email: null })
  const nobody = await newDraft(api, { customer_id })
  const path = `/invoices/${nobody.id}`
  expect(await api.post(`${path}/send`)).toMatchObject({
    status: 422,
    body: { errors: { to: [expect.any(String)] } },
  })
  expect((await api.get(path)).body.status).toBe('draft')
  expect((await api.post(`${path}/send`, { to: 'nobody' })).body.errors).toHaveProperty('to')

  const empty = await newDraft(api, { lines: [] })
  expect((await api.post(`/invoices/${empty.id}/send`)).body.code).toBe('incomplete_invoice')
  await api.post(`/invoices/${empty.id}/cancel`)
  expect((await api.post(`/invoices/${empty.id}/send`)).body.code).toBe('cancelled')
  expect(mailbox.mails()).toEqual([])
})

test('mails once per key', async () => {
  const { id } = await newDraft(api)
  const key = { 'Idempotency-Key': 'send-once' }
  const first = await api.post(`/invoices/${id}/send`, {}, key)
  expect((await api.post(`/invoices/${id}/send`, {}, key)).body).toEqual(first.body)
  expect(mailbox.mails()).toHaveLength(1)
})

test('prints an invoice of any length in any script', async () => {
  const { id } = await newIssued(api, {
    lines: [
      { ...screen, description: 'Ελληνικά Кириллица 📱 مرحبا' },
      ...Array.from({ length: 60 }, (_, i) => ({ ...screen, description: `Onderdeel ${i + 1}.` })),
    ],
  })
  const text = await textOf((await api.get(`/invoices/${id}/pdf`)).body)
  expect(text).toContain('Ελληνικά Кириллица')
  expect(text).toContain('Onderdeel 60.')
})
