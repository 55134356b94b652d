import { neon } from '@neondatabase/serverless'
import { expect, test } from 'vitest'
import { failure, startNeon } from './neon.ts'

const { connection, url } = await startNeon()

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
  const at = (change: (changed: URL) => void) => {
    const changed = new URL(url)
    change(changed)
    return failure(neon(changed.href)`select 1`)
  }
  const unreachable = await at((changed) => {
    changed.port = '9'
  })
  expect(unreachable.message).toMatch(/HTTP status 500.*ECONNREFUSED/)
  const forbidden = await at((changed) => {
    changed.port = '10'
  })
  expect(forbidden.message).toBe('127.0.0.1:10 is not served here')
  const locked = await at((changed) => {
    changed.password = 'wrong'
  })
  expect(locked.code).toBe('28P01')
})

test('an answer above 64 MiB is refused', async () => {
  const sql = connection()
  const large = sql`select repeat('x', 1024 * 1024) as piece from generate_series(1, 65)`
  expect((await failure(large)).message).toContain('HTTP status 507')
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
})
