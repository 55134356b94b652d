import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { all, newCredit, part } from './crediting.ts'
import { newDraft, newIssued, screen } from './invoicing.ts'

const { shop, other } = await startShops()
const { api } = shop

test('never credits more than the invoice, and says at which line', async () => {
  const invoice = await newIssued(api, {
    lines: [
      { ...screen, qty: 2 },
      { description: 'Saddle', unit_price: 50, vat_rate: 9 },
    ],
  })
  const credit = (lines: object[], more: object = {}) =>
    api.post('/credit-notes', { invoice_id: invoice.id, reason: 'Too much', lines, ...more })
  const whole = { ...part, qty: 2, unit_price: 89 }
  const saddle = { description: 'Saddle', unit_price: 50, vat_pct: 9 }
  for (const [lines, place, message] of [
    [
      [{ ...part, qty: 2.001, unit_price: 89 }],
      'lines.0',
      'Only 2 of this line is left to credit.',
    ],
    [
      [saddle, { ...part, qty: 2, unit_price: 89.01 }],
      'lines.1',
      'Only 178.00 of this line is left to credit.',
    ],
    [[whole, { ...saddle, qty: 2 }], 'lines.1', 'Only 1 of this line is left to credit.'],
    [[whole, part], 'lines.1', 'Only 0 of this line is left to credit.'],
    [
      [whole, { ...part, description: 'Goodwill', unit_price: 0.01 }],
      'lines.1',
      'Only 178.00 excl. VAT is left to credit at 21%.',
    ],
    [
      [{ ...saddle, description: 'Goodwill', unit_price: 50.01 }],
      'lines.0',
      'Only 50.00 excl. VAT is left to credit at 9%.',
    ],
  ] as const) {
    expect(await credit([...lines]), message).toMatchObject({
      status: 422,
      body: { code: 'credit_exceeds_invoice', errors: { [place]: [message] } },
    })
  }
  expect(await credit([{ ...part, vat_pct: 19 }])).toMatchObject({
    status: 422,
    body: { errors: { 'lines.0.vat_pct': ['The invoice has no lines at 19% VAT.'] } },
  })
  const [line] = invoice.lines
  expect(await credit([{ invoice_line_id: line.id, vat_pct: 9 }])).toMatchObject({
    status: 422,
    body: { errors: { 'lines.0.vat_pct': [expect.any(String)] } },
  })
  const stranger = await newIssued(api)
  expect(await credit([{ invoice_line_id: stranger.lines[0].id }])).toMatchObject({
    status: 422,
    body: { errors: { 'lines.0.invoice_line_id': ['The selected invoice line id is invalid.'] } },
  })
  expect((await credit([whole, saddle])).status).toBe(201)
  for (const more of [{ lines: [saddle] }, { lines: undefined, full: true }]) {
    expect((await credit([], more)).status).toBe(422)
  }
})

test('says what is wrong with the input, at its field', async () => {
  const { id: invoice_id } = await newIssued(api)
  const errors = async (fields: object) => {
    const body = { invoice_id, reason: 'Wrong', lines: [part], ...fields }
    const answer = await api.post('/credit-notes', body)
    expect(answer.status, JSON.stringify(fields)).toBe(422)
    return answer.body.errors
  }
  expect((await api.post('/credit-notes', {})).body.errors).toEqual({
    invoice_id: ['The invoice id field is required.'],
    reason: ['The reason field is required.'],
    lines: ['The lines field is required.'],
  })
  expect(await errors({ invoice_id: 999999 })).toEqual({
    invoice_id: ['The selected invoice id is invalid.'],
  })
  expect(await errors({ lines: [] })).toHaveProperty('lines')
  expect(await errors({ lines: [null] })).toHaveProperty(['lines.0'])
  expect((await api.post('/credit-notes', 'null')).status).toBe(422)
  expect(await errors({ full: true })).toEqual({
    lines: ['The lines field must be absent when full is given.'],
  })
  expect(await errors({ lines: [{ qty: 1 }] })).toEqual({
    'lines.0.description': ['The lines.0.description field is required.'],
    'lines.0.unit_price': ['The lines.0.unit price field is required.'],
  })
  for (const [field, value] of [
    ['qty', 0],
    ['qty', -1],
    ['qty', 1.0005],
    ['unit_price', -1],
    ['unit_price', 'free'],
    ['vat_pct', 101],
    ['description', 'a\u0000'],
    ['invoice_line_id', 'x'],
  ] as const) {
    expect(await errors({ lines: [{ ...part, [field]: value }] })).toHaveProperty([
      `lines.0.${field}`,
    ])
  }
  const draft = await newDraft(api)
  expect(await errors({ invoice_id: draft.id })).toEqual({
    invoice_id: ['Only an issued invoice can be credited.'],
  })
})

