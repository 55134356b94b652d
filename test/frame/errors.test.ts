import { describe, expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, owner, endpoint, url, logs } = await startShops()
const { api } = shop

/** What the Worker said since a moment, once it has said something about a request. */
async function logOf(request_id: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const log = logs.join('')
    if (log.includes(request_id)) return log
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the Worker did not log the request')
}

describe('the log', () => {
  test('names a request, and nothing of what it carried', async () => {
    const secret = {
      email: 'someone.private@example.com',
      phone: '06-11223344',
      city: 'Sesamstraat',
    }
    await api.post('/customers', { first_name: 'Quasimodo', ...secret })
    await api.post('/customers', { first_name: 'Quasimodo', ...secret, company_id: 999_999_999 })
    await api.get('/customers?q=Quasimodo')
    await new Client(url).post('/auth/login', { email: secret.email, password: 'Rumpelstiltskin' })
    const last = await api.get('/customers/999999999', { 'X-Request-Id': 'the-last-request' })
    expect(last.status).toBe(404)
    const log = await logOf('the-last-request')
    expect(log).toContain('/customers/:id')
    const [, token = ''] = api.token?.split('|') ?? []
    for (const word of ['Quasimodo', 'Rumpelstiltskin', token, ...Object.values(secret)]) {
      expect(log).not.toContain(word)
    }
  })
})

describe('a defect', () => {
  test('answers 500 without detail, and is logged without personal data', async () => {
    await owner.query('alter table customers rename column postal_code to zip')
    const id = 'a-defect-request'
    const answer = await api.post(
      '/customers',
      { first_name: 'Esmeralda', city: 'Paris' },
      { 'X-Request-Id': id },
    )
    await owner.query('alter table customers rename column zip to postal_code')
    expect(answer).toMatchObject({ status: 500 })
    expect(answer.body).toEqual({ message: 'Server Error', code: 'server_error', request_id: id })
    const log = await logOf(id)
    expect(log).toContain('42703')
    expect(log).not.toContain('Esmeralda')
  })
})

describe('a database', () => {
  test.each([
    ['a batch', {}],
    ['an interactive transaction', { 'Idempotency-Key': 'cut off' }],
  ])('that ends the connection in the middle of %s answers 503', async (_, headers) => {
    const before = await api.get('/customers?per_page=1')
    const other = await owner.connect()
    await other.query('begin')
    await other.query('lock table customers')
    const waiting = api.post('/customers', { first_name: 'Nobody' }, headers)
    // Only those that wait in this database: other test files hold locks on the same server.
    await other.query(`do $$ begin loop
      perform pg_stat_clear_snapshot();
      perform pg_terminate_backend(pid) from pg_stat_activity
      where usename = 'repair_angel_app' and datname = current_database() and wait_event_type = 'Lock';
      exit when found;
      perform pg_sleep(0.01);
    end loop; end $$`)
    const answer = await waiting
    await other.query('rollback')
    other.release()
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(JSON.stringify(answer.body)).not.toMatch(/terminat|administrator/i)
    const after = await api.get('/customers?per_page=1')
    expect(after.body.total).toBe(before.body.total)
  })

  test('that cannot be reached answers 503, and tells nothing of itself', async () => {
    await endpoint.stop()
    const requests = [
      api.get('/customers'),
      api.get('/customers/abc'),
      api.post('/customers', { first_name: 'A' }),
      api.post('/customers', { first_name: 'A' }, { 'Idempotency-Key': 'unreachable' }),
      api.delete('/customers/1'),
      new Client(url).post('/auth/login', { email: 'a@example.com', password: 'b' }),
    ]
    for (const answer of await Promise.all(requests)) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(JSON.stringify(answer.body)).not.toMatch(/127\.0\.0\.1|postgres|fetch|neon|socket/i)
    }
    expect((await fetch(`${url}/health`)).status).toBe(503)
  })
})
