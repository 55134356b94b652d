import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { frontdesk } = shop.as

const made = async (path: string, body: object = {}, client = api): Promise<Json> => {
  const answer = await client.post(path, body)
  expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status)
  return answer.body
}
const newBranch = async (name: string): Promise<number> => (await made('/branches', { name })).id
const line = { description: 'Screen', qty: 1, unit_price: 89, vat_pct: 21 }
const customer = await made('/customers', { first_name: 'Jane', email: 'jane@example.com' })
const of = { customer_id: customer.id }
const drafts = {
  '/work-orders': { ...of, device_brand: 'Apple' },
  '/quotations': { ...of, lines: [line] },
  '/invoices': { ...of, invoice_date: '2026-03-27', lines: [line] },
  '/recurring-invoices': {
    ...of,
    frequency: 'monthly',
    next_run_date: '2026-01-31',
    lines: [line],
  },
} as const
const paths = Object.keys(drafts) as (keyof typeof drafts)[]
const branchOf = async (path: string, id: number) => (await api.get(`${path}/${id}`)).body.branch_id

const refusal = {
  status: 422,
  body: {
    code: 'validation_failed',
    errors: { branch_id: ['The selected branch id is invalid.'] },
  },
}

const home = await newBranch('Rotterdam')
const elsewhere = await newBranch('Utrecht')
const clerk = (await frontdesk.get('/auth/me')).body.id
await api.put(`/users/${clerk}`, { branch_id: home })

test.each(paths)(
  '%s: is of the branch of who makes it, unless another or none is said',
  async (path) => {
    const draft = drafts[path]
    // Of these the front desk may make all but schedules.
    const client = path === '/recurring-invoices' ? api : frontdesk
    const expected = path === '/recurring-invoices' ? null : home
    expect((await made(path, draft, client)).branch_id).toBe(expected)
    expect((await made(path, { ...draft, branch_id: null }, client)).branch_id).toBeNull()
    const own = await made(path, { ...draft, branch_id: elsewhere }, client)
    expect(own.branch_id).toBe(elsewhere)
    expect((await made(path, draft)).branch_id).toBeNull()
    const changed = await api.patch(`${path}/${own.id}`, { branch_id: home })
    expect(changed).toMatchObject({ status: 200, body: { branch_id: home } })
    expect((await api.patch(`${path}/${own.id}`, { notes: 'Same' })).body.branch_id).toBe(home)
    const theirs = (await other.api.post('/branches', { name: 'Theirs' })).body.id
    for (const branch_id of [999_999, theirs]) {
      expect(await api.post(path, { ...draft, branch_id })).toMatchObject(refusal)
    }
  },
)

test('what is made from a record is of its branch, whoever makes it', async () => {
  const order = await made('/work-orders', { ...drafts['/work-orders'], branch_id: elsewhere })
  const on = { work_order_id: order.id }
  const quotation = await made('/quotations', { ...drafts['/quotations'], ...on }, frontdesk)
  expect(quotation.branch_id).toBe(elsewhere)
  const linked = await made('/invoices', { ...drafts['/invoices'], ...on }, frontdesk)
  expect(linked.branch_id).toBe(elsewhere)
  const said = await made('/invoices', { ...drafts['/invoices'], ...on, branch_id: home })
  expect(said.branch_id).toBe(home)
  await made(`/work-orders/${order.id}/lines`, { ...line, quantity: 1, vat_rate: 21 })
  expect((await made(`/work-orders/${order.id}/invoice`, {}, frontdesk)).branch_id).toBe(elsewhere)
  const deposit = { amount: 10 }
  const taken = await made(`/quotations/${quotation.id}/deposit`, deposit, frontdesk)
  expect(taken.branch_id).toBe(elsewhere)

  const offer = await made('/quotations', { ...drafts['/quotations'], branch_id: elsewhere })
  const { work_order_id } = await made(
    `/quotations/${offer.id}/convert-to-work-order`,
    {},
    frontdesk,
  )
  expect(await branchOf('/work-orders', work_order_id)).toBe(elsewhere)
  const { invoice_id } = await made(`/quotations/${offer.id}/convert-to-invoice`, {}, frontdesk)
  expect(await branchOf('/invoices', invoice_id)).toBe(elsewhere)

  const plan = { ...drafts['/recurring-invoices'], branch_id: elsewhere }
  const schedule = await made('/recurring-invoices', plan)
  const made_by_it = await made(`/recurring-invoices/${schedule.id}/generate`)
  expect(await branchOf('/invoices', made_by_it.invoice_id)).toBe(elsewhere)

  const loose = await made('/work-orders', drafts['/work-orders'])
  const bill = { ...drafts['/invoices'], work_order_id: loose.id }
  expect((await made('/invoices', bill, frontdesk)).branch_id).toBeNull()
})

