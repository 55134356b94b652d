import { expect, test } from 'vitest'
import { paymentsOf, startShopsWithProviders } from './providing.ts'

const { shop, owner, stripe, owing, stripeSays, settled, url, paths } =
  await startShopsWithProviders()
const { api } = shop

/** An issued invoice with a link, and the session that waits at Stripe. */
async function asked(total: number) {
  const invoice = await owing(total)
  const { body: link, status } = await api.post(`/invoices/${invoice.id}/payment-link`, {
    provider: 'stripe',
  })
  expect(status).toBe(200)
  const id: string = link.url.split('/').at(-1)
  return { invoice, link, id }
}

const session = (id: string) => ({ id, object: 'checkout.session' })
const completed = (id: string) => stripe.event('checkout.session.completed', session(id))

async function paid(total: number) {
  const { invoice, id } = await asked(total)
  const intent = stripe.complete(id)
  await stripeSays(completed(id))
  await settled()
  const [payment] = await paymentsOf(api, invoice.id)
  return { invoice, id, intent, payment }
}

const invoiceNow = async ({ id }: { id: number }) => (await api.get(`/invoices/${id}`)).body

test('gives a link to Stripe Checkout that ends within a day', async () => {
  const { invoice, link, id } = await asked(121)
  expect(link).toEqual({
    url: `https://checkout.stripe.com/c/pay/${id}`,
    provider: 'stripe',
    expires_at: new Date((stripe.sessions.get(id)?.expires_at ?? 0) * 1000)
      .toISOString()
      .replace('.000Z', 'Z'),
  })
  const form = new URLSearchParams(stripe.requests.at(-1)?.body)
  expect(Object.fromEntries(form)).toMatchObject({
    mode: 'payment',
    'line_items[0][price_data][unit_amount]': '12100',
    'line_items[0][price_data][product_data][name]': `Factuur ${invoice.invoice_number}`,
    success_url: 'https://api.repair-angel.example/paid',
    locale: 'nl',
  })
})

test('a paid session is booked once, whatever is told of it and in which order', async () => {
  const { invoice, id } = await asked(121)
  const intent = stripe.complete(id, { type: 'ideal' })
  const events = [
    stripe.event('payment_intent.succeeded', { id: intent, object: 'payment_intent' }),
    completed(id),
    completed(id),
    stripe.event('payment_intent.processing', { id: intent, object: 'payment_intent' }),
    stripe.event('checkout.session.async_payment_succeeded', session(id)),
  ]
  const answers = await Promise.all(events.map((event) => stripeSays(event)))
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
  await settled()
  expect(await paymentsOf(api, invoice.id)).toMatchObject([
    { amount: 121, status: 'paid', method: 'ideal', provider: 'stripe', provider_id: id },
  ])
  expect(await invoiceNow(invoice)).toMatchObject({ status: 'paid', amount_paid: 121 })
})

test('the same event twice is one message', async () => {
  const { id } = await asked(10)
  const event = completed(id)
  const { id: event_id } = JSON.parse(event.body)
  for (let time = 0; time < 3; time++) expect((await stripeSays(event)).status).toBe(200)
  await settled()
  const before = stripe.requests.length
  expect((await stripeSays(event)).status).toBe(200)
  const { rows } = await owner.query('select done_at from inbox where external_id = $1', [event_id])
  expect(rows).toEqual([{ done_at: expect.any(Date) }])
  expect(stripe.requests.length).toBe(before)
})

test('refuses what Stripe did not sign, did not sign just now, or did not sign so', async () => {
  const { invoice, id } = await asked(10)
  stripe.complete(id)
  const event = completed(id)
  const old_s = Math.floor(Date.now() / 1000) - 301
  const forgeries = [
    { ...event, body: event.body.replace('completed', 'expired  ') },
    { ...event, signature: event.signature.replace(/v1=../, 'v1=00') },
    { ...event, signature: '' },
    { ...event, signature: event.signature.replace('v1=', 'v0=') },
    stripe.event('checkout.session.completed', session(id), { at_s: old_s }),
  ]
  for (const forged of forgeries) {
    const answer = await stripeSays(forged)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'bad_signature' })
  }
  const { rows } = await owner.query(`select from inbox where body ->> 'provider_id' = $1`, [id])
  expect(rows).toEqual([])
  expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 0 })
  expect((await stripeSays(event, '/webhooks/stripe/nobodys')).status).toBe(404)
  expect((await fetch(`${url}${paths.stripe}`)).status).toBe(405)
})