test('applies once, and never more than is open', async () => {
  const invoice = await newIssued(api)
  const { id } = await newCredit(api, { invoice_id: invoice.id })
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.post(`/credit-notes/${id}/apply`)),
  )
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses).toEqual([200, ...Array(19).fill(422)])
  expect((await api.get(`/invoices/${invoice.id}`)).body.amount_due).toBe(59.29)

  const rest = await newCredit(api, { invoice_id: invoice.id, ...all })
  expect(rest.total).toBe(-59.29)
  await api.post(`/invoices/${invoice.id}/payments`, { amount: 10, method: 'pin' })
  expect(await api.post(`/credit-notes/${rest.id}/apply`)).toMatchObject({
    status: 422,
    body: { code: 'credit_exceeds_open' },
  })
  const [payment] = (await api.get(`/payments?invoice_id=${invoice.id}`)).body.data
  await api.post(`/payments/${payment.id}/refund`, {})
  expect((await api.post(`/credit-notes/${rest.id}/apply`)).body.invoice_remaining).toBe(0)
})

test('many at once credit an invoice once', async () => {
  const { id: invoice_id } = await newIssued(api)
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      api.post('/credit-notes', { invoice_id, reason: 'Twice', full: true }),
    ),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  for (const { status, body } of answers.filter(({ status }) => status !== 201)) {
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'nothing_to_credit' })
  }
})

test("does not know another shop's records", async () => {
  const theirs = await newIssued(other.api)
  const created = await other.api.post('/credit-notes', {
    invoice_id: theirs.id,
    reason: 'Theirs',
    full: true,
  })
  const path = `/credit-notes/${created.body.id}`
  for (const answer of [
    await api.get(path),
    await api.put(path, { reason: 'x' }),
    await api.patch(path, {}),
    await api.delete(path),
    await api.post(`${path}/apply`),
    await api.get('/credit-notes/abc'),
  ]) {
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  const strange = { invoice_id: theirs.id, reason: 'Ours?', full: true }
  expect(await api.post('/credit-notes', strange)).toMatchObject({
    status: 422,
    body: { errors: { invoice_id: ['The selected invoice id is invalid.'] } },
  })
  const invoice = await newIssued(api)
  expect(
    await api.post('/credit-notes', {
      invoice_id: invoice.id,
      reason: 'Mixed',
      lines: [{ invoice_line_id: theirs.lines[0].id }],
    }),
  ).toMatchObject({ status: 422 })
})

test('asks for the permission, keeps one answer per key, refuses a stale version', async () => {
  const { technician, accountant } = shop.as
  expect((await technician.get('/credit-notes')).status).toBe(403)
  expect((await technician.post('/credit-notes', {})).status).toBe(403)
  const { id: invoice_id } = await newIssued(api)
  const body = { invoice_id, reason: 'Once', lines: [part] }
  const key = { 'Idempotency-Key': 'one-credit' }
  const first = await accountant.post('/credit-notes', body, key)
  expect(first.status).toBe(201)
  expect((await accountant.post('/credit-notes', body, key)).body).toEqual(first.body)
  const path = `/credit-notes/${first.body.id}`
  const etag = (await api.get(path)).headers.get('etag') as string
  expect((await api.put(path, { reason: 'New' }, { 'If-Match': etag })).status).toBe(200)
  expect((await api.put(path, { reason: 'Old' }, { 'If-Match': etag })).status).toBe(412)
})
