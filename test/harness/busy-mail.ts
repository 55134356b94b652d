import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'

/** A mail server that is busy for its first callers, one when not said, and then passes on to a mailbox. */
export async function startBusyMailServer({ busy = 1 } = {}) {
  const mailbox = await startMailbox()
  let refusals = busy
  const gate = createServer((socket) => {
    socket.on('error', () => {})
    if (refusals > 0) {
      refusals -= 1
      socket.end('421 too busy\r\n')
      return
    }
    const { port } = new URL(mailbox.smtp_url)
    const inner = connect(Number(port), '127.0.0.1').on('error', () => {})
    socket.pipe(inner).pipe(socket)
  })
  gate.listen(0, '127.0.0.1')
  await once(gate, 'listening')
  afterAll(async () => {
    gate.close()
    await mailbox.stop()
  })
  return {
    smtp_url: `smtp://localhost:${(gate.address() as AddressInfo).port}`,
    mailbox,
    /** How many callers it will still turn away. */
    refusals: () => refusals,
    /** Turns that many callers away from now on. */
    refuse(callers: number) {
      refusals = callers
    },
  }
}
