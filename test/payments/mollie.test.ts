import { expect, test } from 'vitest'
import { paymentsOf, startShopsWithProviders } from './providing.ts'

const { shop, other, owner, miniflare, mollie, owing, mollieSays, settled } =
  await startShopsWithProviders()
const { api } = shop

const linkFor = (invoice: { id: number }, fields: object = {}) =>
  api.post(`/invoices/${invoice.id}/payment-link`, { provider: 'mollie', ...fields })

/** An issued invoice with a link, and the payment that waits at Mollie. */
async function asked(total: number) {
  const invoice = await owing(total)
  const { body: link } = await linkFor(invoice)
  const id: string = link.url.split('/').at(-1)
  return { invoice, link, id }
}

/** The same, paid and booked. */
async function paid(total: number) {
  const { invoice, id } = await asked(total)
  mollie.pay(id)
  await mollieSays(id)
  await settled()
  const [payment] = await paymentsOf(api, invoice.id)
  return { invoice, id, payment }
}

const invoiceNow = async ({ id }: { id: number }) => (await api.get(`/invoices/${id}`)).body

test('gives a link to the page of Mollie, and the same one while that is there', async () => {
  const invoice = await owing(121)
  const first = await linkFor(invoice, { return_url: 'https://shop.example/thanks' })
  expect(first).toMatchObject({
    status: 200,
    body: {
      url: expect.stringMatching(/^https:\/\/www\.mollie\.com\/checkout\/tr_/),
      provider: 'mollie',
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/),
    },
  })
  const [sent] = [...mollie.payments.values()].slice(-1)
  expect(sent).toMatchObject({
    amount: { currency: 'EUR', value: '121.00' },
    description: `Factuur ${invoice.invoice_number}`,
    redirectUrl: 'https://shop.example/thanks',
    webhookUrl: expect.stringMatching(
      /^https:\/\/api\.repair-angel\.example\/webhooks\/mollie\/\w{40}$/,
    ),
  })
  const before = mollie.requests.length
  expect((await linkFor(invoice)).body).toEqual(first.body)
  expect(mollie.requests.length).toBe(before)
  expect(await paymentsOf(api, invoice.id)).toMatchObject([
    { amount: 121, status: 'pending', provider: 'mollie', provider_id: sent?.id, paid_at: null },
  ])
  // Another amount is open now: another link.
  await api.post(`/invoices/${invoice.id}/payments`, { amount: 21, method: 'pin' })
  expect((await linkFor(invoice)).body.url).not.toBe(first.body.url)
})

test('two that ask at once get one link', async () => {
  const invoice = await owing(10)
  const before = mollie.payments.size
  const answers = await Promise.all([linkFor(invoice), linkFor(invoice), linkFor(invoice)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(new Set(answers.map(({ body }) => body.url)).size).toBe(1)
  expect(mollie.payments.size).toBe(before + 1)
})

test('asks a link only for what is open, of a provider that is switched on', async () => {
  const draft = await api.post('/invoices', {
    customer_id: (await owing(1)).customer_id,
    invoice_date: '2026-03-27',
  })
  expect((await linkFor(draft.body)).body.code).toBe('not_issued')
  const settledInvoice = await owing(5)
  await api.post(`/invoices/${settledInvoice.id}/payments`, { amount: 5, method: 'pin' })
  expect(await linkFor(settledInvoice)).toMatchObject({
    status: 422,
    body: { code: 'nothing_due' },
  })
  const invoice = await owing(5)
  for (const fields of [
    { provider: 'paypal' },
    { provider: null },
    { return_url: 'javascript:1' },
  ]) {
    expect((await linkFor(invoice, fields)).body.code).toBe('validation_failed')
  }
  expect(await api.post(`/invoices/${invoice.id}/payment-link`, {})).toMatchObject({ status: 422 })
  await api.put('/integrations/mollie', { is_enabled: false })
  expect(await linkFor(invoice)).toMatchObject({
    status: 422,
    body: { code: 'integration_disabled' },
  })
  await api.put('/integrations/mollie', { is_enabled: true })
  expect(
    (await other.api.post(`/invoices/${invoice.id}/payment-link`, { provider: 'mollie' })).status,
  ).toBe(404)
})

test('paid, told five times at once, is paid once', async () => {
  const { invoice, id } = await asked(121)
  mollie.pay(id)
  const answers = await Promise.all(Array.from({ length: 5 }, () => mollieSays(id)))
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
  await settled()
  expect(await paymentsOf(api, invoice.id)).toMatchObject([
    {
      amount: 121,
      status: 'paid',
      method: 'ideal',
      provider_id: id,
      paid_at: expect.stringMatching(/Z$/),
    },
  ])
  expect(await invoiceNow(invoice)).toMatchObject({
    status: 'paid',
    amount_paid: 121,
    amount_due: 0,
  })
  await mollieSays(id)
  await settled()
  expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 121 })
  const { rows } = await owner.query(
    `select name from events where entity = 'payment' and root_id = $1 and name = 'payment.paid'`,
    [(await paymentsOf(api, invoice.id))[0].id],
  )
  expect(rows).toHaveLength(1)
})

