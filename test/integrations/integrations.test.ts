import { afterAll, expect, test } from 'vitest'
import { slugs } from '../../src/domain/integrations/catalog.ts'
import { startMollie } from '../fakes/mollie.ts'
import { startStripe } from '../fakes/stripe.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const [mollie, stripe] = await Promise.all([startMollie(), startStripe()])
afterAll(() => Promise.all([mollie.stop(), stripe.stop()]))
const { shop, other, owner } = await startShops({
  vars: {
    MOLLIE_BASE_URL: mollie.url,
    STRIPE_BASE_URL: `${stripe.url}/`,
    PROVIDER_TIMEOUT_MS: '500',
  },
})
const { api } = shop
const masked = '***masked***'

test('lists all thirteen services', async () => {
  const { status, body, headers } = await api.get('/integrations')
  expect(status).toBe(200)
  expect(body.map(({ slug }: { slug: string }) => slug)).toEqual([
    'mollie',
    'twilio',
    'snelstart',
    'moneybird',
    '3cx',
    'ups',
    'openai',
    'outlook',
    'google_workspace',
    'mailpit',
    'stripe',
    'postmark',
    'dhl',
  ])
  expect(headers.get('x-total-count')).toBe('13')
  expect(body[0]).toEqual({
    slug: 'mollie',
    name: 'Mollie Payments',
    is_enabled: false,
    config: { api_key: null },
    webhook_url: null,
    tested_at: null,
    test_message: null,
    created_at: null,
    updated_at: null,
  })
  const page = await api.get('/integrations?page=2&per_page=12')
  expect(page.body.map(({ slug }: { slug: string }) => slug)).toEqual(['dhl'])
})

test('keeps what is given, shows secrets masked, and stores them sealed', async () => {
  const saved = await api.put('/integrations/mollie', {
    is_enabled: true,
    config: { api_key: 'live_xxxxxxxxxxxxxxxx' },
  })
  expect(saved).toMatchObject({ status: 200 })
  expect(saved.body).toEqual({
    slug: 'mollie',
    is_enabled: true,
    updated_at: expect.stringMatching(/Z$/),
  })
  const { body } = await api.get('/integrations/mollie')
  expect(body).toMatchObject({
    slug: 'mollie',
    name: 'Mollie Payments',
    is_enabled: true,
    config: { api_key: masked },
    webhook_url: expect.stringMatching(/^http:\/\/[\w.:]+\/webhooks\/mollie\/\w{40}$/),
  })
  const { rows } = await owner.query(
    `select to_jsonb(i)::text as row, secrets from integrations i where slug = 'mollie'`,
  )
  expect(rows[0].row).not.toContain('live_x')
  const [header] = rows[0].secrets.split('.')
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    alg: 'dir',
    enc: 'A256GCM',
    kid: 'test',
  })
  const events = await owner.query(
    `select name, changes::text from events where entity = 'integration'`,
  )
  expect(events.rows.map(({ name }) => name)).toContain('integration.secrets_changed')
  expect(JSON.stringify(events.rows)).not.toMatch(/live_x|eyJ/)
})

test('changes only what is given; a mask leaves its secret, null removes', async () => {
  await api.put('/integrations/stripe', {
    config: {
      publishable_key: 'pk_test_51abc',
      secret_key: stripe.secret_key,
      webhook_secret: 'whsec_1',
    },
  })
  const shown = async () => (await api.get('/integrations/stripe')).body
  expect(await shown()).toMatchObject({
    is_enabled: false,
    config: {
      publishable_key: `pk_test_${masked}`,
      secret_key: masked,
      webhook_secret: masked,
    },
  })
  const { webhook_url } = await shown()
  const config = {
    publishable_key: `pk_test_${masked}`,
    secret_key: masked,
    webhook_secret: 'whsec_2',
    color: 'red',
  }
  await api.put('/integrations/stripe', { config })
  expect((await api.post('/integrations/stripe/test')).body.success).toBe(true)
  await api.put('/integrations/stripe', { is_enabled: true })
  expect(await shown()).toMatchObject({
    is_enabled: true,
    config: { secret_key: masked },
    webhook_url,
  })
  expect(await shown()).not.toHaveProperty('config.color')
  expect(await api.put('/integrations/stripe', { config: { webhook_secret: null } })).toMatchObject(
    {
      status: 422,
      body: {
        errors: { 'config.webhook_secret': ['The config.webhook_secret field is required.'] },
      },
    },
  )
  await api.put('/integrations/stripe', { is_enabled: false, config: { webhook_secret: '' } })
  expect((await shown()).config).toMatchObject({ webhook_secret: null, secret_key: masked })
})

