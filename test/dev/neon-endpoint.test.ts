import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NeonDbError, neon, neonConfig, Pool } from '@neondatabase/serverless'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type NeonEndpoint, startNeonEndpoint } from '../../dev/neon-endpoint.ts'
import { type LocalPostgres, startPostgres } from '../../dev/postgres.ts'

let home: string
let postgres: LocalPostgres
let endpoint: NeonEndpoint

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'neon-test-'))
  postgres = await startPostgres({ folder: join(home, 'data'), throwaway: true })
  endpoint = await startNeonEndpoint({
    allow: (host, port) => host === '127.0.0.1' && [postgres.port, 9].includes(port),
  })
  neonConfig.fetchEndpoint = `${endpoint.url}/sql`
  neonConfig.wsProxy = (host, port) => `127.0.0.1:${endpoint.port}/v2?address=${host}:${port}`
  neonConfig.useSecureWebSocket = false
  neonConfig.pipelineConnect = 'password'
})
afterAll(async () => {
  await endpoint.stop()
  await postgres.stop()
  await rm(home, { recursive: true })
})
beforeEach(() => endpoint.reset())

const connection = () => neon(postgres.url)

async function failure(promise: Promise<unknown>): Promise<NeonDbError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof NeonDbError)) throw new Error('the query did not fail', { cause: error })
  return error
}

test('a single statement', async () => {
  const sql = connection()
  const name = 'ŝtrømé 🔧'
  expect(await sql`select ${7}::int + 1 as sum, ${name} as name`).toEqual([{ sum: 8, name }])
})

test('values of all kinds arrive exactly', async () => {
  const [row] = await connection()`
    select 9223372036854775807::bigint as big, 199.80::numeric(12,2) as amount,
      '2026-03-29 01:30:00+00'::timestamptz as at, '{"a":[1,null]}'::jsonb as document,
      array['x', null, 'y"z'] as words, array[1.50, 2]::numeric[] as amounts, null::text as nothing,
      true as yes, '\\x00ff'::bytea as bytes, '' as empty`
  expect(row).toEqual({
    big: '9223372036854775807',
    amount: '199.80',
    at: new Date('2026-03-29T01:30:00Z'),
    document: { a: [1, null] },
    words: ['x', null, 'y"z'],
    amounts: [1.5, 2],
    nothing: null,
    yes: true,
    bytes: Buffer.from([0, 255]),
    empty: '',
  })
})

test('parameters of all kinds are understood', async () => {
  const sql = connection()
  const [row] = await sql`
    select ${true}::boolean as yes, ${null}::int as nothing, ${['a,b', null, '"']}::text[] as words,
      ${{ a: 1 }}::jsonb as document, ${Buffer.from('hi')}::bytea as bytes, ${1.25}::numeric as number`
  expect(row).toEqual({
    yes: true,
    nothing: null,
    words: ['a,b', null, '"'],
    document: { a: 1 },
    bytes: Buffer.from('hi'),
    number: '1.25',
  })
})

test('array mode and full results', async () => {
  const sql = neon(postgres.url, { arrayMode: true, fullResults: true })
  const result = await sql.query('select 1 as a, 2 as a')
  expect(result).toMatchObject({ command: 'SELECT', rowCount: 1, rows: [[1, 2]] })
  expect(result.fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual([
    ['a', 23],
    ['a', 23],
  ])
  const created = await sql.query('create table shapes (id int)')
  expect(created).toMatchObject({ command: 'CREATE', rowCount: null, rows: [] })
  const inserted = await sql.query('insert into shapes values (1), (2)')
  expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 2 })
})

test('a batch is one transaction', async () => {
  const sql = connection()
  const [, setting, first, second] = await sql.transaction([
    sql`select set_config('test.word', ${'inside'}, true)`,
    sql`select current_setting('test.word') as word`,
    sql`select txid_current()::text as id`,
    sql`select txid_current()::text as id`,
  ])
  expect(setting).toEqual([{ word: 'inside' }])
  expect(first).toEqual(second)
  expect(await sql`select nullif(current_setting('test.word', true), '') as word`).toEqual([
    { word: null },
  ])
})

