import { extractText, getDocumentProxy } from 'unpdf'
import { beforeEach, describe, expect, test } from 'vitest'
import { addDays, dayIn } from '../../src/lib/dates.ts'
import { assumedDelivery } from '../../src/lib/delivery-days.ts'
import type { Json } from '../harness/client.ts'
import { startShopsWithMail } from '../harness/mail.ts'
import { newBusiness, newCustomer, newDraft, newIssued } from '../sales/invoicing.ts'

const { shop, other, owner, mailbox } = await startShopsWithMail()
const { api } = shop
const today = dayIn('Europe/Amsterdam', new Date())

beforeEach(() => mailbox.clear())

await owner.query(
  `update tenants set name = 'Reparatiehuis', iban = 'NL91ABNA0417164300',
     email = 'info@reparatiehuis.example' where id = $1`,
  [shop.tenant_id],
)

/** € 107.69, long overdue. */
const newOverdue = (fields: object = {}) =>
  newIssued(api, { invoice_date: '2026-01-02', due_date: '2026-01-16', ...fields })

const remind = (id: number, body: object = {}) => api.post(`/invoices/${id}/remind`, body)

async function attachedText(): Promise<string> {
  const url = String(mailbox.mails()[0]?.attachments[0]?.url)
  const file = new Uint8Array(await (await fetch(url)).arrayBuffer())
  const { text } = await extractText(await getDocumentProxy(file), { mergePages: true })
  return text.replace(/\s+/g, ' ')
}

const spaced = (text = '') => text.replace(/[^\S\n]+/g, ' ')

test('a consumer gets two reminders and then the letter with 14 days, each once', async () => {
  const invoice = await newOverdue()
  const first = await remind(invoice.id)
  expect(first).toMatchObject({
    status: 201,
    body: {
      invoice_id: invoice.id,
      invoice_number: invoice.invoice_number,
      kind: 'reminder',
      channel: 'email',
      recipient: 'jane@example.com',
      delivered_on: today,
      deadline: addDays(today, 7),
      principal: 107.69,
      cost: 0,
    },
  })
  const mail = mailbox.mails()[0]
  expect(mail).toMatchObject({
    to: ['jane@example.com'],
    subject: `Herinnering: factuur ${invoice.invoice_number} van Reparatiehuis`,
    attachments: [{ filename: `${invoice.invoice_number}.pdf` }],
  })
  expect(spaced(mail?.text)).toContain('nog € 107,69 open')
  expect(mail?.text).toMatch(/\/p\/[\w-]+\.[\w-]+\.[\w-]+/)
  expect(mail?.html).toMatch(/<a href="http[^"]+\/p\/[\w-]+\.[\w-]+\.[\w-]+"/)
  expect(await attachedText()).toContain('Betalingsherinnering factuur')
  // The text that is kept holds no key to the customer's page.
  expect(first.body.body).not.toContain('/p/')
  expect(mail?.text).toContain(first.body.body.slice(0, 60))

  const second = await remind(invoice.id)
  expect(second.body).toMatchObject({ kind: 'second_reminder', cost: 0 })
  expect(second.body.body).toContain('dan bent u in verzuim')

  const last = await remind(invoice.id, { kind: 'final_notice' })
  expect(last).toMatchObject({
    status: 201,
    body: { kind: 'final_notice', cost: 40, deadline: addDays(today, 14) },
  })
  const text = spaced(last.body.body)
  expect(text).toContain(
    'betaal € 107,69 binnen 14 dagen vanaf de dag nadat deze brief bij u is bezorgd',
  )
  expect(text).toContain('incassokosten verschuldigd van € 40,00')
  expect(text).not.toMatch(/btw|heden/)
  expect(await attachedText()).toContain('Kopie factuur')

  for (const kind of [undefined, 'reminder', 'second_reminder', 'final_notice']) {
    expect(await remind(invoice.id, { kind })).toMatchObject({
      status: 422,
      body: { code: 'already_sent' },
    })
  }
  expect(mailbox.mails()).toHaveLength(3)

  const list = await api.get(`/invoices/${invoice.id}/reminders`)
  expect(list.body.map((reminder: Json) => reminder.kind)).toEqual([
    'final_notice',
    'second_reminder',
    'reminder',
  ])
  expect(list.headers.get('x-total-count')).toBe('3')
  const ofCustomer = await api.get(`/customers/${invoice.customer_id}/reminders`)
  expect(ofCustomer.body).toEqual(list.body)
})

