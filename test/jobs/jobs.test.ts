import { expect, test, vi } from 'vitest'
import { startBusyMailServer } from '../harness/busy-mail.ts'
import { Client } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { smtp_url, mailbox, refusals } = await startBusyMailServer()
const { shop, owner, url, miniflare } = await startShops({ smtp_url })

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
  await vi.waitFor(() => expect(refusals()).toBe(0), 10_000)
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