test('events about nothing of ours are taken and forgotten', async () => {
  const { rows: before } = await owner.query('select count(*)::int from inbox')
  const strange = stripe.event('customer.created', { id: 'cus_1', object: 'customer' })
  expect((await stripeSays(strange)).status).toBe(200)
  expect((await owner.query('select count(*)::int from inbox')).rows).toEqual(before)
  const foreign = stripe.event('charge.refunded', { id: 'ch_1', payment_intent: 'pi_of_a_webshop' })
  expect((await stripeSays(foreign)).status).toBe(200)
  await settled()
})

test('a slow method is paid when it is, and failed when it came to nothing', async () => {
  const good = await asked(10)
  const bad = await asked(10)
  for (const { id } of [good, bad]) {
    stripe.complete(id, { paid: false })
    await stripeSays(completed(id))
  }
  await settled()
  expect(await paymentsOf(api, good.invoice.id)).toMatchObject([{ status: 'pending' }])
  stripe.complete(good.id, { type: 'sepa_debit' })
  stripe.failSlowly(bad.id)
  await stripeSays(stripe.event('checkout.session.async_payment_succeeded', session(good.id)))
  await stripeSays(stripe.event('checkout.session.async_payment_failed', session(bad.id)))
  await settled()
  expect(await paymentsOf(api, good.invoice.id)).toMatchObject([
    { status: 'paid', method: 'other' },
  ])
  expect(await paymentsOf(api, bad.invoice.id)).toMatchObject([{ status: 'failed' }])
})

test('an expired session is a failed payment', async () => {
  const { invoice, id } = await asked(10)
  stripe.expire(id)
  await stripeSays(stripe.event('checkout.session.expired', session(id)))
  await settled()
  expect(await paymentsOf(api, invoice.id)).toMatchObject([{ status: 'failed' }])
})

test('refunds through Stripe, and hears of the same refund without booking it again', async () => {
  const { invoice, intent, payment } = await paid(100)
  const answer = await api.post(`/payments/${payment.id}/refund`, { amount: 40 })
  expect(answer).toMatchObject({
    status: 200,
    body: { status: 'partially_refunded', amount_refunded: 40 },
  })
  const [there] = stripe.refunds.filter(({ payment_intent }) => payment_intent === intent)
  expect(there).toMatchObject({ amount: 4000 })
  await stripeSays(stripe.event('refund.created', { ...there, object: 'refund' }))
  await stripeSays(
    stripe.event('charge.refunded', { id: 'ch_1', object: 'charge', payment_intent: intent }),
  )
  await settled()
  expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 60, amount_due: 40 })
  expect((await api.post(`/payments/${payment.id}/refund`, {})).body.status).toBe('refunded')
})

test('a dispute takes the money, and gives it back when it is won', async () => {
  const { invoice, intent, payment } = await paid(100)
  const inquiry = stripe.dispute(intent, 10_000, 'warning_needs_response')
  const told = { object: 'dispute', id: inquiry.id, payment_intent: intent }
  await stripeSays(stripe.event('charge.dispute.created', told))
  await settled()
  expect(await invoiceNow(invoice)).toMatchObject({ status: 'paid' })
  inquiry.status = 'needs_response'
  await stripeSays(stripe.event('charge.dispute.updated', told))
  await settled()
  expect(await invoiceNow(invoice)).toMatchObject({ status: 'sent', amount_due: 100 })
  expect((await api.get(`/payments/${payment.id}`)).body.status).toBe('refunded')
  inquiry.status = 'won'
  await stripeSays(stripe.event('charge.dispute.closed', told))
  await settled()
  expect(await invoiceNow(invoice)).toMatchObject({ status: 'paid', amount_due: 0 })
})
