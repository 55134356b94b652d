import { afterAll, expect } from 'vitest'
import { startThreeCx } from '../fakes/3cx.ts'
import { startShops } from '../harness/shop.ts'

/** How long the Worker waits for the exchange here. */
export const patience_ms = 700

/** Two shops, the first of which has a telephone exchange of its own. */
export async function startShopsWithPbx(vars: Record<string, string> = {}) {
  const pbx = await startThreeCx()
  afterAll(() => pbx.stop())
  const shops = await startShops({
    vars: { ALLOW_PRIVATE_HOSTS: '1', PROVIDER_TIMEOUT_MS: String(patience_ms), ...vars },
  })
  const { shop, owner, miniflare, url } = shops
  const { client_id, api_key } = pbx
  const connect = async (config: Record<string, string | null> = {}, is_enabled = true) => {
    const all = { api_url: pbx.url, client_id, api_key, webhook_secret: null, ...config }
    const answer = await shop.api.put('/integrations/3cx', { is_enabled, config: all })
    expect(answer.status).toBe(200)
  }
  await connect()
  const webhook = String((await shop.api.get('/integrations/3cx')).body.webhook_url)
  const path = new URL(webhook).pathname
  let calls = 0

  return {
    ...shops,
    pbx,
    connect,
    webhook: url + path,
    /** Posts to the webhook as the exchange does. */
    report: (body: unknown, headers: Record<string, string> = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    /** A call of today as the journal tells it; each a minute after the one before. */
    journal: (change: Record<string, string> = {}) => ({
      call_type: 'Inbound',
      number: '0612345678',
      agent: '100',
      queue: '',
      duration: '00:04:03',
      started_at: moment(Date.now() - 3600_000 + calls++ * 60_000),
      established_at: '',
      ended_at: '',
      ...change,
    }),
    /** Lets the job run that asks the exchanges for their calls, and waits until it is done. */
    async pull() {
      await owner.query(`delete from reactions where kind = 'call_pull'`)
      await owner.query(`delete from job_runs where job = 'call-pull'`)
      const worker = await miniflare.getWorker()
      await worker.scheduled({ cron: '*/5 * * * *', scheduledTime: new Date() })
      const ended = async () =>
        (
          await owner.query(
            `select done_at is not null as done, failed_at from reactions where kind = 'call_pull'`,
          )
        ).rows
      await expect
        .poll(ended, { timeout: 20_000, interval: 30 })
        .toEqual([{ done: true, failed_at: null }])
    },
  }
}

/** As the template has it written. */
export const moment = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`
