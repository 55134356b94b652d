import { describe, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { operationsOf } from './operations.ts'

const origin = 'https://desk.example'
const { shop, url } = await startShops({ vars: { CORS_ORIGINS: `${origin}, https://app.example` } })
const { api } = shop
const operations = await operationsOf(url)

describe('every answer', () => {
  const paths = ['/customers', '/customers/abc', '/customers?page=-1', '/nowhere', '/auth/login']

  test.each(paths)('%s carries safe headers and its request id', async (path) => {
    const answer = await api.get(path)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'strict-transport-security': expect.stringContaining('max-age='),
      'content-type': expect.stringContaining('application/json'),
    })
    expect(answer.headers.has('x-powered-by')).toBe(false)
    const id = answer.headers.get('x-request-id')
    expect(id).toMatch(/^[\w-]{36}$/)
    if (answer.status >= 400) expect(answer.body.request_id).toBe(id)
  })

  test('takes a request id that looks like one, and no other', async () => {
    const given = 'desk-7:order.42'
    const answer = await api.get('/nowhere', { 'X-Request-Id': given })
    expect(answer.headers.get('x-request-id')).toBe(given)
    expect(answer.body.request_id).toBe(given)
    for (const id of ['short', 'x'.repeat(65), 'has a space in it', '<script>alert(1)']) {
      const other = await api.get('/nowhere', { 'X-Request-Id': id })
      expect(other.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
    }
  })
})

describe('a browser', () => {
  test('of an allowed origin may call, with every header of the contract', async () => {
    const preflight = await fetch(`${url}/api/customers`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': 'authorization, idempotency-key, if-match',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH')
    const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase()
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-match']) {
      expect(allowed).toContain(name)
    }
    for (const path of ['/customers', '/customers/abc']) {
      const { headers } = await api.get(path, { Origin: origin })
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('vary')?.toLowerCase()).toContain('origin')
      expect(headers.get('access-control-expose-headers')?.toLowerCase()).toContain('etag')
      // Tokens travel in a header, never in a cookie.
      expect(headers.has('access-control-allow-credentials')).toBe(false)
    }
  })

  test.each(['https://evil.example', 'https://desk.example.evil.example', 'null'])(
    'of %s may not',
    async (Origin) => {
      const { headers } = await api.get('/customers', { Origin })
      expect(headers.has('access-control-allow-origin')).toBe(false)
    },
  )
})

describe('a path', () => {
  test.each(['/api', '/api/v1', '/repair-angel-v2/api', '/repair-angel-v2/api/v1'])(
    '%s/customers is one API',
    async (base) => {
      const headers = { Authorization: `Bearer ${api.token}` }
      const response = await fetch(`${url}${base}/customers?per_page=1`, { headers })
      expect(response.status).toBe(200)
    },
  )

  test('that is not there is 404, in the form of every error', async () => {
    for (const path of ['/nowhere', '/customers/1/nothing', '/', '/customers/1/tags/2']) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        expect(await api.send(method, path)).toMatchObject({
          status: 404,
          body: { message: 'Route not found.', code: 'not_found' },
        })
      }
    }
  })

  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  const served = Map.groupBy(operations, ({ path }) => path)

  test.each([...served.keys()])('%s names its methods to another one', async (path) => {
    const allowed = methods.filter((method) =>
      served.get(path)?.some((operation) => operation.method === method),
    )
    for (const method of methods.filter((name) => !allowed.includes(name))) {
      const answer = await api.send(method, path.replace(/\{\w+\}/g, '1'))
      expect(answer, method).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
      expect(answer.headers.get('allow')).toBe(allowed.join(', '))
    }
  })

  test('answers HEAD as GET, without the body', async () => {
    const headers = { Authorization: `Bearer ${api.token}` }
    const answer = await fetch(`${url}/api/customers`, { method: 'HEAD', headers })
    expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: '' })
  })
})
