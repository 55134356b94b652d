import { describe, expect, test } from 'vitest'
import { patience_ms, paymentsOf, startShopsWithProviders } from './providing.ts'

const { shop, owner, mollie, stripe, owing, mollieSays, stripeSays, settled } =
  await startShopsWithProviders()
const { api } = shop

const invoiceNow = async ({ id }: { id: number }) => (await api.get(`/invoices/${id}`)).body

const failed = (message: unknown) => ({ status: 502, body: { code: 'provider_failed', message } })

const keysOf = (requests: { headers: Record<string, unknown> }[]) =>
  requests.map(({ headers }) => headers['idempotency-key'])

/** What came at a provider's path since, of one kind. */
const posts = (fake: typeof mollie | typeof stripe, path: RegExp, since: number) =>
  fake.requests
    .slice(since)
    .filter(({ method, url }) => method === 'POST' && path.test(url.pathname))

describe.each([
  { name: 'mollie', fake: mollie, path: /\/payments$/, made: () => mollie.payments.size },
  { name: 'stripe', fake: stripe, path: /\/sessions$/, made: () => stripe.sessions.size },
] as const)('a link at $name', ({ name, fake, path, made }) => {
  const match = new RegExp(`POST .*${path.source}`)
  const link = (invoice: { id: number }) =>
    api.post(`/invoices/${invoice.id}/payment-link`, { provider: name })

  test('that is never answered is a 502, and the next try the same request', async () => {
    const invoice = await owing(10)
    const since = fake.requests.length
    fake.next(match, 'silence')
    expect(await link(invoice)).toMatchObject(failed(expect.stringContaining('in time')))
    expect((await link(invoice)).status).toBe(200)
    const keys = keysOf(posts(fake, path, since))
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
    expect(await paymentsOf(api, invoice.id)).toHaveLength(1)
  })

  test('that is made but answered too late is found by the next try', async () => {
    const invoice = await owing(10)
    const before = made()
    fake.next(match, { late_ms: patience_ms + 500 })
    expect((await link(invoice)).status).toBe(502)
    expect(made()).toBe(before + 1)
    expect((await link(invoice)).status).toBe(200)
    expect(made()).toBe(before + 1)
    expect(await paymentsOf(api, invoice.id)).toHaveLength(1)
  })

  test('is asked again once after a broken connection', async () => {
    const invoice = await owing(10)
    const before = made()
    fake.next(match, 'broken')
    expect((await link(invoice)).status).toBe(200)
    fake.next(match, 'broken', 'broken')
    const other = await owing(10)
    expect(await link(other)).toMatchObject(failed(expect.stringContaining('Could not reach')))
    expect((await link(other)).status).toBe(200)
    expect(made()).toBe(before + 2)
  })

  test('that fails twice is a 502 without the words of the provider', async () => {
    const invoice = await owing(10)
    const before = made()
    fake.next(match, 'error', 'error')
    expect(await link(invoice)).toMatchObject(failed(expect.stringContaining('(HTTP 500)')))
    expect((await link(invoice)).status).toBe(200)
    expect(made()).toBe(before + 1)
  })

  test('keeps no Idempotency-Key of ours busy', async () => {
    const invoice = await owing(10)
    fake.next(match, 'silence')
    const send = () =>
      api.post(
        `/invoices/${invoice.id}/payment-link`,
        { provider: name },
        { 'Idempotency-Key': `link-${invoice.id}` },
      )
    expect((await send()).status).toBe(502)
    const done = await send()
    expect(done.status).toBe(200)
    const again = await send()
    expect(again.body).toEqual(done.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
  })
})

test('a refused request gives its payment up', async () => {
  const invoice = await owing(10)
  await api.put('/integrations/mollie', { config: { api_key: 'test_of_somebody_else' } })
  const link = () => api.post(`/invoices/${invoice.id}/payment-link`, { provider: 'mollie' })
  expect(await link()).toMatchObject(failed('Mollie does not accept our API key.'))
  await api.put('/integrations/mollie', { config: { api_key: mollie.api_key } })
  expect((await link()).status).toBe(200)
  expect((await paymentsOf(api, invoice.id)).map(({ status }) => status)).toEqual([
    'failed',
    'pending',
  ])
})

/** A payment of 100 through a provider. */
async function paidThrough(provider: 'mollie' | 'stripe') {
  const invoice = await owing(100)
  const { body } = await api.post(`/invoices/${invoice.id}/payment-link`, { provider })
  const id: string = body.url.split('/').at(-1)
  if (provider === 'mollie') {
    mollie.pay(id)
    await mollieSays(id)
  } else {
    stripe.complete(id)
    const session = { id, object: 'checkout.session' }
    await stripeSays(stripe.event('checkout.session.completed', session))
  }
  await settled()
  const [payment] = await paymentsOf(api, invoice.id)
  const refundsThere = () =>
    provider === 'mollie'
      ? (mollie.payments.get(id)?.refunds ?? [])
      : stripe.refunds.filter(
          ({ payment_intent }) => payment_intent === stripe.sessions.get(id)?.payment_intent?.id,
        )
  const refund = (body: object = {}) => api.post(`/payments/${payment.id}/refund`, body)
  return { invoice, id, payment, refund, refundsThere }
}

describe.each([
  { name: 'mollie', fake: mollie },
  { name: 'stripe', fake: stripe },
] as const)('a refund at $name', ({ name, fake }) => {
  const match = /POST .*\/refunds$/

  test('that is never answered counts, and is asked again as the same one', async () => {
    const { invoice, refund, refundsThere } = await paidThrough(name)
    const since = fake.requests.length
    fake.next(match, 'silence')
    expect(await refund({ amount: 60 })).toMatchObject(failed(expect.any(String)))
    expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 40 })
    // So nobody gives it back another way.
    expect((await refund({ amount: 50 })).body.code).toBe('refund_exceeds_payment')
    expect((await refund({ amount: 60 })).body).toMatchObject({ amount_refunded: 60 })
    expect(refundsThere()).toHaveLength(1)
    expect(new Set(keysOf(posts(fake, /\/refunds$/, since))).size).toBe(1)
  })

  test('that is made but answered too late is not made twice', async () => {
    const { invoice, refund, refundsThere } = await paidThrough(name)
    fake.next(match, { late_ms: patience_ms + 500 })
    expect((await refund({ amount: 60 })).status).toBe(502)
    // Nor when the provider has forgotten the key.
    fake.forgetKeys()
    expect(await refund({ amount: 60 })).toMatchObject({
      status: 200,
      body: { status: 'partially_refunded', amount_refunded: 60 },
    })
    expect(refundsThere()).toHaveLength(1)
    expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 40, amount_due: 60 })
  })

  test('that fails is not counted, once the provider says so for good', async () => {
    const { invoice, refund, refundsThere } = await paidThrough(name)
    fake.next(match, 'error', 'error')
    expect((await refund()).status).toBe(502)
    expect(refundsThere()).toHaveLength(0)
    expect(await refund()).toMatchObject({ status: 200, body: { status: 'refunded' } })
    expect(refundsThere()).toHaveLength(1)
    expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 0 })
  })

  test('asked for by five at once is one', async () => {
    const { refund, refundsThere } = await paidThrough(name)
    const answers = await Promise.all(Array.from({ length: 5 }, () => refund()))
    expect(
      answers.map(({ status }) => status).every((status) => [200, 422, 502].includes(status)),
    ).toBe(true)
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    expect(refundsThere()).toHaveLength(1)
  })

  test('that the provider refuses is a 502 with its reason, and the invoice stays paid', async () => {
    const { invoice, id, refund } = await paidThrough(name)
    if (name === 'mollie') mollie.refundThere(id, '100.00')
    else stripe.refundThere(stripe.sessions.get(id)?.payment_intent?.id ?? '', 10_000)
    expect(await refund({ amount: 60 })).toMatchObject(
      failed(expect.stringMatching(/refused: .*amount/i)),
    )
    // What it has refunded itself was learnt on the way.
    expect(await invoiceNow(invoice)).toMatchObject({ amount_paid: 0, amount_due: 100 })
  })
})

test('a message is handled when the provider answers again', async () => {
  const invoice = await owing(10)
  const { body } = await api.post(`/invoices/${invoice.id}/payment-link`, { provider: 'mollie' })
  const id: string = body.url.split('/').at(-1)
  mollie.pay(id)
  // The second of these is the repetition of the first.
  mollie.next(/GET .*\/payments\/tr_/, 'error', 'error')
  expect((await mollieSays(id)).status).toBe(200)
  await settled()
  expect(await invoiceNow(invoice)).toMatchObject({ status: 'paid' })
})

test('messages that our key may not read wait for a new key', async () => {
  const invoice = await owing(10)
  const { body } = await api.post(`/invoices/${invoice.id}/payment-link`, { provider: 'mollie' })
  const id: string = body.url.split('/').at(-1)
  await api.put('/integrations/mollie', { config: { api_key: 'test_revoked' } })
  mollie.pay(id)
  await mollieSays(id)
  await settled()
  const failure = async () =>
    (await owner.query('select failure from inbox where external_id = $1', [id])).rows[0].failure
  expect(await failure()).toBe('Mollie does not accept our API key.')
  await api.put('/integrations/mollie', { config: { api_key: mollie.api_key } })
  expect(await failure()).toBeNull()
})
