import { Pool } from '@neondatabase/serverless'
import { expect, test } from 'vitest'
import { startNeon } from './neon.ts'

const { connection, endpoint, url } = await startNeon()

test('a transaction over a WebSocket', async () => {
  const pool = new Pool({ connectionString: url })
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
  const pool = new Pool({ connectionString: url })
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
  const pool = new Pool({ connectionString: url, max: 1 })
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