test('a batch takes isolation level and access mode', async () => {
  const sql = connection()
  const [levels] = await sql.transaction([sql`show transaction_isolation`], {
    isolationLevel: 'Serializable',
    readOnly: true,
    deferrable: true,
  })
  expect(levels).toEqual([{ transaction_isolation: 'serializable' }])
  const error = await failure(
    sql.transaction([sql`create table never (id int)`], { readOnly: true }),
  )
  expect(error.code).toBe('25006')
})

test('a failing statement rolls the batch back, wherever it stands', async () => {
  const sql = connection()
  await sql`create table batch_log (id int primary key deferrable initially deferred)`
  const insert = (id: number) => sql`insert into batch_log values (${id})`
  expect((await failure(sql.transaction([insert(1), sql`select 1/0`, insert(2)]))).code).toBe(
    '22012',
  )
  // The deferred constraint fails at COMMIT only.
  expect((await failure(sql.transaction([insert(3), insert(3)]))).code).toBe('23505')
  expect((await failure(sql.transaction([insert(4), sql`selec`]))).code).toBe('42601')
  await sql.transaction([insert(5)])
  expect(await sql`select id from batch_log`).toEqual([{ id: 5 }])
})

test('an error carries the fields of PostgreSQL', async () => {
  const sql = connection()
  await sql`create table devices (serial text constraint serial_once unique)`
  await sql`insert into devices values ('A1')`
  const error = await failure(sql`insert into devices values ('A1')`)
  expect(error).toMatchObject({
    message: 'duplicate key value violates unique constraint "serial_once"',
    severity: 'ERROR',
    code: '23505',
    detail: 'Key (serial)=(A1) already exists.',
    schema: 'public',
    table: 'devices',
    constraint: 'serial_once',
  })
  expect((await failure(sql`select  nothing`)).position).toBe('9')
})

test('a statement keeps working when its table changes under it', async () => {
  const sql = connection()
  await sql`create table changing (a int)`
  await sql`insert into changing values (1)`
  expect(await sql`select * from changing`).toEqual([{ a: 1 }])
  await sql`alter table changing add column b int default 2`
  expect(await sql`select * from changing`).toEqual([{ a: 1, b: 2 }])
  await sql`discard all`
  expect(await sql`select * from changing`).toEqual([{ a: 1, b: 2 }])
  await sql`alter table changing rename b to c`
  expect(await sql.transaction([sql`select 1 as x`, sql`select * from changing`])).toEqual([
    [{ x: 1 }],
    [{ a: 1, c: 2 }],
  ])
})

test('more different statements than are kept prepared', async () => {
  const sql = connection()
  for (const round of [0, 1]) {
    for (let number = 0; number < 300; number++) {
      expect(await sql.query(`select ${number} as number, $1::int as round`, [round])).toEqual([
        { number, round },
      ])
    }
  }
  const [row] = await sql`select count(*)::int as count from pg_prepared_statements`
  expect(row?.count).toBeLessThan(270)
})

test('fifty at once do not mix', async () => {
  const sql = connection()
  const numbers = Array.from({ length: 50 }, (_, number) => number)
  const answers = await Promise.all(
    numbers.map((number) =>
      sql.transaction([sql`select ${number}::int as number, pg_sleep(0.01)::text`, sql`select 1`]),
    ),
  )
  expect(answers.map(([rows]) => rows?.[0]?.number)).toEqual(numbers)
})

test('COPY is refused and the connection stays usable', async () => {
  const sql = connection()
  await sql`create table copied (id int)`
  await expect(sql`copy copied from stdin`).rejects.toThrow('COPY')
  await failure(sql.transaction([sql`copy copied from stdin`, sql`select 1`]))
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
})

test('a connection that the server ends is replaced', async () => {
  const sql = connection()
  const error = await failure(sql`select pg_terminate_backend(pg_backend_pid())`)
  expect(error.code).toBe('57P01')
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
})

