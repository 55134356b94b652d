import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { chartOf, entering, expectSums } from './books.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const of = await chartOf(api)
const { today, cashToBank, newEntry } = entering(api, of)
const shifted = (days: number) =>
  new Date(Date.parse(today) + days * 24 * 3600 * 1000).toISOString().slice(0, 10)

const refusalOf = async (lines: object[], rest: object = {}) =>
  (await api.post('/journal-entries', { date: today, lines, ...rest })).body

const counted = async () => {
  const { rows } = await owner.query('select count(*)::int as count from journal_entries')
  return rows[0].count
}

test('an entry is answered as it is read again, and listed newest first', async () => {
  const made = await newEntry({
    description: 'Kasstorting',
    reference: 'Bon 7',
    lines: [
      { account_id: of('1100'), debit: '100.50', credit: 0, description: 'Afstorting' },
      { account_id: of('1000'), debit: null, credit: 100.5 },
    ],
  })
  expect(made).toMatchObject({
    entry_number: expect.stringMatching(/^JE-\d{4}-\d{4}$/),
    date: today,
    document_date: today,
    description: 'Kasstorting',
    reference: 'Bon 7',
    journal: 'memorial',
    total: 100.5,
    source_type: null,
    source_id: null,
    reverses_id: null,
    reversed_by_id: null,
    customer_id: null,
    supplier_id: null,
    user: { name: 'admin of first' },
    late: false,
    lines: [
      {
        account_id: of('1100'),
        account: { code: '1100', name: 'Bank' },
        debit: 100.5,
        credit: 0,
        description: 'Afstorting',
        vat_box: null,
        vat_part: null,
      },
      { account_id: of('1000'), debit: 0, credit: 100.5, description: null },
    ],
  })
  expect((await api.get(`/journal-entries/${made.id}`)).body).toEqual(made)
  const { lines: _, ...listed } = made
  expect((await api.get('/journal-entries')).body.data[0]).toEqual(listed)
})

test('asks for a date and two lines, each with one side, in whole cents', async () => {
  expect((await api.post('/journal-entries', {})).body.errors).toEqual({
    date: ['The date field is required.'],
    lines: ['The lines field is required.'],
  })
  const [debit, credit] = cashToBank() as [object, object]
  const field = async (lines: object[], rest = {}) =>
    Object.keys((await refusalOf(lines, rest)).errors)
  expect(await field([debit])).toContain('lines')
  expect(await field([{ ...debit, credit: 100 }, credit])).toContain('lines.0.credit')
  expect(await field([debit, { account_id: of('1000') }])).toContain('lines.1.debit')
  expect(await field([debit, credit, { account_id: of('1000'), debit: 0, credit: 0 }])).toEqual([
    'lines.2.debit',
  ])
  expect(await field([{ ...debit, debit: -100 }, credit])).toEqual(['lines.0.debit'])
  expect(await field([{ ...debit, debit: 100.001 }, credit])).toEqual(['lines.0.debit'])
  expect(await field([debit, credit], { date: '2026-02-30' })).toEqual(['date'])
  expect(await field([debit, credit], { date: '1999-12-31' })).toEqual(['date'])
  expect(await field([debit, credit], { date: shifted(367) })).toEqual(['date'])
  const many = Array.from({ length: 501 }, () => debit)
  expect(await field(many)).toContain('lines')
})

test('one that does not balance is refused, and the difference named', async () => {
  const [debit] = cashToBank() as [object]
  expect(await refusalOf([debit, { account_id: of('1000'), credit: 90 }])).toMatchObject({
    code: 'validation_failed',
    errors: {
      lines: ['The lines field must balance: debit is 100.00, credit 90.00, the difference 10.00.'],
      'lines.1': ['The lines.1 field leaves the entry 10.00 credit short.'],
    },
  })
})