test('a forged, strange or unknown id changes nothing, and learns nothing', async () => {
  const { invoice, id } = await asked(10)
  const { rows: before } = await owner.query('select count(*)::int from payments')
  for (const forged of ['tr_forged', 'tr_', '', "tr_'; drop table payments", 'ord_1', id]) {
    expect((await mollieSays(forged)).status).toBe(200)
  }
  await settled()
  expect((await owner.query('select count(*)::int from payments')).rows).toEqual(before)
  expect(await invoiceNow(invoice)).toMatchObject({ status: 'sent', amount_paid: 0 })
  expect((await mollieSays(id, '/webhooks/mollie/nobodys')).status).toBe(404)
  expect((await mollieSays(id, '/webhooks/paypal/nobodys')).status).toBe(404)
})

test("a payment at the same Mollie that is not ours is nobody's", async () => {
  const { invoice, id } = await asked(10)
  const strange = { ...mollie.payments.get(id), id: 'tr_webshop', metadata: { order: 7 } }
  mollie.payments.set('tr_webshop', strange as never)
  mollie.pay('tr_webshop')
  await mollieSays('tr_webshop')
  await settled()
  expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 0 })
})

test.each(['failed', 'canceled', 'expired'] as const)(
  'a payment that %s leaves the invoice open for another',
  async (status) => {
    const { invoice, link, id } = await asked(10)
    mollie.end(id, status)
    await mollieSays(id)
    await settled()
    expect(await paymentsOf(api, invoice.id)).toMatchObject([{ status: 'failed', paid_at: null }])
    expect(await invoiceNow(invoice)).toMatchObject({ status: 'sent', amount_due: 10 })
    const again = await linkFor(invoice)
    expect(again.body.url).not.toBe(link.url)
  },
)

test('what exceeds the open amount is kept apart, and goes back first', async () => {
  const { invoice, id } = await asked(100)
  await api.post(`/invoices/${invoice.id}/payments`, { amount: 30, method: 'pin' })
  mollie.pay(id)
  await mollieSays(id)
  await settled()
  expect(await invoiceNow(invoice)).toMatchObject({ status: 'paid', amount_paid: 100 })
  const unapplied = async () =>
    (
      await owner.query(
        'select amount_cents::int, unapplied_cents::int from payments where provider_id = $1',
        [id],
      )
    ).rows[0]
  expect(await unapplied()).toEqual({ amount_cents: 10_000, unapplied_cents: 3000 })
  const payment = (await paymentsOf(api, invoice.id)).find(({ provider }) => provider)
  await api.post(`/payments/${payment.id}/refund`, { amount: 40 })
  expect(await unapplied()).toEqual({ amount_cents: 10_000, unapplied_cents: 0 })
  expect(await invoiceNow(invoice)).toMatchObject({
    status: 'sent',
    amount_paid: 90,
    amount_due: 10,
  })
})