test('an abandoned request ends its query', async () => {
  const leaving = new AbortController()
  const abandoned = connection()
    .query('select pg_sleep(600)', [], { fetchOptions: { signal: leaving.signal } })
    .catch((error: unknown) => error)
  const sleepers = async () =>
    (
      await connection()`select pid from pg_stat_activity
      where state = 'active' and query = 'select pg_sleep(600)'`
    ).length
  await expect.poll(sleepers).toBe(1)
  leaving.abort()
  await abandoned
  await expect.poll(sleepers).toBe(0)
})

test('an unreachable or forbidden server and a wrong password are told apart', async () => {
  const at = (change: (url: URL) => void) => {
    const url = new URL(postgres.url)
    change(url)
    return failure(neon(url.href)`select 1`)
  }
  const unreachable = await at((url) => {
    url.port = '9'
  })
  expect(unreachable.message).toMatch(/HTTP status 500.*ECONNREFUSED/)
  const forbidden = await at((url) => {
    url.port = '10'
  })
  expect(forbidden.message).toBe('127.0.0.1:10 is not served here')
  const locked = await at((url) => {
    url.password = 'wrong'
  })
  expect(locked.code).toBe('28P01')
})

test('an answer above 64 MiB is refused', async () => {
  const sql = connection()
  const large = sql`select repeat('x', 1024 * 1024) as piece from generate_series(1, 65)`
  expect((await failure(large)).message).toContain('HTTP status 507')
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
})

test('a transaction over a WebSocket', async () => {
  const pool = new Pool({ connectionString: postgres.url })
  const client = await pool.connect()
  await client.query('create table visits (id int)')
  await client.query('begin')
  await client.query('insert into visits values ($1)', [1])
  await client.query('rollback')
  expect((await client.query('select * from visits')).rows).toEqual([])
  client.release()
  await pool.end()
  expect(endpoint.counts).toEqual({
    http: 0,
    batches: 0,
    statements: 0,
    websocket_connects: 1,
    websocket_round_trips: 5,
  })
})

test('a WebSocket to a forbidden server is refused', async () => {
  const refused = new WebSocket(`ws://127.0.0.1:${endpoint.port}/v2?address=127.0.0.1:10`)
  await new Promise((resolve) => {
    refused.addEventListener('error', resolve)
  })
  expect(endpoint.counts.websocket_connects).toBe(0)
})

test('large messages pass a WebSocket unharmed', async () => {
  const pool = new Pool({ connectionString: postgres.url })
  const text = 'größe '.repeat(500_000)
  const { rows } = await pool.query('select $1::text as text', [text])
  expect(rows[0].text === text).toBe(true)
  await pool.end()
})

test('requests, batches and statements are counted', async () => {
  const sql = connection()
  await sql`select 1`
  await sql.transaction([sql`select 1`, sql`select 2`, sql`select 3`])
  expect(endpoint.counts).toEqual({
    http: 2,
    batches: 1,
    statements: 4,
    websocket_connects: 0,
    websocket_round_trips: 0,
  })
})

test('a pretended distance delays each round trip and keeps the order', async () => {
  const rtt_ms = 30
  endpoint.setRtt(rtt_ms)
  const pool = new Pool({ connectionString: postgres.url, max: 1 })
  try {
    const beforeHttp_ms = performance.now()
    await connection()`select 1`
    expect(performance.now() - beforeHttp_ms).toBeGreaterThanOrEqual(rtt_ms - 1)
    const numbers = [1, 2, 3, 4, 5]
    const beforeSocket_ms = performance.now()
    const answers = await Promise.all(
      numbers.map((number) => pool.query('select $1::int as number', [number])),
    )
    expect(answers.map(({ rows }) => rows[0].number)).toEqual(numbers)
    expect(performance.now() - beforeSocket_ms).toBeGreaterThanOrEqual(5 * (rtt_ms - 1))
  } finally {
    endpoint.setRtt(0)
    await pool.end()
  }
})