test('a business gets a notice that claims the costs', async () => {
  const { customer_id } = await newBusiness(owner, shop, { address: 'Damrak 1' })
  const { id } = await newOverdue({
    customer_id,
    lines: [{ description: 'Ten laptops', qty: 10, unit_price: 250, vat_rate: 0 }],
  })
  await remind(id)
  await remind(id)
  const { body } = await remind(id)
  expect(body).toMatchObject({ kind: 'final_notice', principal: 2500, cost: 375 })
  const text = spaced(body.body)
  expect(text).toContain('incassokosten verschuldigd van € 375,00')
  expect(text).toContain('Betaal in totaal € 2.875,00')
  expect(text).not.toContain('zonder extra kosten')
})

test('a shop that cannot deduct VAT adds it to the costs, and says so', async () => {
  await owner.query('update tenants set kor = true where id = $1', [shop.tenant_id])
  const { id } = await newOverdue()
  await remind(id)
  await remind(id)
  const { body } = await remind(id)
  await owner.query('update tenants set kor = false where id = $1', [shop.tenant_id])
  expect(body.cost).toBe(48.4)
  expect(spaced(body.body)).toContain('€ 48,40')
  expect(body.body).toContain('inclusief 21% btw, omdat wij de btw niet kunnen verrekenen')
})

test('costs are of what is still open', async () => {
  const { id } = await newOverdue({
    lines: [{ description: 'Repair', qty: 1, unit_price: 1000, vat_rate: 0 }],
  })
  await remind(id)
  await api.post(`/invoices/${id}/payments`, { amount: 500, method: 'pin' })
  await remind(id)
  expect((await remind(id)).body).toMatchObject({ principal: 500, cost: 75 })
})

test('the shop may use its own words, but for what the law asks', async () => {
  const { id } = await newOverdue()
  const message = 'Vergeet u ons niet?'
  const first = await remind(id, { message, to: 'office@example.com' })
  expect(first.body).toMatchObject({ recipient: 'office@example.com' })
  expect(first.body.body).toContain(message)
  expect(first.body.body).not.toContain('Misschien')
  await remind(id)
  const { body } = await remind(id, { message })
  expect(body.body).toContain(message)
  expect(body.body).toContain('binnen 14 dagen vanaf de dag nadat deze brief bij u is bezorgd')
})

test('speaks English where the shop does', async () => {
  await owner.query(`update tenants set locale = 'en' where id = $1`, [shop.tenant_id])
  const { id, invoice_number } = await newOverdue()
  await remind(id)
  await remind(id)
  const { body } = await remind(id)
  await owner.query(`update tenants set locale = 'nl' where id = $1`, [shop.tenant_id])
  expect(mailbox.mails()[0]?.subject).toBe(
    `Final notice: invoice ${invoice_number} from Reparatiehuis`,
  )
  expect(body.body).toContain('within 14 days from the day after this letter was delivered to you')
  expect(await attachedText()).toContain('Copy of invoice')
})

