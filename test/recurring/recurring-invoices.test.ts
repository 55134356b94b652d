import { describe, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { daysOf, madeBy, newSchedule, rent, runAt } from './scheduling.ts'

const started = await startShops()
const { shop, other, owner } = started
const { api } = shop

describe('a schedule', () => {
  test('is made, listed, read, changed and deleted', async () => {
    const customer = await api.post('/customers', { first_name: 'Jane', last_name: 'Smith' })
    const draft = {
      customer_id: customer.body.id,
      frequency: 'monthly',
      next_run_date: '2099-01-31',
    }
    const made = await api.post('/recurring-invoices', {
      ...draft,
      lines: [rent, { ...rent, qty: 2, vat_rate: 9, discount_pct: 10 }],
    })
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...draft,
        customer: { id: customer.body.id, name: 'Jane Smith' },
        last_run_date: null,
        auto_send: false,
        active: true,
        subtotal: 70,
        vat_total: 9.3,
        total: 79.3,
        notes: null,
        last_error: null,
        lines: [
          { description: rent.description, qty: 1, unit_price: 25, vat_rate: 21, total_excl: 25 },
          { qty: 2, vat_rate: 9, discount_pct: 10, total_excl: 45 },
        ],
      },
    })
    const { lines, ...listed } = made.body
    const path = `/recurring-invoices/${made.body.id}`
    expect((await api.get(path)).body).toEqual(made.body)
    const list = await api.get(`/recurring-invoices?customer_id=${customer.body.id}`)
    expect(list.body).toEqual([listed])
    expect(list.headers.get('x-total-count')).toBe('1')
    const put = await api.put(path, { frequency: 'yearly', lines: [rent], auto_send: true })
    expect(put).toMatchObject({
      status: 200,
      body: { frequency: 'yearly', total: 30.25, auto_send: true, next_run_date: '2099-01-31' },
    })
    expect(put.body.lines).toHaveLength(1)
    const paused = await api.patch(path, { active: false, notes: 'Paused in summer' })
    expect(paused.body).toMatchObject({ active: false, notes: 'Paused in summer', total: 30.25 })
    const active = async (flag: number) =>
      (await api.get(`/recurring-invoices?active=${flag}&customer_id=${draft.customer_id}`)).body
    expect(await active(1)).toEqual([])
    expect(await active(0)).toHaveLength(1)
    expect((await api.delete(path)).status).toBe(204)
    expect((await api.get(path)).status).toBe(404)
  })

  test('refuses what makes no sense, at the field', async () => {
    const { path } = await newSchedule(api)
    const errors = async (change: object) => (await api.put(path, change)).body.errors
    expect((await api.post('/recurring-invoices', {})).body.errors).toEqual({
      customer_id: ['The customer id field is required.'],
      frequency: ['The frequency field is required.'],
      next_run_date: ['The next run date field is required.'],
      lines: ['The lines field is required.'],
    })
    expect(await errors({ frequency: 'daily' })).toEqual({
      frequency: ['The frequency field must be one of: weekly, monthly, quarterly, yearly.'],
    })
    expect(await errors({ next_run_date: '2026-02-30' })).toHaveProperty('next_run_date')
    expect(await errors({ next_run_date: '0206-01-31' })).toEqual({
      next_run_date: ['The next run date field must lie between 2000-01-01 and 2999-12-31.'],
    })
    expect(await errors({ lines: [] })).toHaveProperty('lines')
    expect(await errors({ lines: [rent, { ...rent, qty: 0 }] })).toHaveProperty('lines.1.qty')
    expect(await errors({ lines: [{ ...rent, product_id: 999999 }] })).toEqual({
      'lines.0.product_id': ['The selected product id is invalid.'],
    })
    expect(await errors({ customer_id: 999999 })).toHaveProperty('customer_id')
    expect((await api.get('/recurring-invoices?customer_id=999999')).status).toBe(404)
    expect((await other.api.get(path)).status).toBe(404)
    expect((await other.api.post(`${path}/generate`)).status).toBe(404)
    expect((await shop.as.frontdesk.post(`${path}/generate`)).status).toBe(403)
    expect((await shop.as.technician.get('/recurring-invoices')).status).toBe(403)
    expect((await shop.as.accountant.put(path, { active: true })).status).toBe(200)
  })

  test('leaves its invoices alone when it is deleted', async () => {
    const { path } = await newSchedule(api)
    const { invoice_id } = (await api.post(`${path}/generate`)).body
    await api.post(`/invoices/${invoice_id}/issue`)
    expect((await api.delete(path)).status).toBe(204)
    expect((await api.get(`/invoices/${invoice_id}`)).body).toMatchObject({
      status: 'sent',
      total: 30.25,
    })
  })
})

