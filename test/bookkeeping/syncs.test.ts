import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { newCredit } from '../sales/crediting.ts'
import { newCustomer, newIssued } from '../sales/invoicing.ts'
import { startBookkeeping } from './pushing.ts'

const { shop, other, owner, moneybird, connect, disconnect, settled } = await startBookkeeping()
const { api } = shop

const at = '/integrations/moneybird/sync'

test('what was issued before it was switched on is pushed when asked for, once', async () => {
  const customer_id = await newCustomer(api)
  const issued = async (invoice_date: string): Promise<Json> =>
    newIssued(api, { customer_id, invoice_date })
  const [early, first, last] = [
    await issued('2026-01-31'),
    await issued('2026-02-01'),
    await issued('2026-02-28'),
  ]
  const open = await newCredit(api, { invoice_id: first.id })
  await settled()
  expect((await api.get(at)).body).toMatchObject({
    data: [],
    total: 0,
    counts: { queued: 0, done: 0, failed: 0 },
  })
  const period = { from: '2026-02-01', to: '2026-02-28' }
  const off = await api.post(at, period)
  expect([off.status, off.body.code]).toEqual([422, 'integration_disabled'])
  await connect('moneybird')
  const asked = await Promise.all([api.post(at, period), api.post(at, period)])
  expect(asked.map(({ status }) => status)).toEqual([202, 202])
  expect(asked.map(({ body }) => body.queued).toSorted()).toEqual([0, 2])
  await settled()
  for (const { invoice_number } of [first, last]) {
    expect(moneybird.named(invoice_number)).toHaveLength(1)
  }
  expect(moneybird.named(early.invoice_number)).toEqual([])
  expect(moneybird.named(open.credit_note_number)).toEqual([])
  const { body } = await api.get(at)
  expect(body).toMatchObject({ total: 2, counts: { queued: 0, done: 2, failed: 0 } })
  expect(body.data.map(({ number }: Json) => number)).toEqual([
    last.invoice_number,
    first.invoice_number,
  ])
})

test('a long past goes in turns', async () => {
  const customer_id = await newCustomer(api)
  await disconnect('moneybird')
  const { id } = await newIssued(api, { customer_id, invoice_date: '2025-01-01' })
  await owner.query(
    `insert into invoices (tenant_id, customer_id, status, invoice_number, invoice_date, issued_at, vat_breakdown)
     select tenant_id, customer_id, 'sent', 'OLD-' || n, '2025-01-01', now(), '[]'
     from invoices, generate_series(1, 54) n where id = $1`,
    [id],
  )
  await connect('moneybird')
  await owner.query('alter table reactions disable trigger user')
  const { body } = await api.post(at, { from: '2025-01-01', to: '2025-01-01' })
  expect(body).toEqual({ queued: 55 })
  const { rows } = await owner.query(
    `select count(*)::int as number, round(extract(epoch from next_at - created_at) / 60)::int as after_min
     from reactions where kind = 'bookkeeping' and key like 'document_sync:%' and done_at is null group by 2 order by 2`,
  )
  const turns = rows.map(({ after_min }) => after_min)
  expect(turns.slice(-2)).toEqual([5, 10])
  expect(rows.slice(-2).map(({ number }) => number)).toEqual([25, 5])
  await owner.query(`delete from reactions where kind = 'bookkeeping'`)
  await owner.query(`delete from document_syncs where reference like 'OLD-%'`)
})

test('the list is filtered', async () => {
  const total = async (query: string) => (await api.get(`${at}?${query}`)).body.total
  const all = await total('')
  expect(all).toBeGreaterThan(0)
  expect(await total('document_type=invoice')).toBe(all)
  expect(await total('document_type=credit_note')).toBe(0)
  expect(await total('status=failed')).toBe(0)
  expect(await total('to=2020-01-01')).toBe(0)
  expect(await total('from=2020-01-01')).toBe(all)
  expect((await api.get(`${at}?status=lost`)).status).toBe(422)
  expect((await api.get('/integrations/snelstart/sync')).body.total).toBe(0)
})

test('a period that is none is refused', async () => {
  const refused = await api.post(at, { from: '2026-02-02', to: '2026-02-01' })
  expect(refused.status).toBe(422)
  expect(refused.body.errors).toEqual({
    to: ['The to field must be a date after or equal to from.'],
  })
  expect((await api.post(at, {})).body.errors).toHaveProperty('from')
})

test('other services have no documents, other shops not these', async () => {
  for (const slug of ['mollie', 'nobody']) {
    expect((await api.get(`/integrations/${slug}/sync`)).status).toBe(404)
    expect((await api.post(`/integrations/${slug}/sync`, { from: '2026-01-01' })).status).toBe(404)
  }
  const [{ id }] = (await api.get(at)).body.data
  expect((await other.api.get(at)).body.total).toBe(0)
  expect((await other.api.post(`${at}/${id}/retry`)).status).toBe(404)
  expect((await api.post(`/integrations/snelstart/sync/${id}/retry`)).status).toBe(404)
  expect((await api.post(`${at}/999999/retry`)).status).toBe(404)
})

test('accountants look and push, technicians do neither', async () => {
  const { accountant, technician } = shop.as
  expect((await accountant.get(at)).status).toBe(200)
  expect((await accountant.post(at, { from: '2030-01-01' })).status).toBe(202)
  expect((await technician.get(at)).status).toBe(403)
  expect((await technician.post(at, { from: '2030-01-01' })).status).toBe(403)
})
