import { createHash, randomBytes } from 'node:crypto'
import bcrypt from 'bcryptjs'
import { expect, test } from 'vitest'
import { hashPassword } from '../../src/domain/identity/passwords.ts'
import { Client } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'

const { shop, other, owner, url, endpoint } = await startShops()
const visitor = new Client(url)
const secretHash = await hashPassword('secret word')

/** A user with a password, and a visitor's address of its own, so that no test locks out another. */
async function newUser({
  email = `${randomBytes(6).toString('hex')}@first.example`,
  hash = secretHash,
} = {}) {
  const { rows } = await owner.query(
    `insert into users (tenant_id, name, email, password_hash, role)
     values ($1, 'Jane', $2, $3, 'manager') returning id`,
    [shop.tenant_id, email, hash],
  )
  const address = { 'cf-connecting-ip': `192.0.2.${rows[0].id % 250}` }
  return { id: Number(rows[0].id), email, address }
}

const logIn = (email: string, password: string, headers: Record<string, string> = {}) =>
  visitor.post('/auth/login', { email, password }, headers)

test('logs in, tells who is there, and logs out', async () => {
  const { id, email, address } = await newUser()
  const answer = await logIn(email.toUpperCase(), 'secret word', address)
  expect(answer).toMatchObject({
    status: 200,
    body: { user: { id, name: 'Jane', email, role: 'manager', company_id: shop.tenant_id } },
  })
  expect(answer.body.token).toMatch(/^\d+\|[A-Za-z0-9]{40}$/)
  expect(JSON.stringify(answer.body)).not.toContain('scrypt')

  const session = new Client(url, answer.body.token)
  expect(await session.get('/auth/me')).toMatchObject({
    status: 200,
    body: { id, email, role: 'manager', company_id: shop.tenant_id, employee_id: null },
  })
  expect((await session.get('/auth/me')).body.last_login_at).toMatch(/Z$/)
  expect(await session.post('/auth/logout')).toMatchObject({
    status: 200,
    body: { message: 'Logged out' },
  })
  expect((await session.get('/auth/me')).status).toBe(401)
})

test('takes two round trips to log in', async () => {
  const { email, address } = await newUser()
  endpoint.reset()
  await logIn(email, 'secret word', address)
  expect(endpoint.counts).toMatchObject({ http: 2, websocket_connects: 0 })
})

test('refuses bad input and a wrong login alike for a known and an unknown address', async () => {
  const { email, address } = await newUser()
  const wrong = { email: ['These credentials do not match our records.'] }
  expect(await logIn(email, 'wrong', address)).toMatchObject({
    status: 422,
    body: { errors: wrong },
  })
  expect(await logIn('nobody@first.example', 'wrong', address)).toMatchObject({
    status: 422,
    body: { errors: wrong },
  })
  expect((await visitor.post('/auth/login', {})).body.errors).toEqual({
    email: ['The email field is required.'],
    password: ['The password field is required.'],
  })
  for (const body of [
    { email: 7, password: 'x' },
    { email: 'jane', password: 'x' },
    { email, password: 'a\u0000b' },
    { email, password: ['secret word'] },
    { email: { $ne: null }, password: 'x' },
    { email, password: 'x'.repeat(1025) },
  ]) {
    expect((await visitor.post('/auth/login', body, address)).status, JSON.stringify(body)).toBe(
      422,
    )
  }
})

test('locks after five wrong tries, also for the right password, only that address and e-mail', async () => {
  const { email, address } = await newUser()
  const another = await newUser()
  for (let i = 0; i < 5; i++) expect((await logIn(email, 'wrong', address)).status).toBe(422)
  const locked = await logIn(email.toUpperCase(), 'secret word', address)
  expect(locked).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
  expect(locked.headers.get('retry-after')).toBe('60')
  const pretended = { ...address, 'X-Forwarded-For': '203.0.113.9' }
  expect((await logIn(email, 'secret word', pretended)).status).toBe(429)

  expect((await logIn(another.email, 'secret word', address)).status).toBe(200)
  expect((await logIn(email, 'secret word', another.address)).status).toBe(200)

  await owner.query(`update login_failures set since = now() - interval '61 seconds'`)
  expect((await logIn(email, 'secret word', address)).status).toBe(200)
})

test('lets no more than five of many wrong tries at once be tried', async () => {
  const { email, address } = await newUser()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => logIn(email, 'wrong', address)),
  )
  const tried = answers.filter(({ status }) => status === 422)
  expect(tried).toHaveLength(5)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
})

