import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { serialize } from 'pg-protocol/dist/index.js'

/** Where PostgreSQL listens. */
export interface ServerAddress {
  host: string
  port: number
  /** Absent: in the clear. `unverified` takes any certificate. */
  tls?: 'verified' | 'unverified'
}

/**
 * A connection to a PostgreSQL server, ready for the startup message.
 *
 * @throws a network error, or that the server has no TLS
 */
export async function openServerSocket({ host, port, tls }: ServerAddress): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true })
  await once(socket, 'connect')
  if (tls === undefined) return socket
  socket.write(serialize.requestSsl())
  const [answer] = (await once(socket, 'data')) as [Buffer]
  if (answer.toString() !== 'S') {
    socket.destroy()
    throw new Error(`the database at ${host}:${port} does not speak TLS`)
  }
  const secure = connectTls({ socket, servername: host, rejectUnauthorized: tls === 'verified' })
  await once(secure, 'secureConnect')
  return secure
}

/** What the parameters of a connection string ask for, read as `pg` reads them. */
export function tlsOf(url: string): ServerAddress['tls'] {
  const parameters = new URL(url).searchParams
  const mode =
    parameters.get('sslmode') ?? (parameters.get('ssl') === 'true' ? 'require' : 'disable')
  if (['disable', 'allow'].includes(mode)) return undefined
  const anyCertificate = mode === 'no-verify' || parameters.has('uselibpqcompat')
  return anyCertificate ? 'unverified' : 'verified'
}