describe('generate', () => {
  test('makes the invoice of the next day early, and each day once', async () => {
    const { id, path } = await newSchedule(api, {
      next_run_date: '2099-01-31',
      lines: [rent, { ...rent, vat_rate: 9, discount_pct: 10 }],
      notes: 'Thank you',
    })
    const answer = await api.post(`${path}/generate`)
    expect(answer).toMatchObject({ status: 200, body: { message: 'Invoice generated' } })
    const { rows } = await owner.query(
      `select (now() at time zone 'Europe/Amsterdam')::date::text as today`,
    )
    expect((await api.get(`/invoices/${answer.body.invoice_id}`)).body).toMatchObject({
      status: 'draft',
      invoice_number: null,
      invoice_date: rows[0].today,
      supply_date: '2099-01-31',
      subtotal: 47.5,
      total: 54.78,
      notes: 'Thank you',
      lines: [
        { ...rent, total_excl: 25 },
        { vat_rate: 9, discount_pct: 10, total_excl: 22.5 },
      ],
    })
    expect((await api.get(path)).body).toMatchObject({
      last_run_date: '2099-01-31',
      next_run_date: '2099-02-28',
    })
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => api.post(`${path}/generate`)))
    expect(new Set(answers.map(({ body }) => body.invoice_id)).size).toBe(5)
    expect(daysOf(await madeBy(owner, id))).toEqual([
      '2099-01-31',
      '2099-02-28',
      '2099-03-31',
      '2099-04-30',
      '2099-05-31',
      '2099-06-30',
    ])
  })

  test.each([
    ['weekly', '2098-02-22', ['2098-03-01', '2098-03-08']],
    ['monthly', '2096-01-30', ['2096-02-29', '2096-03-30']],
    ['quarterly', '2098-11-30', ['2099-02-28', '2099-05-30']],
    ['yearly', '2096-02-29', ['2097-02-28', '2098-02-28']],
  ])('%s from %s comes to %s', async (frequency, next_run_date, [second, third]) => {
    const { path } = await newSchedule(api, { frequency, next_run_date })
    await api.post(`${path}/generate`)
    expect((await api.get(path)).body.next_run_date).toBe(second)
    await api.post(`${path}/generate`)
    expect((await api.get(path)).body.next_run_date).toBe(third)
  })

  test('aims at the day of a new date, or where a weekly schedule is', async () => {
    const { path } = await newSchedule(api, { next_run_date: '2099-01-15' })
    await api.put(path, { next_run_date: '2099-01-31' })
    await api.post(`${path}/generate`)
    await api.put(path, { frequency: 'weekly' })
    await api.post(`${path}/generate`)
    await api.put(path, { frequency: 'monthly' })
    await api.post(`${path}/generate`)
    expect((await api.get(path)).body).toMatchObject({
      last_run_date: '2099-03-07',
      next_run_date: '2099-04-07',
    })
  })

  test('cannot be led back to a day that has its invoice', async () => {
    const { path } = await newSchedule(api, { next_run_date: '2099-01-31' })
    await api.post(`${path}/generate`)
    const { invoice_id } = (await api.post(`${path}/generate`)).body
    for (const next_run_date of ['2099-01-01', '2099-01-31', '2099-02-28']) {
      const answer = await api.put(path, { next_run_date })
      expect(answer).toMatchObject({ status: 422, body: { code: 'already_generated' } })
      expect(answer.body.errors).toHaveProperty('next_run_date')
    }
    // A draft that was deleted can be made once more.
    await api.delete(`/invoices/${invoice_id}`)
    expect((await api.put(path, { next_run_date: '2099-02-28' })).status).toBe(200)
    expect((await api.post(`${path}/generate`)).status).toBe(200)
  })
})

describe('a run', () => {
  test('makes what is due on that day in the zone of the shop, and nothing before', async () => {
    const { id } = await newSchedule(api, { next_run_date: '2026-01-31' })
    await runAt(started, id, '2026-01-30T22:59:59Z')
    expect(await madeBy(owner, id)).toEqual([])
    await runAt(started, id, '2026-01-30T23:00:00Z')
    expect(await madeBy(owner, id)).toMatchObject([
      {
        recurring_date: '2026-01-31',
        invoice_date: '2026-01-31',
        supply_date: null,
        due_date: '2026-02-14',
        status: 'draft',
        total_cents: 3025,
      },
    ])
  })

  test('five times and at once makes each invoice once', async () => {
    const { id } = await newSchedule(api, { next_run_date: '2026-01-31' })
    const runs = (now: string) => Promise.all([1, 2, 3, 4, 5].map(() => runAt(started, id, now)))
    await runs('2026-01-31T12:00:00Z')
    await runs('2026-01-31T13:00:00Z')
    expect(daysOf(await madeBy(owner, id))).toEqual(['2026-01-31'])
    await runs('2026-02-28T12:00:00Z')
    expect(daysOf(await madeBy(owner, id))).toEqual(['2026-01-31', '2026-02-28'])
  })

  test('after three missed days catches up on every one of them, dated on the day of issue', async () => {
    const { id, path } = await newSchedule(api, {
      frequency: 'weekly',
      next_run_date: '2026-03-02',
    })
    const now = '2026-03-17T08:00:00Z'
    await Promise.all([1, 2, 3, 4, 5].map(() => runAt(started, id, now)))
    const made = await madeBy(owner, id)
    expect(daysOf(made)).toEqual(['2026-03-02', '2026-03-09', '2026-03-16'])
    for (const { invoice_date, supply_date, recurring_date, due_date } of made) {
      expect({ invoice_date, supply_date, due_date }).toEqual({
        invoice_date: '2026-03-17',
        supply_date: recurring_date,
        due_date: '2026-03-31',
      })
    }
    expect((await api.get(path)).body).toMatchObject({
      last_run_date: '2026-03-16',
      next_run_date: '2026-03-23',
      last_error: null,
    })
  })

  test('leaves a paused schedule alone, and one that is gone', async () => {
    const { id, path } = await newSchedule(api, { active: false })
    await runAt(started, id, '2026-03-17T08:00:00Z')
    expect(await madeBy(owner, id)).toEqual([])
    await api.delete(path)
    await runAt(started, id, '2026-03-17T08:00:00Z')
  })
})