test('takes a password of the former system, and hashes it anew', async () => {
  const hash = (await bcrypt.hash('laravel secret', 4)).replace(/^\$2b\$/, '$2y$')
  const { id, email, address } = await newUser({ hash })
  expect((await logIn(email, 'laravel', address)).status).toBe(422)
  expect((await logIn(email, 'laravel secret', address)).status).toBe(200)
  const { rows } = await owner.query('select password_hash from users where id = $1', [id])
  expect(rows[0].password_hash).toMatch(/^\$scrypt\$/)
  expect((await logIn(email, 'laravel secret', address)).status).toBe(200)
})

test('takes a token of the former system with and without its row id', async () => {
  const { id } = await newUser()
  const secret = `${randomBytes(20).toString('hex')}1a2b3c4d`
  const { rows } = await owner.query(
    `insert into api_tokens (tenant_id, user_id, name, token_hash) values ($1, $2, 'old', $3) returning id`,
    [shop.tenant_id, id, createHash('sha256').update(secret).digest('hex')],
  )
  const status = async (token: string) => (await new Client(url, token).get('/auth/me')).status
  expect(await status(`${rows[0].id}|${secret}`)).toBe(200)
  expect(await status(secret)).toBe(200)
  expect(await status(`${Number(rows[0].id) + 1}|${secret}`)).toBe(401)
  expect(await status(`${rows[0].id}|${secret}x`)).toBe(401)
})

test('refuses a token that expired, and every malformed one', async () => {
  const { id } = await newUser()
  const token = await newToken(owner, shop.tenant_id, id)
  expect((await new Client(url, token).get('/auth/me')).status).toBe(200)
  await owner.query(
    `update api_tokens set expires_at = now() - interval '1 second' where user_id = $1`,
    [id],
  )
  const expired = await new Client(url, token).get('/auth/me')
  expect(expired).toMatchObject({
    status: 401,
    body: { message: 'Unauthenticated.', code: 'unauthenticated' },
  })
  for (const header of ['', 'Bearer', 'Basic YTpi', 'Bearer 1|', 'Bearer |', 'Bearer 1|2|3']) {
    expect((await visitor.get('/auth/me', { Authorization: header })).status, header).toBe(401)
  }
})

test('lets nobody in whose account is inactive', async () => {
  const { id, email, address } = await newUser()
  const session = new Client(url, await newToken(owner, shop.tenant_id, id))
  await owner.query('update users set active = false where id = $1', [id])
  expect((await session.get('/auth/me')).status).toBe(401)
  expect((await logIn(email, 'secret word', address)).status).toBe(422)
})

test('changes the own name and address', async () => {
  const { id, email } = await newUser()
  const session = new Client(url, await newToken(owner, shop.tenant_id, id))
  const changed = await session.put('/auth/me', { name: 'Jane Smith' })
  expect(changed).toMatchObject({ status: 200, body: { name: 'Jane Smith', email } })
  const renamed = await session.patch('/auth/me', { email: `New-${email}`, role: 'admin' })
  expect(renamed).toMatchObject({ body: { email: `new-${email}`, role: 'manager' } })
  expect((await session.put('/auth/me', { email: 'admin@second.example' })).body.errors).toEqual({
    email: ['The email has already been taken.'],
  })
  expect((await session.put('/auth/me', { name: '' })).status).toBe(422)
  const stale = { 'If-Match': changed.headers.get('etag') as string }
  expect((await session.put('/auth/me', { name: 'Late' }, stale)).status).toBe(412)
  const narrow = new Client(url, await newToken(owner, shop.tenant_id, id, ['customers:read']))
  expect((await narrow.put('/auth/me', { name: 'Narrow' })).status).toBe(200)
  expect((await narrow.put('/auth/me', { email })).status).toBe(403)
})

test('changes the password and ends the other sessions', async () => {
  const { id, email, address } = await newUser()
  const session = new Client(url, await newToken(owner, shop.tenant_id, id))
  const elsewhere = new Client(url, await newToken(owner, shop.tenant_id, id))
  const wrong = { current_password: 'wrong', password: 'a new secret' }
  expect((await session.put('/auth/password', wrong)).body.errors).toEqual({
    current_password: ['The current password is incorrect.'],
  })
  const short = { current_password: 'secret word', password: 'short' }
  expect((await session.put('/auth/password', short)).body.errors).toEqual({
    password: ['The password field must be at least 8 characters.'],
  })
  expect((await elsewhere.get('/auth/me')).status).toBe(200)
  const right = { current_password: 'secret word', password: 'a new secret' }
  expect(await session.put('/auth/password', right)).toMatchObject({
    status: 200,
    body: { message: 'Password changed' },
  })
  expect((await session.get('/auth/me')).status).toBe(200)
  expect((await elsewhere.get('/auth/me')).status).toBe(401)
  expect((await other.api.get('/auth/me')).status).toBe(200)
  expect((await logIn(email, 'secret word', address)).status).toBe(422)
  expect((await logIn(email, 'a new secret', address)).status).toBe(200)
})
