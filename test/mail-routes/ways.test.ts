import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { systemContext } from '../../dev/context.ts'
import { sendShopMail } from '../../src/domain/mail/send.ts'
import { startGoogle } from '../fakes/google.ts'
import { startMailpit } from '../fakes/mailpit.ts'
import { startOutlook } from '../fakes/outlook.ts'
import { startPostmark } from '../fakes/postmark.ts'
import { smtpLogin, startSmtp } from '../fakes/smtp.ts'
import { startShops } from '../harness/shop.ts'

const [postmark, outlook, google_workspace, mailpit, smtp, relay] = await Promise.all([
  startPostmark(),
  startOutlook(),
  startGoogle(),
  startMailpit(),
  startSmtp({ allowInsecureAuth: true, disabledCommands: ['STARTTLS'] }),
  startSmtp({ authOptional: true, disabledCommands: ['STARTTLS'] }),
])
const services = { postmark, outlook, google_workspace, mailpit }
type Slug = keyof typeof services
const slugs = Object.keys(services) as Slug[]
afterAll(() => Promise.all([...Object.values(services), smtp, relay].map((it) => it.stop())))

const vars = {
  ...Object.assign({}, ...Object.values(services).map((service) => service.vars)),
  ALLOW_PRIVATE_HOSTS: '1',
  PROVIDER_TIMEOUT_MS: '500',
  ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 'key of tests').toString('base64')}`,
}
const smtp_url = `smtp://127.0.0.1:${relay.port}`
const { shop, owner, worker_url, endpoint } = await startShops({ vars, smtp_url })
const { api } = shop

function context() {
  const database = { database_url: worker_url, endpoint_url: endpoint.url }
  const ctx = systemContext(database, { job: 'test', tenant_id: shop.tenant_id })
  return { ...ctx, env: { ...ctx.env, ...vars, SMTP_URL: smtp_url } }
}

const mail = {
  to: 'jane@example.com',
  subject: 'Your repair — ready',
  text: 'Dag Jané',
  html: '<p>Dag Jané</p>',
  reply_to: 'reply+1@example.com',
  id: 'mail-1@shop.example',
  in_reply_to: 'question@example.com',
  references: ['first@example.com', 'question@example.com'],
  attachments: [
    { filename: 'a.pdf', content_type: 'application/pdf', content: new Uint8Array([1, 2, 3]) },
  ],
}
const send = (user_id: number | null = null, change = {}) =>
  sendShopMail(context(), { ...mail, ...change }, { user_id })

async function enable(slug: Slug, is_enabled = true) {
  const answer = await api.put(`/integrations/${slug}`, {
    config: services[slug].config,
    is_enabled,
  })
  expect(answer.status).toBe(200)
}
async function enableOnly(...on: Slug[]) {
  for (const slug of slugs) await enable(slug, on.includes(slug))
}

const { rows } = await owner.query(
  `select id from users where tenant_id = $1 and role = 'technician'`,
  [shop.tenant_id],
)
const user_id = Number(rows[0].id)
const { body: employee } = await api.post('/employees', { name: 'John', user_id })
const configPath = `/employees/${employee.id}/email-config`
const server = { host: 'localhost', port: smtp.port, encryption: 'none', ...smtpLogin }

beforeEach(async () => {
  await api.delete(configPath)
  await api.delete('/email/config')
  await enableOnly()
})

describe('a mail leaves', () => {
  test('by the service’s own server when the shop has nothing', async () => {
    expect(await send()).toMatchObject({ route: 'smtp', message_id: mail.id })
    expect(relay.received).toHaveLength(1)
  })

  test('by the shop’s own server when it has one', async () => {
    await api.put('/email/config', {
      ...server,
      from_name: 'De Winkel',
      from_address: 'w@example.com',
    })
    expect(await send()).toMatchObject({ route: 'smtp', provider_id: null })
    const { mail: received } = smtp.received.at(-1) ?? expect.fail()
    expect(received.from?.text).toBe('"De Winkel" <w@example.com>')
    expect(received.messageId).toBe(`<${mail.id}>`)
    expect(received.inReplyTo).toBe('<question@example.com>')
    expect(received.references).toEqual(['<first@example.com>', '<question@example.com>'])
    expect(received.replyTo?.text).toBe('reply+1@example.com')
    expect(received.attachments).toMatchObject([{ filename: 'a.pdf', size: 3 }])
  })

  test('by the first mail service that is on', async () => {
    await api.put('/email/config', server)
    await enableOnly(...slugs)
    for (const slug of slugs) {
      expect(await send()).toMatchObject({ route: slug, message_id: mail.id })
      await enable(slug, false)
    }
    expect(await send()).toMatchObject({ route: 'smtp' })
  })

  test('from the sender’s own mailbox before all others', async () => {
    await enableOnly('postmark')
    const mailbox = {
      provider: 'smtp',
      email_address: 'john@example.com',
      display_name: 'John Doe',
      smtp_host: 'localhost',
      smtp_port: smtp.port,
      smtp_encryption: 'none',
      smtp_username: smtpLogin.username,
      smtp_password: smtpLogin.password,
    }
    const saved = await api.put(configPath, mailbox)
    expect(saved.body).toMatchObject({ is_default: true, smtp_password: '***masked***' })
    expect(await send(user_id)).toMatchObject({ route: 'smtp' })
    expect(smtp.received.at(-1)?.mail.from?.text).toBe('"John Doe" <john@example.com>')
    expect(await send()).toMatchObject({ route: 'postmark' })
    await api.put(configPath, { is_default: false, smtp_password: '***masked***' })
    expect(await send(user_id)).toMatchObject({ route: 'postmark' })
    const { body } = await api.post(`${configPath}/test`)
    expect(body).toEqual({ success: true, message: 'Test email delivered to john@example.com' })
  })

  test.each(['outlook', 'google_workspace'] as const)('from a mailbox at %s', async (slug) => {
    await enableOnly(slug)
    await api.put(configPath, { provider: slug, email_address: 'john@example.com' })
    expect(await send(user_id)).toMatchObject({ route: slug })
    const sent = (await services[slug].sent()).at(-1) ?? expect.fail()
    expect(sent.mailbox).toBe('john@example.com')
    expect(sent.mail.messageId).toBe(`<${mail.id}>`)
    expect(sent.mail.references).toEqual(['<first@example.com>', '<question@example.com>'])
    services[slug].withdraw()
    expect(await send(user_id)).toMatchObject({ route: slug })
    await enableOnly()
    await expect(send(user_id)).rejects.toMatchObject({ code: 'integration_disabled' })
  })
})

