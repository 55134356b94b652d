import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

interface Address {
  host?: string | undefined
  port?: number | string | undefined
  secure?: boolean | undefined
}
type Done = (error: Error | null, opened?: { connection: Socket; secured: boolean }) => void

/**
 * Opens a socket by the server's name. Nodemailer itself would look the name up and connect to the
 * address, and workerd then compares the certificate with that address instead of with the name.
 */
export function openSocket({ host = 'localhost', port, secure = false }: Address, done: Done) {
  const address = { host, port: Number(port ?? (secure ? 465 : 587)) }
  const socket = secure ? connectSecure({ ...address, servername: host }) : connectPlain(address)
  socket.once('error', done)
  socket.once(secure ? 'secureConnect' : 'connect', () => {
    socket.off('error', done)
    done(null, { connection: socket, secured: secure })
  })
}
