import { expect, test } from 'vitest'
import { closedPort } from '../fakes/smtp.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops({ vars: { ALLOW_PRIVATE_HOSTS: '1' } })
const { api } = shop
const { body: employee } = await api.post('/employees', { name: 'John' })
const path = `/employees/${employee.id}/email-config`

const smtp = {
  provider: 'smtp',
  email_address: 'john.doe@example.com',
  display_name: 'John Doe — Repair Angel',
  smtp_host: 'mail.example.com',
  smtp_port: 587,
  smtp_encryption: 'tls',
  smtp_username: 'john.doe@example.com',
}

test('before the first update nothing is set', async () => {
  const nothing = { employee_id: employee.id, provider: 'smtp', smtp_host: null, is_default: false }
  expect(await api.get(path)).toMatchObject({ status: 200, body: nothing })
  expect((await api.post(`${path}/test`)).body).toEqual({
    success: false,
    message: 'No outgoing email is configured',
  })
  expect(await api.get('/employees/999999/email-config')).toMatchObject({ status: 404 })
  expect(await other.api.get(path)).toMatchObject({ status: 404 })
})

test('a default mailbox needs what sending needs', async () => {
  const answer = await api.put(path, { provider: 'smtp', smtp_username: 'john', is_default: true })
  expect(answer.status).toBe(422)
  expect(Object.keys(answer.body.errors)).toEqual([
    'email_address',
    'smtp_host',
    'smtp_port',
    'smtp_password',
  ])
})

test('a password is kept sealed, and kept when it comes back masked', async () => {
  const smtp_password = 'the password of john'
  const saved = await api.put(path, { ...smtp, smtp_password })
  const shown = { ...smtp, employee_id: employee.id, smtp_password: '***masked***' }
  expect(saved).toMatchObject({ status: 200, body: { ...shown, is_default: true } })
  const stored = async () =>
    (await owner.query('select smtp_password from employee_mailboxes')).rows[0]
  const before = await stored()
  expect(before.smtp_password).not.toContain(smtp_password)
  await api.put(path, { smtp_password: '***masked***', display_name: 'John' })
  expect(await stored()).toEqual(before)
  const { rows } = await owner.query(`select changes::text from events`)
  expect(JSON.stringify(rows)).not.toContain(before.smtp_password)
})

test('the test of a server that is not there says so', async () => {
  const smtp_port = await closedPort()
  await api.put(path, { smtp_host: 'localhost', smtp_port })
  expect(await api.post(`${path}/test`)).toMatchObject({
    status: 200,
    body: { success: false, message: `SMTP connection refused on port ${smtp_port}` },
  })
})

test.each([
  { display_name: 'John\r\nBcc: eve@example.com' },
  { email_address: 'john@example.com\r\nBcc: eve@example.com' },
  { smtp_username: 'john\nQUIT' },
  { smtp_host: 'mail.example.com:25/x' },
  { smtp_port: 70_000 },
  { provider: 'pigeon' },
])('%j is refused', async (wrong) => {
  const answer = await api.put(path, wrong)
  expect(answer.status).toBe(422)
  expect(Object.keys(answer.body.errors)).toEqual(Object.keys(wrong))
})

test('it can be removed', async () => {
  expect(await api.delete(path)).toMatchObject({ status: 204 })
  expect(await api.delete(path)).toMatchObject({ status: 404 })
})

test('the config of the shop is shown without its password', async () => {
  const config = {
    host: 'smtp.mailgun.org',
    port: 587,
    encryption: 'tls',
    username: 'postmaster@mg.example.com',
    from_name: 'Repair Angel',
    from_address: 'noreply@example.com',
  }
  expect(await api.get('/email/config')).toMatchObject({ status: 200, body: { host: null } })
  expect(
    await api.put('/email/config', { ...config, password: 'hunter2 of the shop' }),
  ).toMatchObject({
    status: 200,
    body: config,
  })
  const { body } = await api.get('/email/config')
  expect(body).toMatchObject(config)
  expect(body).not.toHaveProperty('password')
  const password = async () =>
    (await owner.query('select password from smtp_configs')).rows[0].password
  const sealed = await password()
  await api.put('/email/config', { ...config, port: 465, encryption: 'ssl' })
  expect(await password()).toBe(sealed)
  expect((await other.api.get('/email/config')).body).toMatchObject({ host: null })
  expect(await api.put('/email/config', { port: 587 })).toMatchObject({
    status: 422,
    body: { errors: { host: ['The host field is required.'] } },
  })
})