test('switches a service on with all that it needs, or not at all', async () => {
  expect(await api.put('/integrations/twilio', { is_enabled: true })).toMatchObject({
    status: 422,
    body: {
      code: 'validation_failed',
      errors: {
        'config.account_sid': ['The config.account_sid field is required.'],
        'config.auth_token': ['The config.auth_token field is required.'],
        'config.from_number': [
          'The config.from_number or messaging_service_sid field is required.',
        ],
      },
    },
  })
  const account_sid = `AC${'0'.repeat(32)}`
  const messaging_service_sid = `MG${'0'.repeat(32)}`
  const config = { account_sid, auth_token: 'secret', messaging_service_sid }
  expect((await api.put('/integrations/twilio', { is_enabled: true, config })).status).toBe(200)
  expect((await api.get('/integrations/twilio')).body.config).toEqual({
    account_sid,
    auth_token: masked,
    from_number: null,
    messaging_service_sid,
  })
})

test('two that set up a service at once both find it set up', async () => {
  const answers = await Promise.all([
    api.put('/integrations/dhl', { config: { user_id: 'u' } }),
    api.put('/integrations/dhl', { config: { account_id: 'a' } }),
    api.put('/integrations/dhl', { config: { api_key: 'k' } }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect((await api.get('/integrations/dhl')).body.config).toEqual({
    user_id: 'u',
    api_key: masked,
    account_id: 'a',
  })
})

test('each shop has its own', async () => {
  expect((await other.api.get('/integrations/mollie')).body.config).toEqual({ api_key: null })
  await other.api.put('/integrations/mollie', { config: { api_key: 'test_other' } })
  const urls = await Promise.all(
    [shop, other].map(async (of) => (await of.api.get('/integrations/mollie')).body.webhook_url),
  )
  expect(urls[0]).not.toBe(urls[1])
})

test('tests Mollie and Stripe with a real call, and always answers 200', async () => {
  const tried = (slug: string) => api.post(`/integrations/${slug}/test`)
  await api.put('/integrations/mollie', { config: { api_key: mollie.api_key } })
  const good = await tried('mollie')
  expect(good).toMatchObject({ status: 200 })
  expect(good.body).toEqual({
    success: true,
    message: 'Connected to Mollie — account: RepairAngel BV',
    tested_at: expect.stringMatching(/Z$/),
  })
  expect((await api.get('/integrations/mollie')).body).toMatchObject({
    tested_at: good.body.tested_at,
    test_message: good.body.message,
  })
  expect((await tried('stripe')).body).toMatchObject({
    success: true,
    message: 'Connected to Stripe — account: acct_1',
  })
  await api.put('/integrations/mollie', { config: { api_key: 'live_wrong' } })
  expect(await tried('mollie')).toMatchObject({
    status: 200,
    body: { success: false, message: 'Authentication failed: invalid API key' },
  })
  await api.put('/integrations/mollie', { config: { api_key: mollie.api_key } })
  mollie.next(/profiles/, 'silence')
  expect((await tried('mollie')).body).toMatchObject({
    success: false,
    message: 'Mollie did not answer in time',
  })
  mollie.next(/profiles/, 'error', 'error')
  expect((await tried('mollie')).body.message).toBe('Mollie failed (HTTP 500)')
  // The runtime itself also tries once more.
  mollie.next(/profiles/, 'broken', 'broken', 'broken', 'broken')
  expect((await tried('mollie')).body.message).toBe('Could not reach Mollie')
})

test('says of what is not set up, or what it does not know, that it is so', async () => {
  const { body: all } = await other.api.get('/integrations')
  const isBare = ({ config }: Json) => Object.values(config).every((value) => value === null)
  const bare = all.filter(isBare).map(({ slug }: Json) => slug)
  expect(bare.length).toBeGreaterThan(slugs.length / 2)
  for (const slug of bare) {
    expect(await other.api.post(`/integrations/${slug}/test`), slug).toMatchObject({
      status: 200,
      body: { success: false, message: 'No API key is saved.' },
    })
  }
  for (const path of [
    '/integrations/paypal',
    '/integrations/Mollie',
    '/integrations/paypal/test',
  ]) {
    expect((await api.send(path.endsWith('test') ? 'POST' : 'GET', path)).status, path).toBe(404)
  }
  expect((await api.put('/integrations/paypal', {})).status).toBe(404)
})

test('refuses a config that is none, and who may not', async () => {
  for (const body of [{ config: 'x' }, { config: { api_key: 7 } }, { is_enabled: 'perhaps' }]) {
    expect((await api.put('/integrations/mollie', body)).status).toBe(422)
  }
  const { manager, technician } = shop.as
  expect((await manager.get('/integrations')).status).toBe(200)
  expect((await manager.put('/integrations/mollie', {})).status).toBe(403)
  expect((await technician.get('/integrations/mollie')).status).toBe(403)
})
