import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { chartOf, entering, expectSums, fileVat } from './books.ts'

const { shop, owner } = await startShops()
const { api } = shop
const of = await chartOf(api)
const { today, cashToBank, newEntry } = entering(api, of)

test('stands in no closed period', async () => {
  await fileVat(owner, shop.tenant_id, '2024-01-01', '2024-12-31')
  for (const date of ['2024-12-31', '2023-05-01']) {
    expect(await api.post('/journal-entries', { date, lines: cashToBank() })).toMatchObject({
      status: 422,
      body: { code: 'btw_period_closed', errors: { date: [expect.stringContaining(date)] } },
    })
  }
  await newEntry({ date: '2025-01-01' })
})

test('never changes', async () => {
  const { id } = await newEntry()
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    expect((await api.send(method, `/journal-entries/${id}`, {})).status).toBe(405)
  }
})

test('entries made at once are numbered without a gap', async () => {
  const made = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      n % 4 === 3
        ? api.post('/journal-entries', {
            date: today,
            lines: [cashToBank()[0], { account_id: of('1300'), credit: 100 }],
          })
        : api.post('/journal-entries', { date: today, lines: cashToBank(n + 1) }),
    ),
  )
  expect(made.filter(({ status }) => status === 201)).toHaveLength(9)
  const { rows } = await owner.query(
    `select entry_number from journal_entries where tenant_id = $1 order by entry_number`,
    [shop.tenant_id],
  )
  const numbers = rows.map(({ entry_number }) => Number(entry_number.split('-')[2]))
  expect(numbers).toEqual(numbers.map((_, n) => n + 1))
  await expectSums(owner)
  const { body } = await api.get('/journal-entries?per_page=1')
  expect(body.total).toBe(numbers.length)
})

test('needs the right to post', async () => {
  const entry = { date: today, lines: cashToBank() }
  for (const role of ['technician', 'frontdesk'] as const) {
    expect((await shop.as[role].post('/journal-entries', entry)).status).toBe(403)
    expect((await shop.as[role].get('/journal-entries')).status).toBe(403)
  }
  expect((await shop.as.accountant.post('/journal-entries', entry)).status).toBe(201)
})
