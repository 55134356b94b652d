import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { secret } from '../harness/secrets.ts'

const file = (name: string) => readFileSync(join(import.meta.dirname, 'certificate', name))

/** In place of a certificate that is trusted smtp-server's own, with which no handshake ends well. */
export const stranger = { key: undefined, cert: undefined }

export const smtpLogin = {
  username: 'shop@example.com',
  password: secret('the password of the mail server'),
}

export interface Received {
  mail: ParsedMail
  to: string[]
  secure: boolean
  /** How it logged in; null when it did not. */
  method: string | null
}

const refusal = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode })

/** Addresses that the server treats in a way of their own. */
export const strange = {
  refused: 'refused@example.com',
  busy: 'busy@example.com',
}

/** A mail server with a login; strict: no login in clear unless `allowInsecureAuth`. */
export async function startSmtp(options: SMTPServerOptions = {}) {
  const received: Received[] = []
  const methods: string[] = []
  const server = new SMTPServer({
    key: file('key.pem'),
    cert: file('certificate.pem'),
    closeTimeout: 100,
    onAuth({ username, password, method }, _session, done) {
      methods.push(method)
      const isRight = username === smtpLogin.username && password === smtpLogin.password
      if (!isRight) return done(refusal(535, `Authentication of ${username} failed`))
      done(null, { user: method })
    },
    onRcptTo({ address }, _session, done) {
      if (address === strange.refused) return done(refusal(550, `Nobody is ${address}`))
      if (address === strange.busy) return done(refusal(451, `Too much for ${address}`))
      done()
    },
    onData(stream, { envelope, secure, user }, done) {
      simpleParser(stream).then((mail) => {
        const to = envelope.rcptTo.map(({ address }) => address)
        received.push({ mail, to, secure, method: (user as string | undefined) ?? null })
        done()
      }, done)
    },
    ...options,
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  // A client that hangs up half-way is its own problem.
  server.on('error', () => {})
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    methods,
    stop: () => new Promise<void>((done) => server.close(done)),
  }
}

/** A server that says what its script tells: an answer to each line, or null to say nothing more. */
export async function startScriptedSmtp(talk: (line: string, socket: Socket) => void) {
  const lines: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    talk('', socket)
    let rest = ''
    socket.on('data', (data) => {
      const parts = `${rest}${data}`.split('\r\n')
      rest = parts.pop() ?? ''
      for (const line of parts) {
        lines.push(line)
        talk(line, socket)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    stop: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** A port that nobody listens on. */
export async function closedPort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
