import { connect } from 'node:net'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Mail, type Mailbox, startMailbox } from '../../dev/mailbox.ts'

let mailbox: Mailbox

beforeAll(async () => {
  mailbox = await startMailbox()
})
beforeEach(() => mailbox.clear())
afterAll(() => mailbox.stop())

const invoiceMail = {
  from: 'Repair shop <shop@example.com>',
  to: 'jan@example.com',
  bcc: 'books@example.com',
  subject: 'Factuur € 89,00',
  text: 'Uw factuur',
  html: '<h1>Uw factuur</h1><script>alert(1)</script>',
  attachments: [
    { filename: 'Factuur é.pdf', content: '%PDF-1.7', contentType: 'application/pdf' },
    { filename: 'page.html', content: '<p>hi</p>', contentType: 'text/html' },
  ],
}

async function send(mail: object, auth?: { user: string; pass: string }) {
  const transport = createTransport({ url: mailbox.smtp_url, ...(auth && { auth }) })
  await transport.sendMail({ from: 'shop@example.com', to: 'jan@example.com', ...mail })
  transport.close()
}

async function listed(query = ''): Promise<Mail[]> {
  const answer = await fetch(`${mailbox.url}/api/mails${query}`)
  return (await answer.json()) as Mail[]
}

describe('receiving', () => {
  it('has the mail when the sender is told it was accepted', async () => {
    await send(invoiceMail)
    expect(mailbox.mails()).toMatchObject([
      {
        from: '"Repair shop" <shop@example.com>',
        to: ['jan@example.com', 'books@example.com'],
        subject: 'Factuur € 89,00',
        text: 'Uw factuur',
        attachments: [
          { filename: 'Factuur é.pdf', content_type: 'application/pdf', size: 8 },
          { filename: 'page.html', content_type: 'text/html', size: 9 },
        ],
      },
    ])
    expect(mailbox.mails()[0]?.headers['message-id']).toMatch(/@example\.com>$/)
  })

  it('takes any login', async () => {
    await send({ subject: 'logged in' }, { user: 'someone', pass: 'anything' })
    expect(mailbox.mails()).toMatchObject([{ subject: 'logged in' }])
  })

  it('keeps the last 200, newest first', async () => {
    const transport = createTransport({ url: mailbox.smtp_url, pool: true, maxConnections: 1 })
    for (let i = 1; i <= 201; i++) {
      await transport.sendMail({ from: 'a@example.com', to: 'b@example.com', subject: `mail ${i}` })
    }
    transport.close()
    expect(mailbox.mails()).toHaveLength(200)
    expect(mailbox.mails()[0]?.subject).toBe('mail 201')
    expect(mailbox.mails().at(-1)?.subject).toBe('mail 2')
  })

  it('outlives a client that hangs up half-way', async () => {
    const socket = connect(Number(new URL(mailbox.smtp_url).port), '127.0.0.1')
    await new Promise((done) => socket.once('data', done))
    socket.resetAndDestroy()
    await send({ subject: 'after' })
    expect(mailbox.mails()).toMatchObject([{ subject: 'after' }])
  })
})

describe('JSON', () => {
  it('lists the mails of one address, whatever its letter case', async () => {
    await send({ to: 'Piet@example.com', subject: 'for Piet' })
    await send({ subject: 'for Jan' })
    expect(await listed()).toEqual(mailbox.mails())
    expect(await listed('?to=piet@EXAMPLE.com')).toMatchObject([{ subject: 'for Piet' }])
    expect(await listed('?to=nobody@example.com')).toEqual([])
  })

  it('is emptied by DELETE', async () => {
    await send({})
    const answer = await fetch(`${mailbox.url}/api/mails`, { method: 'DELETE' })
    expect(answer.status).toBe(204)
    expect(await listed()).toEqual([])
  })
})

describe('in the browser', () => {
  it('escapes what the mail says', async () => {
    await send({ subject: '<b>&"', text: '</pre><script>' })
    const [list, one] = await Promise.all(
      ['/', `/mails/${mailbox.mails()[0]?.id}`].map(async (path) =>
        (await fetch(mailbox.url + path)).text(),
      ),
    )
    expect(list).toContain('&lt;b&gt;&amp;&quot;')
    expect(one).toContain('&lt;/pre&gt;&lt;script&gt;')
    expect(one).not.toContain('<script>')
  })

  it('shows the HTML body in a sandbox that loads nothing', async () => {
    await send(invoiceMail)
    const answer = await fetch(`${mailbox.url}/mails/${mailbox.mails()[0]?.id}/html`)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox (?!.*allow-scripts)/)
    expect(await answer.text()).toContain('<h1>Uw factuur</h1>')
  })

  it('opens a PDF in place and saves what could run', async () => {
    await send(invoiceMail)
    const [pdf, page] = mailbox.mails()[0]?.attachments ?? []
    const pdfAnswer = await fetch(pdf?.url ?? '')
    expect(pdfAnswer.headers.get('content-type')).toBe('application/pdf')
    expect(pdfAnswer.headers.get('content-disposition')).toBe(
      "inline; filename*=UTF-8''Factuur%20%C3%A9.pdf",
    )
    expect(await pdfAnswer.text()).toBe('%PDF-1.7')
    const pageAnswer = await fetch(page?.url ?? '')
    expect(pageAnswer.headers.get('content-disposition')).toMatch(/^attachment/)
  })

  it('answers 404 for what it does not have', async () => {
    for (const path of ['/mails/0', '/mails/0/html', '/mails/0/attachments/0', '/nothing']) {
      expect((await fetch(mailbox.url + path)).status).toBe(404)
    }
  })
})

it('listens on the ports it is given and frees them when stopped', async () => {
  const first = await startMailbox()
  const ports = {
    smtp_port: Number(new URL(first.smtp_url).port),
    http_port: Number(new URL(first.url).port),
  }
  await first.stop()
  const second = await startMailbox(ports)
  expect([second.smtp_url, second.url]).toEqual([first.smtp_url, first.url])
  await second.stop()
})