test('a deleted branch gets no new records but those that follow from its own', async () => {
  const closing = await newBranch('Closing')
  const order = await made('/work-orders', { ...drafts['/work-orders'], branch_id: closing })
  const offer = await made('/quotations', { ...drafts['/quotations'], branch_id: closing })
  const draft = await made('/invoices', { ...drafts['/invoices'], branch_id: closing })
  const plan = { ...drafts['/recurring-invoices'], branch_id: closing }
  const schedule = await made('/recurring-invoices', plan)
  await api.put(`/users/${clerk}`, { branch_id: closing })
  expect((await api.delete(`/branches/${closing}`)).status).toBe(204)

  for (const path of paths) {
    expect(await api.post(path, { ...drafts[path], branch_id: closing }), path).toMatchObject(
      refusal,
    )
  }
  expect(await api.post('/warehouses', { name: 'W', branch_id: closing })).toMatchObject(refusal)
  const loose = await made('/invoices', drafts['/invoices'])
  expect(await api.put(`/invoices/${loose.id}`, { branch_id: closing })).toMatchObject(refusal)
  expect((await made('/work-orders', drafts['/work-orders'], frontdesk)).branch_id).toBeNull()
  await api.put(`/users/${clerk}`, { branch_id: home })

  expect((await api.put(`/invoices/${draft.id}`, { notes: 'x' })).body.branch_id).toBe(closing)
  expect((await api.post(`/invoices/${draft.id}/issue`)).body.branch_id).toBe(closing)
  await made(`/work-orders/${order.id}/lines`, { ...line, quantity: 1, vat_rate: 21 })
  expect((await made(`/work-orders/${order.id}/invoice`)).branch_id).toBe(closing)
  const { work_order_id } = await made(`/quotations/${offer.id}/convert-to-work-order`)
  expect(await branchOf('/work-orders', work_order_id)).toBeNull()
  const { invoice_id } = await made(`/quotations/${offer.id}/convert-to-invoice`)
  expect(await branchOf('/invoices', invoice_id)).toBe(closing)
  const again = await made(`/recurring-invoices/${schedule.id}/generate`)
  expect(await branchOf('/invoices', again.invoice_id)).toBe(closing)
})

test('branches that issue at once number their invoices as one series', async () => {
  const ids: number[] = []
  for (let n = 0; n < 20; n++) {
    const branch_id = n % 2 ? home : elsewhere
    ids.push((await made('/invoices', { ...drafts['/invoices'], branch_id })).id)
  }
  const before = await highest()
  const answers = await Promise.all(ids.map((id) => api.post(`/invoices/${id}/issue`)))
  expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200))
  const numbers = answers.map(({ body }) => Number(body.invoice_number.split('-')[2]))
  expect(numbers.sort((a, b) => a - b)).toEqual(ids.map((_, place) => before + place + 1))
  const tickets = await Promise.all(
    ids.map((_, n) =>
      made('/work-orders', { ...drafts['/work-orders'], branch_id: n % 2 ? home : elsewhere }),
    ),
  )
  const ticketed = tickets.map(({ ticket_no }) => Number(ticket_no.split('-')[2]))
  const [first = 0] = ticketed.sort((a, b) => a - b)
  expect(ticketed).toEqual(ids.map((_, place) => first + place))
})

async function highest(): Promise<number> {
  const { rows } = await owner.query(
    `select coalesce(max(split_part(invoice_number, '-', 3)::int), 0) as no from invoices where tenant_id = $1`,
    [shop.tenant_id],
  )
  return rows[0].no
}
