import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, inject, test } from 'vitest'
import { startNeonEndpoint } from '../../dev/neon-endpoint.ts'
import { startTwilio } from '../fakes/twilio.ts'
import { startDatabase } from '../harness/database.ts'
import { connectTwilio, openMortalShop } from './mortal-shop.ts'
import { startMortalWorker } from './mortal-worker.ts'

// `npm run bulk` writes to ten thousand.
const customers = Number(process.env.BULK_CUSTOMERS ?? 300)
const mostMemory_mb = 256

const database = await startDatabase()
const endpoint = await startNeonEndpoint({ allow: (_, port) => port === database.port })
const twilio = await startTwilio()
const worker = await startMortalWorker({
  bundle: inject('bundle'),
  database_url: database.worker_url,
  endpoint_url: endpoint.url,
  vars: { TWILIO_BASE_URL: twilio.url, PUBLIC_URL: 'https://api.repair-angel.example' },
})
afterAll(async () => {
  await worker.stop()
  await Promise.all([endpoint.stop(), twilio.stop()])
  await database.owner.end()
})
const { owner } = database
const { shop, tenant_id } = await openMortalShop(database, endpoint, worker, 'bulk')
await connectTwilio(shop, twilio)
await owner.query(
  `insert into customers (tenant_id, first_name, phone, phone_e164)
   select $1, 'Klant ' || n, '+316' || (10000000 + n), '+316' || (10000000 + n)
   from generate_series(1, $2::int) n`,
  [tenant_id, customers],
)

/** The claim of a consumer that died is over, and the cron finds what it left. */
async function recover() {
  const miniflare = await worker.up()
  await owner.query(
    `update reactions set next_at = now() - interval '10 seconds' where done_at is null and failed_at is null`,
  )
  await sweep(miniflare)
}

async function sweep(miniflare: Awaited<ReturnType<typeof worker.up>>) {
  await (await miniflare.getWorker()).scheduled({ cron: '* * * * *', scheduledTime: new Date() })
}

const open = async () =>
  Number(
    (
      await owner.query(
        'select count(*) as n from reactions where done_at is null and failed_at is null',
      )
    ).rows[0].n,
  )

test(`a text to ${customers} customers reaches each once, though the Worker is killed twice`, async () => {
  let peak_mb = 0
  let lookups = 0
  const sampling = setInterval(async () => {
    peak_mb = Math.max(peak_mb, await worker.memory_mb())
  }, 50)
  const started = performance.now()
  const sent = await shop.api.post('/sms/bulk-send', { body: 'Dag {{first_name}}, wij verhuizen!' })
  expect(sent.body, JSON.stringify(sent.body)).toMatchObject({ queued: customers })
  const answered_s = (performance.now() - started) / 1000
  for (const part of [0.37, 0.74]) {
    while (twilio.messages.length < customers * part) await sleep(5)
    worker.kill()
    await recover()
  }
  for (let rounds = 0; (await open()) > 0; rounds++) {
    await sleep(500)
    if (rounds % 20 === 19) await sweep(await worker.up())
  }
  clearInterval(sampling)
  const seconds = (performance.now() - started) / 1000
  lookups = twilio.requests.filter(({ method }) => method === 'GET').length

  const perNumber = Map.groupBy(twilio.messages, ({ to }) => to)
  expect(perNumber.size).toBe(customers)
  expect([...perNumber].filter(([, messages]) => messages.length !== 1)).toEqual([])
  expect(new Set(twilio.messages.map(({ body }) => body)).size).toBe(customers)
  const { body: bulk } = await shop.api.get(`/sms/bulk/${sent.body.bulk_id}`)
  expect(bulk).toMatchObject({ status: 'done', total: customers, sent: customers, failed: 0 })
  expect(worker.kills()).toBe(2)
  expect(peak_mb).toBeGreaterThan(0)
  expect(peak_mb).toBeLessThan(mostMemory_mb)
  console.table({
    messages: twilio.messages.length,
    kills: worker.kills(),
    'looked up after a crash': lookups,
    'peak memory of workerd, MB': Math.round(peak_mb),
    'until the answer, s': answered_s.toFixed(1),
    'until the last message, s': seconds.toFixed(0),
  })
}, 1_800_000)
