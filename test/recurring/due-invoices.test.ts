import { beforeEach, describe, expect, test, vi } from 'vitest'
import { startShopsWithMail } from '../harness/mail.ts'
import { daysOf, madeBy, newSchedule } from './scheduling.ts'

const { shop, other, owner, miniflare, mailbox } = await startShopsWithMail()
const { api } = shop
const cron = '5 * * * *'

beforeEach(() => mailbox.clear())

/** The cron trigger fires, that many times at once. */
async function fire(times = 1) {
  const worker = await miniflare.getWorker()
  const runs = Array.from({ length: times }, () => worker.scheduled({ cron }))
  for (const { outcome } of await Promise.all(runs)) expect(outcome).toBe('ok')
}

/** Today and the days before, in the shop's zone. */
async function daysAgo(...days: number[]): Promise<string[]> {
  const { rows } = await owner.query(
    `select ((now() at time zone 'Europe/Amsterdam')::date - ago::int)::text as day from unnest($1::int[]) as ago`,
    [days],
  )
  return rows.map(({ day }) => day)
}

const [today = '', days7 = '', days14 = ''] = await daysAgo(0, 7, 14)

const eventually = (check: () => Promise<void> | void) =>
  vi.waitFor(check, { timeout: 20_000, interval: 100 })

/** Long enough for messages that are still under way to do harm. */
async function quiet() {
  await fire()
  await new Promise((done) => setTimeout(done, 1_500))
}

test('the job fired five times at once, and again, makes each invoice once in every shop', async () => {
  const catching = await newSchedule(api, { frequency: 'weekly', next_run_date: days14 })
  const yearly = await newSchedule(api, { frequency: 'yearly', next_run_date: today })
  const later = await newSchedule(api, { next_run_date: '2099-01-31' })
  const elsewhere = await newSchedule(other.api, { next_run_date: today })
  await fire(5)
  await eventually(async () => {
    expect(daysOf(await madeBy(owner, catching.id))).toEqual([days14, days7, today])
    expect(daysOf(await madeBy(owner, yearly.id))).toEqual([today])
    expect(daysOf(await madeBy(owner, elsewhere.id))).toEqual([today])
  })
  await quiet()
  expect(daysOf(await madeBy(owner, catching.id))).toHaveLength(3)
  expect(daysOf(await madeBy(owner, yearly.id))).toHaveLength(1)
  expect(await madeBy(owner, elsewhere.id)).toMatchObject([{ status: 'draft' }])
  expect(await madeBy(owner, later.id)).toEqual([])
  expect(mailbox.mails()).toEqual([])
})

