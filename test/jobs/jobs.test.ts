import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { afterAll, expect, test, vi } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { Client } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

// A mail server that is busy for its first caller, and then passes on to a mailbox.
const mailbox = await startMailbox()
let refusals = 1
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

const { shop, owner, url, miniflare } = await startShops({
  smtp_url: `smtp://localhost:${(gate.address() as AddressInfo).port}`,
})

test('cleans up every night what has served its time', async () => {
  await owner.query(
    `insert into login_failures (key, failures, since)
     values ('old', 1, now() - interval '2 days'), ('new', 1, now())`,
  )
  await owner.query(
    `insert into api_tokens (tenant_id, user_id, name, token_hash, expires_at)
     select tenant_id, id, 'old', 'hash', now() - interval '31 days' from users where role = 'admin' limit 1`,
  )
  const worker = await miniflare.getWorker()
  const result = await worker.scheduled({ cron: '15 3 * * *' })
  expect(result.outcome).toBe('ok')
  const failures = await owner.query('select key from login_failures')
  expect(failures.rows).toEqual([{ key: 'new' }])
  const tokens = await owner.query(`select 1 from api_tokens where name = 'old'`)
  expect(tokens.rows).toEqual([])
  expect((await shop.api.get('/auth/me')).status).toBe(200)
})

test('retries a message that failed, on its own, and drops what it does not know', async () => {
  const queue = await miniflare.getQueueProducer('EMAIL_QUEUE')
  await queue.send({ kind: 'something else' })
  await queue.send(null)
  const visitor = new Client(url)
  await visitor.post('/auth/forgot-password', { email: 'admin@first.example' })
  await vi.waitFor(() => expect(refusals).toBe(0), 10_000)
  await visitor.post('/auth/forgot-password', { email: 'admin@second.example' })
  await vi.waitFor(
    () =>
      expect(mailbox.mails().map(({ to }) => to[0])).toEqual([
        'admin@first.example',
        'admin@second.example',
      ]),
    { timeout: 40_000, interval: 200 },
  )
}, 60_000)
