import { describe, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { firing, nightly } from '../jobs/firing.ts'

const { shop, other, owner, miniflare } = await startShops()
const { fire } = firing(miniflare)
const t = shop.tenant_id

const { rows } = await owner.query('select min(id)::int as id from users where tenant_id = $1', [t])
const user = rows[0].id
const { rows: endpoints } = await owner.query(
  `insert into webhook_endpoints (tenant_id, url, events, secrets)
   values ($1, 'https://example.com', '{}', 'sealed') returning id::int`,
  [t],
)
const { rows: rules } = await owner.query(
  `insert into automation_rules (tenant_id, name, trigger, actions, active)
   values ($1, 'Rule', 'none', '[]', false) returning id::int`,
  [t],
)

/** How each kind of row is made, with a name and a time; and after how long a time it goes. */
const kinds: {
  kind: string
  after: string
  /** Of a row named `$1`; `<time>` is when. */
  insert: string
  name: string
}[] = [
  {
    kind: 'idempotency_keys',
    after: '24 hours',
    insert: `insert into idempotency_keys (tenant_id, token_id, key, fingerprint, created_at)
      values (${t}, 1, $1, '', <time>)`,
    name: 'key',
  },
  {
    kind: 'api_tokens',
    after: '30 days',
    insert: `insert into api_tokens (tenant_id, user_id, name, token_hash, expires_at)
      values (${t}, ${user}, $1, $1, <time>)`,
    name: 'name',
  },
  {
    kind: 'password_resets',
    after: '0 seconds',
    insert: `insert into password_resets (tenant_id, user_id, token_hash, expires_at)
      values (${t}, ${user}, $1, <time>)`,
    name: 'token_hash',
  },
  {
    kind: 'login_failures',
    after: '1 day',
    insert: 'insert into login_failures (key, failures, since) values ($1, 1, <time>)',
    name: 'key',
  },
  {
    kind: 'reactions',
    after: '30 days',
    insert: `insert into reactions (tenant_id, kind, key, done_at) values (${t}, 'mail', $1, <time>)`,
    name: 'key',
  },
  {
    kind: 'reactions',
    after: '181 days',
    insert: `insert into reactions (tenant_id, kind, key, failed_at) values (${t}, 'mail', 'failed ' || $1, <time>)`,
    name: `replace(key, 'failed ', '')`,
  },
  {
    kind: 'dead_letters',
    after: '30 days',
    insert: `insert into dead_letters (tenant_id, queue, kind, body, attempts, replayed_at)
      values (${t}, 'events', $1, '{}', 9, <time>)`,
    name: 'kind',
  },
  {
    kind: 'dead_letters',
    after: '180 days',
    insert: `insert into dead_letters (tenant_id, queue, kind, body, attempts, created_at)
      values (${t}, 'events', $1, '{}', 9, <time>)`,
    name: 'kind',
  },
  {
    kind: 'inbox',
    after: '90 days',
    insert: `insert into inbox (tenant_id, provider, external_id, body, done_at)
      values (${t}, 'mollie', $1, '{}', <time>)`,
    name: 'external_id',
  },
  {
    kind: 'webhook_deliveries',
    after: '90 days',
    insert: `insert into webhook_deliveries (tenant_id, endpoint_id, message_id, event, body, created_at)
      values (${t}, ${endpoints[0].id}, $1, '', '', <time>)`,
    name: 'message_id',
  },
  {
    kind: 'automation_logs',
    after: '180 days',
    insert: `insert into automation_logs (tenant_id, rule_id, error, outcome, affected_records, ran_at)
      values (${t}, ${rules[0].id}, $1, 'failed', 0, <time>)`,
    name: 'error',
  },
  {
    kind: 'notifications',
    after: '90 days',
    insert: `insert into notifications (tenant_id, user_id, type, key, title, body, channels, read_at)
      values (${t}, ${user}, 'system', 'test', $1, '', '[]', <time>)`,
    name: 'title',
  },
  {
    kind: 'notifications',
    after: '1 year',
    insert: `insert into notifications (tenant_id, user_id, type, key, title, body, channels, created_at)
      values (${t}, ${user}, 'system', 'test', $1, '', '[]', <time>)`,
    name: 'title',
  },
  {
    kind: 'job_runs',
    after: '90 days',
    insert: 'insert into job_runs (job, period, started_at) values ($1, <time>, <time>)',
    name: 'job',
  },
]

const countsOf = async (): Promise<Record<string, number>> => {
  const run = await owner.query(
    `select counts from job_runs where job = 'clean-up' order by period desc limit 1`,
  )
  return run.rows[0].counts
}

describe('what has served its time goes, and nothing before', () => {
  test.each(kinds)('$kind after $after', async ({ kind, after, insert, name }) => {
    const add = (row: string, time: string) => owner.query(insert.replaceAll('<time>', time), [row])
    await add('over', `now() - interval '${after}' - interval '1 minute'`)
    await add('kept', `now() - interval '${after}' + interval '10 minutes'`)
    await fire(nightly)
    const { rows } = await owner.query(
      `select ${name} as name from ${kind} where ${name} in ('over', 'kept')`,
    )
    expect(rows).toEqual([{ name: 'kept' }])
    expect((await countsOf())[kind]).toBe(1)
    await owner.query(`delete from ${kind} where ${name} = 'kept'`)
  })
})

test('what is still open stays, however old', async () => {
  await owner.query(
    `insert into reactions (tenant_id, kind, key, created_at, next_at)
     values ($1, 'mail', 'open', now() - interval '1 year', now() + interval '1 hour')`,
    [other.tenant_id],
  )
  await owner.query(
    `insert into inbox (tenant_id, provider, external_id, body, created_at, failure)
     values ($1, 'mollie', 'open', '{}', now() - interval '1 year', 'given up')`,
    [other.tenant_id],
  )
  await fire(nightly)
  expect((await owner.query(`select from reactions where key = 'open'`)).rowCount).toBe(1)
  expect((await owner.query(`select from inbox where external_id = 'open'`)).rowCount).toBe(1)
})

test('more than goes at once goes in several goes of one night', async () => {
  const rows = 20_005
  await owner.query(
    `insert into reactions (tenant_id, kind, key, done_at)
     select $1, 'mail', 'many ' || n, now() - interval '31 days' from generate_series(1, $2::int) n`,
    [t, rows],
  )
  await fire(nightly)
  expect((await countsOf()).reactions).toBe(rows)
  expect((await owner.query(`select from reactions where key like 'many %'`)).rowCount).toBe(0)
})

test('a row that somebody is about to revive is not waited for, and not deleted', async () => {
  await owner.query(
    `insert into inbox (tenant_id, provider, external_id, body, done_at)
     values ($1, 'mollie', 'revived', '{}', now() - interval '91 days')`,
    [t],
  )
  const client = await owner.connect()
  await client.query('begin')
  await client.query(`update inbox set done_at = null where external_id = 'revived'`)
  await fire(nightly)
  await client.query('commit')
  client.release()
  await fire(nightly)
  expect((await owner.query(`select from inbox where external_id = 'revived'`)).rowCount).toBe(1)
})