test('of any lines, exactly those with one side each and as much on both are taken', async () => {
  const cents = fc.integer({ min: 0, max: 20 })
  const line = fc.record({ debit: cents, credit: cents, first: fc.boolean() })
  const some = fc.oneof(
    fc.array(line, { maxLength: 5 }),
    fc
      .array(fc.integer({ min: 1, max: 999_999_999 }), { minLength: 1, maxLength: 4 })
      .map((parts) => [
        ...parts.map((debit) => ({ debit, credit: 0, first: true })),
        { debit: 0, credit: parts.reduce((a, b) => a + b), first: false },
      ]),
  )
  await fc.assert(
    fc.asyncProperty(some, async (lines) => {
      const before = await counted()
      const answer = await api.post('/journal-entries', {
        date: today,
        lines: lines.map(({ debit, credit, first }) => ({
          account_id: of(first ? '1000' : '1100'),
          debit: debit / 100,
          credit: credit / 100,
        })),
      })
      const balance = lines.reduce((sum, { debit, credit }) => sum + debit - credit, 0)
      const fits =
        balance === 0 && lines.length > 1 && lines.every((l) => l.debit > 0 !== l.credit > 0)
      const tooMuch = lines.some((l) => l.credit > 999_999_999)
      expect(answer.status).toBe(fits && !tooMuch ? 201 : 422)
      expect(await counted()).toBe(before + (fits && !tooMuch ? 1 : 0))
    }),
    { numRuns: 60 },
  )
  await expectSums(owner)
})

test('an account that is not there, or that documents keep, is named by its line', async () => {
  const theirs = (await other.api.get('/gl-accounts')).body[0].id
  const [debit, credit] = cashToBank() as [object, object]
  for (const account_id of [999_999_999, theirs]) {
    expect((await refusalOf([debit, { ...credit, account_id }])).errors).toEqual({
      'lines.1.account_id': ['The selected account id is invalid.'],
    })
  }
  for (const code of ['1300', '1600', '3000', '3010', '1450']) {
    expect(await refusalOf([debit, { ...credit, account_id: of(code) }])).toMatchObject({
      code: 'control_account',
      errors: { 'lines.1.account_id': [expect.stringContaining(code)] },
    })
  }
})

test('VAT stands in the box of its account, turnover where the line says', async () => {
  const { lines, btw_period_id } = await newEntry({
    lines: [
      { account_id: of('4500'), debit: 100, vat_box: '4b' },
      { account_id: of('1520'), debit: 21 },
      { account_id: of('1506'), credit: 21 },
      { account_id: of('8000'), credit: 40 },
      { account_id: of('1100'), credit: 60 },
    ],
  })
  expect(lines.map(({ vat_box, vat_part }: Json) => [vat_box, vat_part])).toEqual([
    ['4b', 'turnover'],
    ['5b', 'vat'],
    ['4b', 'vat'],
    ['1a', 'turnover'],
    [null, null],
  ])
  const { rows } = await owner.query(
    'select box, turnover_cents::int, vat_cents::int from btw_boxes where btw_period_id = $1 order by box',
    [btw_period_id],
  )
  expect(rows).toEqual([
    { box: '1a', turnover_cents: 4000, vat_cents: 0 },
    { box: '4b', turnover_cents: 10000, vat_cents: 2100 },
    { box: '5b', turnover_cents: 0, vat_cents: 2100 },
  ])
  const wrong = [
    { account_id: of('1500'), credit: 21, vat_box: '1b' },
    { account_id: of('1100'), debit: 21 },
  ]
  expect((await refusalOf(wrong)).errors).toEqual({
    'lines.0.vat_box': ['The VAT box of account 1500 Btw af te dragen hoog is 1a.'],
  })
})

