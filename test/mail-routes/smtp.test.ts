import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import {
  closedPort,
  smtpLogin,
  startScriptedSmtp,
  startSmtp,
  strange,
  stranger,
} from '../fakes/smtp.ts'
import { startShops } from '../harness/shop.ts'

const timeout_ms = 800

const distrusted = (port: number) => ({
  tls: 'SMTP server closed the connection early, or has no certificate that can be trusted',
  ssl: `SMTP server offers no TLS that can be trusted on port ${port}`,
})
const { shop } = await startShops({
  vars: { ALLOW_PRIVATE_HOSTS: '1', PROVIDER_TIMEOUT_MS: String(timeout_ms) },
})
const { api } = shop

/** What came of each case. */
const outcomes: Record<string, string> = {}
afterAll(() => console.table(outcomes))

const running: { stop(): unknown }[] = []
afterAll(() => Promise.all(running.map(({ stop }) => stop())))
async function started<T extends { stop(): unknown }>(server: Promise<T>): Promise<T> {
  running.push(await server)
  return server
}

interface Case {
  port: number
  encryption: 'tls' | 'ssl' | 'none'
  host?: string
  username?: string
  password?: string
}

async function tried(name: string, given: Case, to = 'jane@example.com') {
  const config = { host: 'localhost', ...smtpLogin, from_address: 'shop@example.com', ...given }
  const saved = await api.put('/email/config', config)
  expect(saved).toMatchObject({ status: 200 })
  const began_ms = Date.now()
  const { status, body } = await api.post('/email/config/test', { to })
  expect(status).toBe(200)
  outcomes[name] = body.message
  // The connection, the greeting, each answer: none of them waits longer than we let it.
  expect(Date.now() - began_ms).toBeLessThan(20_000)
  return body
}

const delivered = { success: true, message: 'Test email delivered to jane@example.com' }
const failed = (message: string) => ({ success: false, message })

describe('a mail server', () => {
  test('takes a mail after STARTTLS', async () => {
    const { port, received } = await started(startSmtp())
    expect(await tried('STARTTLS', { port, encryption: 'tls' })).toEqual(delivered)
    expect(received).toMatchObject([{ to: ['jane@example.com'], secure: true, method: 'PLAIN' }])
    expect(received[0]?.mail.from?.text).toContain('shop@example.com')
  })

  test('takes a mail over TLS', async () => {
    const { port, received } = await started(startSmtp({ secure: true }))
    expect(await tried('TLS', { port, encryption: 'ssl' })).toEqual(delivered)
    expect(received).toMatchObject([{ secure: true }])
  })

  test.each(['LOGIN', 'PLAIN'])('takes AUTH %s', async (method) => {
    const { port, methods } = await started(startSmtp({ authMethods: [method] }))
    expect(await tried(`AUTH ${method}`, { port, encryption: 'tls' })).toEqual(delivered)
    expect(methods).toEqual([method])
  })

  test('takes a mail in clear where the shop chose that', async () => {
    const options = { allowInsecureAuth: true, disabledCommands: ['STARTTLS'] }
    const { port, received } = await started(startSmtp(options))
    expect(await tried('none', { port, encryption: 'none' })).toEqual(delivered)
    expect(received).toMatchObject([{ secure: false, method: 'PLAIN' }])
  })

  test('takes a mail without login where there is no password', async () => {
    await api.delete('/email/config')
    const options = { authOptional: true, disabledCommands: ['STARTTLS'] }
    const { port, received } = await started(startSmtp(options))
    const config = { host: 'localhost', port, encryption: 'none', username: 'relay' }
    expect(await api.put('/email/config', config)).toMatchObject({ status: 200 })
    const { body } = await api.post('/email/config/test', { to: 'jane@example.com' })
    expect(body).toEqual(delivered)
    expect(received).toMatchObject([{ method: null }])
  })

  test('refuses a wrong password', async () => {
    const { port } = await started(startSmtp())
    const outcome = await tried('wrong password', { port, encryption: 'tls', password: 'wrong' })
    expect(outcome).toEqual(failed('SMTP login failed: wrong username or password (535)'))
  })

  test('refuses a recipient for ever, or for now', async () => {
    const { port } = await started(startSmtp())
    const server = { port, encryption: 'tls' } as const
    expect(await tried('refused recipient', server, strange.refused)).toEqual(
      failed('SMTP server refused the recipient (550)'),
    )
    expect(await tried('busy recipient', server, strange.busy)).toEqual(
      failed('SMTP server cannot take the mail now (451)'),
    )
  })

  test('that nobody knows is not found', async () => {
    const server = { host: 'mail.invalid', port: 587, encryption: 'tls' } as const
    expect(await tried('unknown name', server)).toEqual(failed('SMTP server was not found'))
  })

  test('that is not there is named with its port', async () => {
    const port = await closedPort()
    for (const encryption of ['tls', 'ssl', 'none'] as const) {
      expect(await tried(`refused connection, ${encryption}`, { port, encryption })).toEqual(
        failed(`SMTP connection refused on port ${port}`),
      )
    }
  })
})

