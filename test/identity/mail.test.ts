import { expect, onTestFinished, test } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import type { Env } from '../../src/env.ts'
import type { Mail } from '../../src/integrations/mail-provider.ts'
import { sendMail } from '../../src/integrations/smtp/client.ts'

const mail: Mail = { to: 'jane@example.com', subject: 'Your invoice', text: 'Dag Jané' }

async function openMailbox() {
  const mailbox = await startMailbox()
  onTestFinished(() => mailbox.stop())
  return mailbox
}

const envOf = (vars: Partial<Env>) => vars as Env

test('sends a mail under the name of the shop, with attachments', async () => {
  const { smtp_url, mails } = await openMailbox()
  const env = envOf({ SMTP_URL: smtp_url, MAIL_FROM: 'Repair Angel <mail@repair.example>' })
  const { message_id } = await sendMail(env, {
    ...mail,
    html: '<p>Dag Jané</p>',
    from_name: 'Reparateur "Snel"',
    reply_to: 'shop@example.com',
    attachments: [
      { filename: 'factuur.pdf', content_type: 'application/pdf', content: new Uint8Array([1, 2]) },
    ],
  })
  expect(mails()).toMatchObject([
    {
      from: '"Reparateur \\"Snel\\"" <mail@repair.example>',
      to: ['jane@example.com'],
      subject: 'Your invoice',
      text: 'Dag Jané',
      html: '<p>Dag Jané</p>',
      headers: { 'message-id': `<${message_id}>`, 'reply-to': 'shop@example.com' },
      attachments: [{ filename: 'factuur.pdf', content_type: 'application/pdf', size: 2 }],
    },
  ])
})

test('adds no header and no recipient, whatever the texts hold', async () => {
  const { smtp_url, mails } = await openMailbox()
  await sendMail(envOf({ SMTP_URL: smtp_url }), {
    ...mail,
    subject: 'Hello\r\nBcc: eve@example.com',
    from_name: 'Shop\r\nX-Evil: 1',
    attachments: [
      { filename: 'a\r\nX-Evil: 1', content_type: 'text/plain', content: new Uint8Array([65]) },
    ],
  })
  const [sent] = mails()
  expect(sent?.to).toEqual(['jane@example.com'])
  expect(sent?.subject).toBe('Hello Bcc: eve@example.com')
  expect(Object.keys(sent?.headers ?? {})).not.toContain('x-evil')
  expect(Object.keys(sent?.headers ?? {})).not.toContain('bcc')

  const list = { ...mail, to: 'jane@example.com, eve@example.com' }
  await expect(sendMail(envOf({ SMTP_URL: smtp_url }), list)).rejects.toMatchObject({
    status: 502,
    code: 'mail_failed',
  })
  expect(mails()).toHaveLength(1)
})

test('says why it failed without the login', async () => {
  const dead = await startMailbox()
  await dead.stop()
  const url = dead.smtp_url.replace('//', '//shop:hunter2@')
  await expect(sendMail(envOf({ SMTP_URL: url }), mail)).rejects.toMatchObject({
    status: 502,
    code: 'mail_failed',
    message: expect.not.stringContaining('hunter2'),
  })
  await expect(sendMail(envOf({}), mail)).rejects.toMatchObject({
    message: 'No mail server is configured.',
  })
})

test('keeps a password back from a server without TLS', async () => {
  const { smtp_url, mails } = await openMailbox()
  const url = smtp_url.replace('//127.0.0.1', '//shop:hunter2@[::ffff:127.0.0.1]')
  await expect(sendMail(envOf({ SMTP_URL: url }), mail)).rejects.toMatchObject({
    message: expect.stringContaining('offers no TLS'),
  })
  expect(mails()).toEqual([])
})
