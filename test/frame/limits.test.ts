import { expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, url } = await startShops({ vars: { API_REQUESTS_PER_MINUTE: '5' } })

test('a token has so many requests a minute, whatever they answer', async () => {
  const paths = ['/customers', '/customers/abc', '/nowhere', '/auth/me', '/customers?page=-1']
  for (const [n, path] of paths.entries()) {
    const { status, headers } = await shop.api.get(path)
    expect(status).not.toBe(429)
    expect(headers.get('ratelimit-limit')).toBe('5')
    expect(headers.get('ratelimit-remaining')).toBe(String(4 - n))
    expect(Number(headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60)
  }
  const refused = await shop.api.get('/customers')
  expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  expect(refused.headers.get('ratelimit-remaining')).toBe('0')
  expect(refused.headers.get('x-request-id')).toBe(refused.body.request_id)
})

test('others are not held back by it', async () => {
  expect((await shop.as.manager.get('/customers')).status).toBe(200)
  const stranger = new Client(url)
  for (let n = 0; n < 10; n++) expect((await stranger.get('/customers')).status).toBe(401)
  // Naming a token's number without its secret uses up nobody's limit.
  const [number] = shop.as.technician.token?.split('|') ?? []
  const guesser = new Client(url, `${number}|guess`)
  for (let n = 0; n < 5; n++) expect((await guesser.get('/customers')).status).toBe(401)
  expect((await shop.as.technician.get('/customers')).status).toBe(200)
})