test('Postmark and Mailpit are told our Message-ID', async () => {
  await enableOnly('postmark')
  await send(null, { from_name: 'Shop "Snel"' })
  expect(postmark.sent.at(-1)).toMatchObject({
    From: '"Shop \\"Snel\\"" <shop@example.com>',
    ReplyTo: 'reply+1@example.com',
    headers: { 'Message-ID': `<${mail.id}>`, 'X-PM-KeepID': 'true' },
  })
  await enableOnly('mailpit')
  await send()
  expect(mailpit.sent.at(-1)).toMatchObject({ Headers: { 'Message-ID': `<${mail.id}>` } })
})

test('an address that Postmark gave up is marked, for good', async () => {
  await enableOnly('postmark')
  postmark.bounce('gone@example.com')
  const customer = await api.post('/customers', { first_name: 'Gone', email: 'Gone@example.com' })
  await expect(send(null, { to: 'gone@example.com' })).rejects.toMatchObject({
    failure: 'refused',
    message: 'Postmark refused: the recipient is inactive after a bounce or a complaint.',
  })
  const { body } = await api.get(`/customers/${customer.body.id}`)
  expect(body.email_bounced_at).toMatch(/Z$/)
})

/** Service × case, as it came out. */
const outcomes: Record<string, Record<string, string>> = {}
afterAll(() => console.table(outcomes))

describe.each(slugs)('%s, asked to send,', (slug) => {
  const sending = /^POST .*(\/email|\/sendMail|\/messages\/send|\/api\/v1\/send)$/
  const { next, requests } = services[slug]
  beforeEach(() => enableOnly(slug))

  test.each([
    ['timeout', 'silence', /did not answer in time/],
    ['500', 'error', /failed \(HTTP 500\)/],
    ['429', { status: 429, retry_after: '7' }, /failed \(HTTP 429\)/],
    ['broken', 'broken', /Could not reach/],
    ['malformed', 'malformed', /makes no sense/],
  ] as const)('fails by %s so that it may pass, and is asked once', async (name, mood, message) => {
    await send()
    next(sending, mood)
    const since = requests.length
    const error = await send().catch((failure: Error) => failure)
    expect(error).toMatchObject({
      failure: 'no_answer',
      retry_after_s: name === '429' ? 7 : null,
      message: expect.stringMatching(message),
    })
    outcomes[slug] = { ...outcomes[slug], [name]: (error as Error).message }
    expect(
      requests.slice(since).filter((it) => sending.test(`${it.method} ${it.url.pathname}`)),
    ).toHaveLength(1)
  })
})

describe('Outlook', () => {
  const tried = async () => (await api.post('/integrations/outlook/test')).body

  test('needs the permission to send', async () => {
    outlook.state.roles = []
    await enableOnly('outlook')
    expect(await tried()).toMatchObject({
      success: false,
      message: 'The application has no permission Mail.Send',
    })
    outlook.state.roles = ['Mail.Send']
  })

  test('may keep its name to itself', async () => {
    outlook.state.seesOrganization = false
    await enableOnly('outlook')
    expect(await tried()).toMatchObject({ success: true, message: 'Connected to Outlook' })
    outlook.state.seesOrganization = true
  })

  test('may refuse a wrong secret with 400 too', async () => {
    outlook.state.wrongStatus = 400
    await api.put('/integrations/outlook', { config: { client_secret: 'wrong' } })
    expect(await tried()).toMatchObject({ message: 'Authentication failed: invalid API key' })
  })
})

test('Google may let us send, and no more', async () => {
  const [sendOnly = ''] = google_workspace.state.allowed
  google_workspace.state.allowed = [sendOnly]
  await enableOnly('google_workspace')
  const { body } = await api.post('/integrations/google_workspace/test')
  expect(body).toMatchObject({ success: true, message: 'Connected to Google Workspace' })
  expect(await send()).toMatchObject({ route: 'google_workspace' })
})