describe('with auto_send', () => {
  test('each invoice is issued and mailed once, however often the job fires', async () => {
    const { id, path } = await newSchedule(api, {
      frequency: 'weekly',
      next_run_date: days14,
      auto_send: true,
    })
    await fire(5)
    await eventually(async () => {
      const made = await madeBy(owner, id)
      expect(made.map(({ mailed }) => mailed)).toEqual([true, true, true])
    })
    await quiet()
    const made = await madeBy(owner, id)
    expect(daysOf(made)).toEqual([days14, days7, today])
    for (const { status } of made) expect(status).toBe('sent')
    const numbers = made.map(({ invoice_number }) => `${invoice_number}.pdf`)
    const files = mailbox.mails().map(({ attachments }) => attachments[0]?.filename)
    expect(files).toHaveLength(3)
    expect(new Set(files)).toEqual(new Set(numbers))
    expect((await api.get(path)).body.last_error).toBeNull()
  })

  test('generate mails too', async () => {
    const { id, path } = await newSchedule(api, { next_run_date: '2099-01-31', auto_send: true })
    expect((await api.post(`${path}/generate`)).status).toBe(200)
    await eventually(() => expect(mailbox.mails()).toHaveLength(1))
    expect(await madeBy(owner, id)).toMatchObject([
      { status: 'sent', invoice_number: expect.any(String) },
    ])
  })

  test('one that cannot be mailed says why, keeps its invoices and holds up no other', async () => {
    const customer = await api.post('/customers', { first_name: 'Offline' })
    const first = { customer_id: customer.body.id, auto_send: true, frequency: 'weekly' }
    const failing = await newSchedule(api, { ...first, next_run_date: days7 })
    const fine = await newSchedule(api, { auto_send: true, next_run_date: today })
    await fire()
    await eventually(async () => {
      expect((await api.get(failing.path)).body.last_error).toBe(
        'The to field is required: the customer has no e-mail.',
      )
      expect(await madeBy(owner, fine.id)).toMatchObject([{ mailed: true }])
      expect(await madeBy(owner, failing.id)).toMatchObject([
        { status: 'sent', mailed: false },
        { status: 'sent', mailed: false },
      ])
    })
    // Once there is an address the next run mails both.
    await api.put(`/customers/${customer.body.id}`, { email: 'online@example.com' })
    await quiet()
    await eventually(async () => {
      expect(await madeBy(owner, failing.id)).toMatchObject([{ mailed: true }, { mailed: true }])
      expect((await api.get(failing.path)).body.last_error).toBeNull()
    })
    const to = mailbox.mails().filter((mail) => mail.to.includes('online@example.com'))
    expect(to).toHaveLength(2)
  })

  test('one whose buyer lacks what the law asks stays a draft, and says what', async () => {
    const company = await api.post('/companies', { name: 'Nowhere B.V.' })
    const customer = await api.post('/customers', {
      first_name: 'Nobody',
      email: 'nobody@example.com',
      company_id: company.body.id,
    })
    const { id, path } = await newSchedule(api, {
      customer_id: customer.body.id,
      auto_send: true,
      next_run_date: today,
    })
    await fire()
    await eventually(async () => {
      expect(await madeBy(owner, id)).toMatchObject([{ status: 'draft', mailed: false }])
      expect((await api.get(path)).body.last_error).toContain('address')
    })
  })

  test('is made up for when the one who mailed died under way', async () => {
    const { id, path } = await newSchedule(api, { next_run_date: '2099-01-31', auto_send: true })
    await owner.query(
      `update recurring_invoices set mailing_until = now() + interval '1 hour' where id = $1`,
      [id],
    )
    await api.post(`${path}/generate`)
    await quiet()
    expect(await madeBy(owner, id)).toMatchObject([{ status: 'sent', mailed: false }])
    await owner.query(
      `update recurring_invoices set mailing_until = now() - interval '1 second' where id = $1`,
      [id],
    )
    await fire()
    await eventually(async () => {
      expect(await madeBy(owner, id)).toMatchObject([{ mailed: true }])
    })
  })
})

test('a mail that left without anybody noting it is the same mail the second time', async () => {
  const { id } = await newSchedule(api, { next_run_date: today, auto_send: true })
  await fire()
  await eventually(async () => expect(await madeBy(owner, id)).toMatchObject([{ mailed: true }]))
  await owner.query('update invoices set sent_at = null where recurring_invoice_id = $1', [id])
  await owner.query(
    `update email_messages set sent_at = null, status = 'queued' where entity_id in (
       select id from invoices where recurring_invoice_id = $1)`,
    [id],
  )
  await fire()
  await eventually(async () => expect(await madeBy(owner, id)).toMatchObject([{ mailed: true }]))
  const ids = mailbox.mails().map(({ headers }) => headers['message-id'])
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
})

test('a shop whose licence has expired waits, and catches up when it is renewed', async () => {
  const { id } = await newSchedule(other.api, { frequency: 'weekly', next_run_date: days7 })
  const licence = (status: string) =>
    owner.query('update licenses set status = $2 where tenant_id = $1', [other.tenant_id, status])
  await licence('expired')
  await quiet()
  expect(await madeBy(owner, id)).toEqual([])
  await licence('active')
  await fire()
  await eventually(async () => {
    expect(daysOf(await madeBy(owner, id))).toEqual([days7, today])
  })
})