describe('a password is not sent', () => {
  test('to a server without STARTTLS', async () => {
    const { port, lines } = await started(
      startScriptedSmtp((line, socket) => {
        if (line === '') socket.write('220 hello\r\n')
        else if (line.startsWith('EHLO')) socket.write('250-hello\r\n250 AUTH PLAIN LOGIN\r\n')
        else socket.write('502 no\r\n')
      }),
    )
    expect(await tried('no STARTTLS', { port, encryption: 'tls' })).toEqual(
      failed(`SMTP server offers no TLS that can be trusted on port ${port} (502)`),
    )
    expect(lines.filter((line) => line.startsWith('AUTH'))).toEqual([])
  })

  test.each(['tls', 'ssl'] as const)(
    'to a server with which no TLS comes about, %s',
    async (encryption) => {
      const { port, received, methods } = await started(
        startSmtp({ secure: encryption === 'ssl', ...stranger }),
      )
      expect(await tried(`failed handshake, ${encryption}`, { port, encryption })).toEqual(
        failed(distrusted(port)[encryption]),
      )
      expect([received, methods]).toEqual([[], []])
    },
  )

  test.each(['tls', 'ssl'] as const)(
    'to a server whose certificate is of another name, %s',
    async (encryption) => {
      const { port, received, methods } = await started(startSmtp({ secure: encryption === 'ssl' }))
      const server = { host: '127.0.0.1', port, encryption }
      expect(await tried(`certificate of another, ${encryption}`, server)).toEqual(
        failed(distrusted(port)[encryption]),
      )
      expect([received, methods]).toEqual([[], []])
    },
  )

  test('to a server that speaks no TLS where it should from the start', async () => {
    const { port, methods } = await started(startSmtp())
    expect(await tried('no TLS', { port, encryption: 'ssl' })).toEqual(
      failed(`SMTP server offers no TLS that can be trusted on port ${port}`),
    )
    expect(methods).toEqual([])
  })
})

describe('a server that', () => {
  const silent = 'SMTP server did not answer in time'
  const early = 'SMTP server closed the connection early'

  test('says nothing', async () => {
    const { port } = await started(startScriptedSmtp(() => {}))
    for (const encryption of ['tls', 'ssl', 'none'] as const) {
      expect(await tried(`silence, ${encryption}`, { port, encryption })).toEqual(failed(silent))
    }
  })

  test('falls silent half-way', async () => {
    const { port } = await started(
      startScriptedSmtp((line, socket) => {
        if (line === '') socket.write('220 hello\r\n')
        if (line.startsWith('EHLO')) socket.write('250 hello\r\n')
      }),
    )
    const server = { port, encryption: 'none', username: 'relay' } as const
    expect(await tried('silence half-way', server)).toEqual(failed(silent))
  })

  test.each(['', 'EHLO', 'MAIL', 'DATA'])('hangs up at %o', async (at) => {
    await api.delete('/email/config')
    const { port } = await started(
      startScriptedSmtp((line, socket) => {
        if (line.startsWith(at) && (at !== '' || line === '')) return socket.end()
        if (line === '') return socket.write('220 hello\r\n')
        if (line === 'DATA') return socket.write('354 go on\r\n')
        return socket.write('250 fine\r\n')
      }),
    )
    const config = { host: 'localhost', port, encryption: 'none', username: 'relay' }
    expect(await api.put('/email/config', config)).toMatchObject({ status: 200 })
    const { body } = await api.post('/email/config/test', { to: 'jane@example.com' })
    outcomes[`closed early at "${at}"`] = body.message
    // One that is gone before we listen may leave no trace but its silence.
    expect(at === '' ? [early, silent] : [early]).toContain(body.message)
    expect(body.success).toBe(false)
  })

  test('talks nonsense', async () => {
    const { port } = await started(
      startScriptedSmtp((_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
    )
    expect((await tried('nonsense', { port, encryption: 'none' })).success).toBe(false)
  })
})

describe('nothing becomes a header', () => {
  beforeEach(() => api.delete('/email/config'))
  const config = { host: 'mail.example.com', port: 587, ...smtpLogin }

  test.each([
    { from_name: 'Shop\r\nBcc: eve@example.com' },
    { from_name: 'Shop\u0007' },
    { from_address: 'shop@example.com\r\nBcc: eve@example.com' },
    { username: 'shop\r\nRCPT TO:<eve@example.com>' },
    { host: 'mail.example.com\r\nQUIT' },
  ])('out of %j', async (wrong) => {
    const answer = await api.put('/email/config', { ...config, ...wrong })
    expect(answer.status).toBe(422)
    expect(Object.keys(answer.body.errors)).toEqual(Object.keys(wrong))
  })
})
