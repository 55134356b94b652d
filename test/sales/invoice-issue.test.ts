import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { newBusiness, newCustomer, newDraft, newIssued, screen } from './invoicing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

test('issues with a number, a status, and the buyer of that moment', async () => {
  const customer_id = await newCustomer(api, { first_name: 'Old', last_name: 'Name' })
  const issued = await newIssued(api, { customer_id, due_date: '2099-01-01' })
  expect(issued).toMatchObject({ status: 'sent', amount_due: 107.69, sent_at: null })
  expect(issued.invoice_number).toMatch(/^INV-\d{4}-\d{4}$/)
  expect(issued.issued_at).toMatch(/Z$/)
  await api.put(`/customers/${customer_id}`, { last_name: 'Married' })
  const { rows } = await owner.query('select buyer from invoices where id = $1', [issued.id])
  expect(rows[0].buyer).toMatchObject({ name: 'Old Name', email: 'jane@example.com' })
  const { rows: events } = await owner.query(
    `select name from events where entity = 'invoice' and entity_id = $1 order by id`,
    [issued.id],
  )
  expect(events.map((event: { name: string }) => event.name)).toContain('invoice.issued')
})

test('refuses what a draft or an issued invoice cannot do', async () => {
  const issued = await newIssued(api)
  const path = `/invoices/${issued.id}`
  for (const answer of [
    await api.put(path, { notes: 'x' }),
    await api.patch(path, { lines: [] }),
    await api.delete(path),
    await api.post(`${path}/issue`),
  ]) {
    expect(answer).toMatchObject({ status: 422, body: { code: 'not_draft' } })
  }
  expect((await api.get(path)).body).toEqual(issued)

  const draft = await newDraft(api)
  const cancelled = await api.post(`/invoices/${draft.id}/cancel`)
  expect(cancelled).toMatchObject({
    status: 200,
    body: { status: 'cancelled', invoice_number: null, amount_due: 0 },
  })
  for (const [action, code] of [
    ['cancel', 'cancelled'],
    ['issue', 'not_draft'],
  ]) {
    expect(await api.post(`/invoices/${draft.id}/${action}`), action).toMatchObject({
      status: 422,
      body: { code },
    })
  }
})

test('refuses to issue what lacks something, and says all of it', async () => {
  const { customer_id, company_id } = await newBusiness(owner, shop)
  const draft = await newDraft(api, { customer_id, lines: [] })
  const refusal = await api.post(`/invoices/${draft.id}/issue`)
  expect(refusal).toMatchObject({
    status: 422,
    body: {
      code: 'incomplete_invoice',
      errors: {
        lines: ['An invoice needs at least one line.'],
        'customer.address': ['The address of a business customer is required.'],
        'customer.postal_code': ['The postal code of a business customer is required.'],
        'customer.city': ['The city of a business customer is required.'],
      },
    },
  })
  await owner.query(`update companies set address = 'Dorpsweg 7' where id = $1`, [company_id])
  await api.patch(`/invoices/${draft.id}`, { lines: [screen] })
  expect((await api.post(`/invoices/${draft.id}/issue`)).status).toBe(200)
  const { rows } = await owner.query('select buyer from invoices where id = $1', [draft.id])
  expect(rows[0].buyer).toEqual({
    name: 'Jane Smith',
    company: 'Jansen Advies B.V.',
    address: 'Dorpsweg 7',
    postal_code: '3512 JE',
    city: 'Utrecht',
    country: 'NL',
    email: 'jane@example.com',
    vat_number: 'NL009876543B02',
    kvk_number: null,
  })
})

test('numbers forty invoices issued at once without gap or double', async () => {
  const drafts = await Promise.all(
    Array.from({ length: 40 }, () => newDraft(other.api, { due_date: '2099-01-01' })),
  )
  const answers = await Promise.all(
    drafts.map((draft) => other.api.post(`/invoices/${draft.id}/issue`)),
  )
  expect(answers.map(({ status }) => status)).toEqual(drafts.map(() => 200))
  const year = answers[0]?.body.invoice_number.slice(4, 8)
  expect(answers.map(({ body }) => body.invoice_number).sort()).toEqual(
    drafts.map((_, index) => `INV-${year}-${String(index + 1).padStart(4, '0')}`),
  )
})

test('issues one draft once, however often it is asked', async () => {
  const draft = await newDraft(api)
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => api.post(`/invoices/${draft.id}/issue`)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(422)])
})

test('issues the lines that it numbers, while someone still changes them', async () => {
  const drafts = await Promise.all(Array.from({ length: 10 }, () => newDraft(api)))
  await Promise.all(
    drafts.flatMap(({ id }) => [
      api.patch(`/invoices/${id}`, { lines: [screen, screen] }),
      api.post(`/invoices/${id}/issue`),
      api.patch(`/invoices/${id}`, { lines: [] }),
    ]),
  )
  const { rows } = await owner.query(
    `select i.status, i.subtotal_cents, coalesce(sum(l.total_excl_cents), 0)::bigint as lines_cents
     from invoices i left join invoice_lines l on l.invoice_id = i.id
     where i.id = any ($1) group by i.id`,
    [drafts.map(({ id }) => id)],
  )
  expect(rows).toHaveLength(10)
  for (const { status, subtotal_cents, lines_cents } of rows) {
    expect(lines_cents).toBe(subtotal_cents)
    if (status === 'sent') expect(Number(lines_cents)).toBeGreaterThan(0)
  }
})

test('shows an open invoice past its due date as overdue, and filters by it', async () => {
  const customer_id = await newCustomer(api)
  const fields = { customer_id, invoice_date: '2026-01-01' }
  const draft = await newDraft(api, { ...fields, due_date: '2026-01-02' })
  const late = await newIssued(api, { ...fields, due_date: '2026-01-02' })
  const sent = await newIssued(api, { ...fields, due_date: '2099-01-01' })
  const paid = await newIssued(api, { ...fields, due_date: '2026-01-02' })
  await api.post(`/invoices/${paid.id}/payments`, { amount: paid.total, method: 'pin' })
  expect(late.status).toBe('overdue')
  const ids = async (status: string) => {
    const { body } = await api.get(`/invoices?customer_id=${customer_id}&status=${status}`)
    return body.data.map((invoice: { id: number; status: string }) => {
      expect(invoice.status).toBe(status)
      return invoice.id
    })
  }
  expect(await ids('draft')).toEqual([draft.id])
  expect(await ids('overdue')).toEqual([late.id])
  expect(await ids('sent')).toEqual([sent.id])
  expect(await ids('paid')).toEqual([paid.id])
  expect(await ids('cancelled')).toEqual([])
})