test('a reversal swaps the sides, in the same boxes, once', async () => {
  const entry = await newEntry({
    date: shifted(-1),
    reference: 'Bon 8',
    lines: [
      { account_id: of('1100'), debit: 121, description: 'Pin' },
      { account_id: of('1500'), credit: 21 },
      { account_id: of('8000'), credit: 100, vat_box: '1c' },
    ],
  })
  // What the account says later does not count for what takes back an earlier entry.
  const path = `/journal-entries/${entry.id}`
  const reversal = await api.post(`${path}/reverse`, { description: 'Vergissing' })
  expect(reversal).toMatchObject({
    status: 201,
    body: {
      date: today,
      description: 'Vergissing',
      reference: entry.entry_number,
      reverses_id: entry.id,
      total: 121,
      lines: [
        { account_id: of('1100'), debit: 0, credit: 121, description: 'Pin', vat_box: null },
        { account_id: of('1500'), debit: 21, credit: 0, vat_box: '1a', vat_part: 'vat' },
        { account_id: of('8000'), debit: 100, credit: 0, vat_box: '1c', vat_part: 'turnover' },
      ],
    },
  })
  expect((await api.get(path)).body.reversed_by_id).toBe(reversal.body.id)
  const refused = (code: string) => ({ status: 422, body: { code } })
  expect(await api.post(`${path}/reverse`, {})).toMatchObject(refused('already_reversed'))
  expect(await api.post(`/journal-entries/${reversal.body.id}/reverse`, {})).toMatchObject(
    refused('is_reversal'),
  )
  const next = await newEntry()
  expect(
    (await api.post(`/journal-entries/${next.id}/reverse`, { date: shifted(-1) })).body.errors,
  ).toHaveProperty('date')
  const ahead = await newEntry({ date: shifted(3) })
  expect((await api.post(`/journal-entries/${ahead.id}/reverse`)).body.date).toBe(shifted(3))
  expect((await api.post('/journal-entries/999999999/reverse')).status).toBe(404)
  expect((await other.api.post(`/journal-entries/${next.id}/reverse`)).status).toBe(404)
})

test('of ten reversals at once one is made', async () => {
  const { id } = await newEntry()
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api.post(`/journal-entries/${id}/reverse`)),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ body }) => body.code === 'already_reversed')).toHaveLength(9)
})

test('what a document posted is not reversed, but found by the document', async () => {
  const customer_id = (await api.post('/customers', { first_name: 'Jane' })).body.id
  const lines = [{ description: 'Screen', qty: 1, unit_price: 100 }]
  const { id } = (await api.post('/invoices', { customer_id, invoice_date: today, lines })).body
  expect((await api.post(`/invoices/${id}/issue`)).status).toBe(200)
  const found = await api.get(`/journal-entries?source_type=invoice&source_id=${id}`)
  const [entry] = found.body.data
  expect(entry).toMatchObject({
    journal: 'sales',
    source_type: 'invoice',
    source_id: id,
    customer_id,
  })
  expect(await api.post(`/journal-entries/${entry.id}/reverse`)).toMatchObject({
    status: 422,
    body: { code: 'posted_by_document' },
  })
  const total = async (query: string) => (await api.get(`/journal-entries?${query}`)).body.total
  expect(await total(`customer_id=${customer_id}`)).toBe(1)
  expect(await total(`account_id=${of('1300')}`)).toBe(1)
  expect(await total('journal=sales')).toBe(1)
  expect(await total(`q=${entry.entry_number.toLowerCase()}`)).toBe(1)
})

test('is filtered by date, period and lateness', async () => {
  const late = await newEntry({ document_date: '2020-01-05', reference: 'Late_bill' })
  expect(late.late).toBe(true)
  const ids = async (query: string) =>
    (await api.get(`/journal-entries?${query}`)).body.data.map(({ id }: Json) => id)
  expect(await ids('late=1')).toEqual([late.id])
  expect(await ids('late=0')).not.toContain(late.id)
  expect(await ids('q=late_b')).toEqual([late.id])
  const early = await newEntry({ date: '2025-06-15' })
  expect(await ids('from=2025-06-15&to=2025-06-15')).toEqual([early.id])
  expect(await ids(`btw_period_id=${early.btw_period_id}`)).toEqual([early.id])
  expect(await ids('to=2025-06-14')).toEqual([])
  for (const query of [
    'account_id=999999999',
    'customer_id=999999999',
    'btw_period_id=999999999',
  ]) {
    expect((await api.get(`/journal-entries?${query}`)).status).toBe(404)
  }
  expect((await api.get('/journal-entries?journal=other')).status).toBe(422)
})
