import { expect, test, vi } from 'vitest'
import { Client } from '../harness/client.ts'
import { startShopsWithMail } from '../harness/mail.ts'

const { shop, owner, url, mailbox } = await startShopsWithMail()
const visitor = new Client(url)

const email = 'reset@first.example'
await shop.api.post('/users', {
  name: 'Rose <b>',
  email,
  password: 'first secret',
  role: 'manager',
})

const same = { message: 'If the address is known, a mail with a link is on its way.' }

async function mailedToken() {
  const mail = await vi.waitFor(() => {
    const [newest] = mailbox.mails()
    if (!newest) throw new Error('no mail yet')
    return newest
  }, 10_000)
  mailbox.clear()
  const link = new URL(/https?:\S+/.exec(mail.text)?.[0] ?? '')
  return { mail, link, token: link.searchParams.get('token') as string }
}

const from = (address: string) => ({ 'cf-connecting-ip': address })

test('mails a link that sets a new password once and ends every session', async () => {
  const session = await visitor.post('/auth/login', { email, password: 'first secret' })
  const answer = await visitor.post('/auth/forgot-password', { email: email.toUpperCase() })
  expect(answer).toMatchObject({ status: 200, body: same })
  const { mail, link, token } = await mailedToken()
  expect(mail).toMatchObject({ to: [email], subject: 'Kies een nieuw wachtwoord' })
  expect(mail.from).toContain('first')
  expect(mail.html).toContain('Rose &lt;b&gt;')
  expect(link.href.startsWith(`${url}/reset-password?token=`)).toBe(true)
  const stored = await owner.query('select * from password_resets')
  expect(JSON.stringify(stored.rows)).not.toContain(token)

  const short = await visitor.post('/auth/reset-password', { token, password: 'short' })
  expect(Object.keys(short.body.errors)).toEqual(['password'])
  const done = await visitor.post('/auth/reset-password', { token, password: 'second secret' })
  expect(done).toMatchObject({ status: 200, body: { message: 'Password changed' } })
  expect((await new Client(url, session.body.token).get('/auth/me')).status).toBe(401)
  expect((await visitor.post('/auth/login', { email, password: 'second secret' })).status).toBe(200)
  expect((await visitor.post('/auth/login', { email, password: 'first secret' })).status).toBe(422)

  const again = await visitor.post('/auth/reset-password', { token, password: 'third secret' })
  expect(again).toMatchObject({
    status: 422,
    body: { errors: { token: ['This link was used already or has expired.'] } },
  })
})

test('answers an unknown address the same, and mails nothing', async () => {
  const unknown = await visitor.post('/auth/forgot-password', { email: 'nobody@first.example' })
  expect(unknown).toMatchObject({ status: 200, body: same })
  const gone = {
    name: 'Gone',
    email: 'gone@first.example',
    password: 'some secret',
    role: 'manager',
  }
  expect((await shop.api.post('/users', { ...gone, active: false })).status).toBe(201)
  await visitor.post('/auth/forgot-password', { email: gone.email })
  await visitor.post('/auth/forgot-password', { email: 'admin@first.example' })
  expect((await mailedToken()).mail.to).toEqual(['admin@first.example'])
  expect((await visitor.post('/auth/forgot-password', {})).body.errors).toEqual({
    email: ['The email field is required.'],
  })
})

test('lets only the newest link work, for an hour, in the language of the shop', async () => {
  await owner.query(`update tenants set locale = 'en' where id = $1`, [shop.tenant_id])
  await visitor.post('/auth/forgot-password', { email }, from('198.51.100.1'))
  const older = await mailedToken()
  expect(older.mail.subject).toBe('Choose a new password')
  await visitor.post('/auth/forgot-password', { email }, from('198.51.100.1'))
  const newer = await mailedToken()
  const use = (token: unknown) =>
    visitor.post('/auth/reset-password', { token, password: 'fourth secret' })
  expect((await use(older.token)).status).toBe(422)
  await owner.query(`update password_resets set expires_at = now() - interval '1 second'`)
  expect((await use(newer.token)).status).toBe(422)
  for (const token of ['', 7, 'x\u0000', 'x'.repeat(201), ['x']]) {
    expect(Object.keys((await use(token)).body.errors)).toEqual(['token'])
  }
})

test('mails one address no more than five times a minute', async () => {
  const ask = () =>
    visitor.post('/auth/forgot-password', { email: 'x@first.example' }, from('198.51.100.2'))
  const answers = await Promise.all(Array.from({ length: 8 }, ask))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(3)
})