describe('a letter by post', () => {
  test('is not mailed, and counts from the day on which it came', async () => {
    const { id } = await newOverdue()
    await remind(id, { channel: 'post' })
    await remind(id, { channel: 'post' })
    const { body } = await remind(id, { channel: 'post' })
    expect(mailbox.mails()).toEqual([])
    const assumed = addDays(assumedDelivery(today), 14)
    expect(body).toMatchObject({
      channel: 'post',
      recipient: null,
      delivered_on: null,
      deadline: assumed,
    })
    // It left on a Thursday, and came on a Saturday, or on a Monday, on which no post comes.
    await owner.query(`update reminders set sent_at = '2026-10-08T10:00:00Z' where id = $1`, [
      body.id,
    ])
    const path = `/invoices/${id}/reminders/${body.id}`
    expect(await api.put(path, { delivered_on: '2026-10-10' })).toMatchObject({
      status: 200,
      body: { delivered_on: '2026-10-10', deadline: '2026-10-24' },
    })
    expect((await api.patch(path, { delivered_on: '2026-10-12' })).body).toMatchObject({
      delivered_on: '2026-10-12',
      deadline: '2026-10-27',
    })
    for (const delivered_on of ['2026-10-07', addDays(today, 1)]) {
      expect(await api.put(path, { delivered_on })).toMatchObject({
        status: 422,
        body: { errors: { delivered_on: [expect.any(String)] } },
      })
    }
    for (const delivered_on of [undefined, null, '2026-02-30', 5]) {
      expect((await api.put(path, { delivered_on })).status).toBe(422)
    }
    expect((await other.api.put(path, { delivered_on: '2026-10-10' })).status).toBe(404)
    const elsewhere = `/invoices/${(await newOverdue()).id}/reminders/${body.id}`
    expect((await api.put(elsewhere, { delivered_on: '2026-10-10' })).status).toBe(404)
  })
})

describe('refuses', () => {
  test('what is not overdue', async () => {
    const draft = await newDraft(api, { invoice_date: '2026-01-02', due_date: '2026-01-16' })
    const early = await newIssued(api, { due_date: '2099-01-01' })
    const paid = await newOverdue()
    await api.post(`/invoices/${paid.id}/payments`, { amount: 107.69, method: 'pin' })
    for (const { id } of [draft, early, paid]) {
      expect(await remind(id)).toMatchObject({ status: 422, body: { code: 'not_overdue' } })
    }
    expect(mailbox.mails()).toEqual([])
  })

  test('to leave out a step', async () => {
    const { id } = await newOverdue()
    expect(await remind(id, { kind: 'final_notice' })).toMatchObject({
      status: 422,
      body: { code: 'wrong_order', message: 'The reminder comes first.' },
    })
    expect(await remind(id, { kind: 'threat' })).toMatchObject({
      status: 422,
      body: { errors: { kind: [expect.any(String)] } },
    })
  })

  test('to mail to nobody', async () => {
    const customer_id = await newCustomer(api, { email: null })
    const { id } = await newOverdue({ customer_id })
    expect(await remind(id)).toMatchObject({
      status: 422,
      body: { errors: { to: [expect.any(String)] } },
    })
    expect((await remind(id, { channel: 'post' })).status).toBe(201)
  })

  test('strangers', async () => {
    const { id } = await newOverdue()
    expect((await other.api.post(`/invoices/${id}/remind`)).status).toBe(404)
    expect((await other.api.get(`/invoices/${id}/reminders`)).status).toBe(404)
    expect((await shop.as.technician.post(`/invoices/${id}/remind`)).status).toBe(403)
  })
})

test('of many at once one is sent', async () => {
  const { id } = await newOverdue()
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => remind(id, { kind: 'reminder' })),
  )
  const codes = answers.map(({ status, body }) => body.code ?? status)
  expect(codes.filter((code) => code === 201)).toHaveLength(1)
  expect(codes.filter((code) => code === 'already_sent')).toHaveLength(7)
  expect(mailbox.mails()).toHaveLength(1)
})

test('nothing is kept of a mail that did not leave', async () => {
  const { id } = await newOverdue()
  await mailbox.stop()
  expect(await remind(id)).toMatchObject({ status: 502, body: { code: 'mail_failed' } })
  expect((await api.get(`/invoices/${id}/reminders`)).body).toEqual([])
})
