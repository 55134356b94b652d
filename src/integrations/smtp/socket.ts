import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

interface Address {
  port?: number | string | undefined
  secure?: boolean | undefined
}
type Done = (error: Error | null, opened?: { connection: Socket; secured: boolean }) => void

/**
 * Opens sockets by the server's name. Nodemailer itself would look the name up and connect to the address,
 * and workerd then compares the certificate with that address instead of with the name.
 */
export const opener =
  (host: string, timeout_ms: number) =>
  ({ port, secure = false }: Address, done: Done) => {
    opened(host, Number(port), secure, timeout_ms)
      .then((connection) => done(null, { connection, secured: secure }))
      .catch(done)
  }

/** @throws Error with the code EREFUSED, ENOTFOUND, ETIMEDOUT or ETLS */
async function opened(host: string, port: number, secure: boolean, timeout_ms: number) {
  const socket = secure
    ? connectSecure({ host, port, servername: host })
    : connectPlain({ host, port })
  const code = await outcomeOf(socket, secure ? 'secureConnect' : 'connect', timeout_ms)
  if (code === undefined) return socket
  if (!secure || code !== 'EREFUSED') throw notOpened(code)
  // Nothing says whether the connection failed or only TLS: one without tells.
  const plain = connectPlain({ host, port })
  const plainCode = await outcomeOf(plain, 'connect', timeout_ms)
  plain.destroy()
  throw notOpened(plainCode ?? 'ETLS')
}

/** Undefined once it is open, else why it is not; then it is closed. */
function outcomeOf(socket: Socket, event: string, timeout_ms: number) {
  return new Promise<string | undefined>((resolve) => {
    const end = (code: string | undefined) => {
      clearTimeout(timer)
      socket.off('error', onError)
      // One that was given up may still fail.
      socket.on('error', () => {})
      if (code !== undefined) socket.destroy()
      resolve(code)
    }
    const onError = ({ code }: NodeJS.ErrnoException) =>
      end(code === 'ENOTFOUND' ? code : 'EREFUSED')
    const timer = setTimeout(() => end('ETIMEDOUT'), timeout_ms)
    socket.on('error', onError)
    socket.once(event, () => end(undefined))
  })
}

const notOpened = (code: string) =>
  Object.assign(new Error('The connection was not opened.'), { code })
