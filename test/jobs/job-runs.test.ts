import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { schedule } from '../../src/jobs/schedule.ts'
import { Client } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'
import { firing, hourly, nightly } from './firing.ts'

const { shop, owner, url, miniflare } = await startShops()
const { fire, fireAt } = firing(miniflare)

const { rows } = await owner.query(
  `insert into users (tenant_id, name, email, password_hash, role)
   values ($1, 'Pat', 'pat@service.example', 'none', 'platform') returning id`,
  [shop.tenant_id],
)
const platform = new Client(url, await newToken(owner, shop.tenant_id, rows[0].id))
const runsOf = async (query: string) => (await platform.get(`/job-runs?${query}`)).body

test('every cron expression of wrangler.toml has its jobs, and the other way round', async () => {
  const toml = await readFile('wrangler.toml', 'utf8')
  const [, list = ''] = /^crons = (\[[^\]]*\])/m.exec(toml) ?? []
  expect(new Set(JSON.parse(list))).toEqual(new Set(Object.keys(schedule)))
  const names = Object.values(schedule)
    .flat()
    .map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

test.each(Object.entries(schedule))(
  'what runs at %s is listed with what it did',
  async (cron, jobs) => {
    const at = new Date('2026-05-01T03:15:00Z')
    expect(await fireAt(cron, at)).toBe('ok')
    for (const { name } of jobs) {
      const { data, total } = await runsOf(`job=${name}`)
      expect(total).toBe(1)
      expect(data).toEqual([
        {
          job: name,
          period: '2026-05-01T03:15:00Z',
          started_at: expect.any(String),
          finished_at: expect.any(String),
          counts: expect.any(Object),
          failure: null,
        },
      ])
      expect(Object.values(data[0].counts).every(Number.isInteger)).toBe(true)
    }
  },
)

test('the same moment of the schedule runs once, in parallel too', async () => {
  await owner.query(
    `insert into login_failures (key, failures, since) values ('old', 1, now() - interval '2 days')`,
  )
  const at = new Date('2026-05-02T03:15:00Z')
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => fireAt(nightly, at)))
  expect(new Set(outcomes)).toEqual(new Set(['ok']))
  await fireAt(nightly, at)
  const runs = await runsOf('job=clean-up')
  expect(runs.total).toBe(2)
  expect(runs.data[0]).toMatchObject({
    period: '2026-05-02T03:15:00Z',
    counts: { login_failures: 1 },
  })
})

test('a failure is told, holds up no other job, and the moment may be tried again', async () => {
  const at = new Date('2026-05-03T03:05:00Z')
  await owner.query('alter function app.mark_overdue_invoices rename to mislaid')
  expect(await fireAt(hourly, at)).toBe('exception')
  const failed = await runsOf('failed=true')
  expect(failed.total).toBe(1)
  expect(failed.data[0]).toMatchObject({
    job: 'overdue-invoices',
    period: '2026-05-03T03:05:00Z',
    finished_at: expect.any(String),
    counts: {},
    failure: expect.stringContaining('does not exist'),
  })
  const others = await runsOf('failed=false&per_page=100')
  const hours = others.data.filter(({ period }: { period: string }) =>
    period.endsWith('T03:05:00Z'),
  )
  const jobs = Object.entries(schedule).flatMap(([cron, jobs]) => (cron === hourly ? jobs : []))
  expect(hours).toHaveLength(jobs.length - 1)
  await owner.query('alter function app.mislaid rename to mark_overdue_invoices')
  expect(await fireAt(hourly, at)).toBe('ok')
  expect((await runsOf('failed=true')).total).toBe(0)
  const [again] = (await runsOf('job=overdue-invoices')).data
  expect(again).toMatchObject({
    period: '2026-05-03T03:05:00Z',
    failure: null,
    counts: { changed: 0 },
  })
})

test('a run that died is taken up by the next try of its moment, after a quarter of an hour', async () => {
  const at = new Date('2026-05-04T03:15:00Z')
  await owner.query(
    `insert into job_runs (job, period, started_at)
     values ('clean-up', $1, now() - interval '14 minutes')`,
    [at.toISOString()],
  )
  const finished = async () => (await runsOf('job=clean-up')).data.at(-1)
  await fireAt(nightly, at)
  expect(
    (await owner.query('select finished_at from job_runs where period = $1', [at])).rows,
  ).toEqual([{ finished_at: null }])
  await owner.query(
    `update job_runs set started_at = now() - interval '16 minutes' where period = $1`,
    [at],
  )
  await fireAt(nightly, at)
  expect((await finished())?.finished_at).not.toBeNull()
})

test('is for platform administrators', async () => {
  await fire(nightly)
  expect((await shop.api.get('/job-runs')).status).toBe(403)
  expect((await platform.get('/job-runs?per_page=2&page=2')).body).toMatchObject({
    current_page: 2,
    per_page: 2,
    data: [expect.any(Object), expect.any(Object)],
  })
  expect((await platform.get('/job-runs?failed=maybe')).status).toBe(422)
})