test('refunds through Mollie, in part and whole, never more', async () => {
  const { invoice, id, payment } = await paid(100)
  const refund = (body: object) => api.post(`/payments/${payment.id}/refund`, body)
  expect(await refund({ amount: 30, reason: 'Scratched' })).toMatchObject({
    status: 200,
    body: { status: 'partially_refunded', amount_refunded: 30 },
  })
  expect(mollie.payments.get(id)?.refunds).toMatchObject([
    { amount: { currency: 'EUR', value: '30.00' }, description: 'Scratched' },
  ])
  expect(await invoiceNow(invoice)).toMatchObject({
    status: 'sent',
    amount_paid: 70,
    amount_due: 30,
  })
  expect(await refund({ amount: 70.01 })).toMatchObject({
    status: 422,
    body: { code: 'refund_exceeds_payment', errors: { amount: [expect.any(String)] } },
  })
  expect((await refund({})).body).toMatchObject({ status: 'refunded', amount_refunded: 100 })
  expect((await refund({})).body.code).toBe('refund_exceeds_payment')
  expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 0, amount_due: 100 })
  const made = mollie.payments.get(id)?.refunds ?? []
  expect(made).toHaveLength(2)
  for (const there of made) there.status = 'refunded'
  await mollieSays(id)
  await settled()
  const { rows } = await owner.query(
    'select status, provider_id from refunds where payment_id = $1 order by id',
    [payment.id],
  )
  expect(rows).toEqual(made.map((there) => ({ status: 'done', provider_id: there.id })))
})

test('a refund that the bank sends back is paid again', async () => {
  const { invoice, id, payment } = await paid(50)
  await api.post(`/payments/${payment.id}/refund`, {})
  const [there] = mollie.payments.get(id)?.refunds ?? []
  if (there) there.status = 'failed'
  await mollieSays(id)
  await settled()
  expect((await api.get(`/payments/${payment.id}`)).body).toMatchObject({
    status: 'paid',
    amount_refunded: 0,
  })
  expect(await invoiceNow(invoice)).toMatchObject({ status: 'paid', amount_due: 0 })
})

test('refunds and chargebacks made elsewhere are booked once each', async () => {
  const { invoice, id, payment } = await paid(100)
  mollie.refundThere(id, '25.00')
  const chargeback = mollie.chargeBack(id, '75.00')
  await Promise.all([mollieSays(id), mollieSays(id), mollieSays(id)])
  await settled()
  expect((await api.get(`/payments/${payment.id}`)).body).toMatchObject({
    status: 'refunded',
    amount_refunded: 100,
  })
  expect(await invoiceNow(invoice)).toMatchObject({
    status: 'sent',
    amount_due: 100,
    paid_at: null,
  })
  const { rows } = await owner.query(
    'select kind, amount_cents::int from refunds where payment_id = $1 order by id',
    [payment.id],
  )
  expect(rows).toEqual([
    { kind: 'refund', amount_cents: 2500 },
    { kind: 'chargeback', amount_cents: 7500 },
  ])
  // The bank decides for the shop.
  chargeback.reversedAt = new Date().toISOString()
  await mollieSays(id)
  await settled()
  expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 75, amount_due: 25 })
})

test('the sweep finds what no report told', async () => {
  const { invoice, id } = await asked(10)
  mollie.pay(id)
  const gone = await asked(10)
  mollie.end(gone.id, 'expired')
  await owner.query('alter table payments disable trigger user')
  await owner.query(
    `update payments set expires_at = now() - interval '1 hour', updated_at = now() - interval '1 hour'
     where provider_id in ($1, $2)`,
    [id, gone.id],
  )
  await owner.query('alter table payments enable trigger user')
  // A message whose queue message was lost.
  const lost = await asked(10)
  mollie.pay(lost.id)
  await owner.query(
    `insert into inbox (tenant_id, provider, external_id, body, created_at)
     values ($1, 'mollie', $2, $3, now() - interval '2 minutes')`,
    [shop.tenant_id, lost.id, JSON.stringify({ provider_id: lost.id })],
  )
  const worker = await miniflare.getWorker()
  expect((await worker.scheduled({ cron: '*/5 * * * *' })).outcome).toBe('ok')
  await settled()
  await expect.poll(async () => (await invoiceNow(invoice)).status).toBe('paid')
  await expect.poll(async () => (await invoiceNow(lost.invoice)).status).toBe('paid')
  await expect.poll(async () => (await paymentsOf(api, gone.invoice.id))[0].status).toBe('failed')
})
