import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newDraft } from '../sales/invoicing.ts'
import { debtor, owing } from './owing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const due = async (ids: number[]) => {
  const answers = await Promise.all(ids.map((id) => api.get(`/invoices/${id}`)))
  return answers.map(({ body }) => body.amount_due)
}
const pay = (body: object) => api.post('/payments', { method: 'pin', ...body })

test('spreads money over the invoices that are given', async () => {
  const { customer_id, ids } = await debtor(api, [100, 50, 25])
  const [first, , third] = ids
  const answer = await pay({
    customer_id,
    amount: 70,
    reference: 'Transfer 12',
    paid_at: '2026-03-30T15:00:00Z',
    invoices: [
      { invoice_id: third, amount: 25 },
      { invoice_id: first, amount: '45.00' },
    ],
  })
  const shared = {
    method: 'pin',
    status: 'paid',
    reference: 'Transfer 12',
    paid_at: '2026-03-30T15:00:00Z',
  }
  expect(answer).toMatchObject({
    status: 201,
    body: {
      data: [
        { invoice_id: third, amount: 25, ...shared },
        { invoice_id: first, amount: 45, ...shared },
      ],
      amount: 70,
      customer_id,
    },
  })
  expect(await due(ids)).toEqual([55, 50, 0])
  expect((await api.get(`/invoices/${third}`)).body).toMatchObject({
    status: 'paid',
    paid_at: '2026-03-30T15:00:00Z',
  })
  expect((await api.get(`/payments/${answer.body.data[0].id}`)).body).toEqual(answer.body.data[0])
})

test('pays the oldest due first when none is given, and all when there is enough', async () => {
  const { customer_id, ids } = await debtor(api, [100, 50, 25])
  const older = await owing(api, 10, { customer_id, due_date: '2098-12-31' })
  await newDraft(api, { customer_id })
  const part = await pay({ customer_id, amount: 125 })
  expect(part.body.data.map(({ invoice_id, amount }: Json) => [invoice_id, amount])).toEqual([
    [older.id, 10],
    [ids[0], 100],
    [ids[1], 15],
  ])
  expect((await pay({ customer_id, amount: 60.01 })).body.code).toBe('overpaid')
  expect(await due(ids)).toEqual([0, 35, 25])
  expect((await pay({ customer_id, amount: 60 })).status).toBe(201)
  expect(await due(ids)).toEqual([0, 0, 0])
  expect(await pay({ customer_id, amount: 1 })).toMatchObject({
    status: 422,
    body: {
      code: 'overpaid',
      errors: { amount: ['The amount exceeds what is open on the invoice.'] },
    },
  })
})

test('refuses shares that do not fit, and takes nothing then', async () => {
  const { customer_id, ids } = await debtor(api, [100, 50])
  const stranger = await owing(api, 10)
  const draft = await newDraft(api, { customer_id })
  const share = (invoice_id: unknown, amount: number) => ({ invoice_id, amount })
  const refused: [Json[], string, string | undefined][] = [
    [[share(ids[0], 50), share(ids[1], 50.5)], 'overpaid', 'invoices.1.amount'],
    [[share(ids[0], 50), share(ids[0], 10)], 'validation_failed', 'invoices.1.invoice_id'],
    [[share(stranger.id, 10)], 'validation_failed', 'invoices.0.invoice_id'],
    [[share(draft.id, 10)], 'not_issued', undefined],
  ]
  for (const [invoices, code, field] of refused) {
    const amount = invoices.reduce((sum, { amount }) => sum + amount, 0)
    const answer = await pay({ customer_id, amount, invoices })
    expect(answer, code).toMatchObject({ status: 422, body: { code } })
    if (field) expect(Object.keys(answer.body.errors)).toEqual([field])
  }
  const sum = await pay({ customer_id, amount: 60, invoices: [share(ids[0], 50)] })
  expect(sum.body.errors).toEqual({
    amount: ['The amount field must be the sum of the amounts of the invoices.'],
  })
  expect((await pay({ customer_id, amount: 1, invoices: [] })).status).toBe(422)
  expect((await pay({ customer_id, amount: 1, paid_at: '2099-01-01' })).body.errors).toHaveProperty(
    'paid_at',
  )
  expect(await due(ids)).toEqual([100, 50])
  expect((await api.get(`/payments?invoice_id=${ids[0]}`)).body.total).toBe(0)
})

test('is for those who may take payments, in their own shop', async () => {
  const { customer_id, ids } = await debtor(api, [10])
  const body = { customer_id, amount: 10, method: 'pin' }
  expect((await shop.as.technician.post('/payments', body)).status).toBe(403)
  const theirs = await other.api.post('/payments', body)
  expect(theirs).toMatchObject({
    status: 422,
    body: { errors: { customer_id: [expect.any(String)] } },
  })
  expect((await shop.as.accountant.post('/payments', body)).status).toBe(201)
  expect(await due(ids)).toEqual([0])
})

/** What payments and invoices say of each other, in SQL. */
async function booked(customer_id: number) {
  const { rows } = await owner.query(
    `select i.due_cents::int as due, (i.paid_cents = coalesce(sum(p.amount_cents + p.rounding_cents
       - p.unapplied_cents - p.refunded_cents), 0)) as agrees
     from invoices i left join payments p on p.invoice_id = i.id
     where i.customer_id = $1 group by i.id order by i.id`,
    [customer_id],
  )
  expect(rows.every(({ agrees, due }) => agrees && due >= 0)).toBe(true)
  return rows.map((row): number => row.due)
}

test('twenty at once never take more than what is open', async () => {
  const { customer_id } = await debtor(api, [40, 40, 20])
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => pay({ customer_id, amount: 15 })),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(6)
  expect(answers.filter(({ body }) => body.code === 'overpaid')).toHaveLength(14)
  expect(await booked(customer_id)).toEqual([0, 0, 1000])
})

test.each(['pin', 'cash'])('twenty at once by both routes never take more, %s', async (method) => {
  const { customer_id, ids } = await debtor(api, [60, 40])
  const [first, second] = ids
  const both = [
    { invoice_id: second, amount: 5 },
    { invoice_id: first, amount: 10 },
  ]
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0
        ? api.post(`/invoices/${n % 4 === 0 ? first : second}/payments`, { amount: 15, method })
        : pay({ customer_id, amount: 15, method, ...(n % 4 === 1 && { invoices: both }) }),
    ),
  )
  const taken = answers.filter(({ status }) => status === 201)
  const refused = answers.filter(({ body }) => body.code === 'overpaid')
  expect(taken.length + refused.length, JSON.stringify(answers.map(({ body }) => body.code))).toBe(
    20,
  )
  const [a = 0, b = 0] = await booked(customer_id)
  expect(a + b).toBe(10_000 - taken.length * 1500)
  expect(taken.length).toBeGreaterThan(3)
})
