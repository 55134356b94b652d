import { afterAll, describe, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { table } from './table.ts'

const played = Object.fromEntries(
  await Promise.all(
    Object.entries(table).map(async ([slug, row]) => [slug, await row.start()] as const),
  ),
)
afterAll(() => Promise.all(Object.values(played).map(({ stop }) => stop())))

const { shop } = await startShops({
  vars: {
    PROVIDER_TIMEOUT_MS: '500',
    ALLOW_PRIVATE_HOSTS: '1',
    ...Object.assign({}, ...Object.values(played).map(({ vars }) => vars)),
  },
})
const { api } = shop

/** Provider × case, as it came out. */
const outcomes: Record<string, Record<string, string>> = {}
afterAll(() => console.table(outcomes))

describe.each(Object.entries(table))('%s', (slug, { label, account, probe }) => {
  const { config, wrong, next, requests } = played[slug] ?? expect.fail()
  const connected = `Connected to ${label}${account === null ? '' : ` — account: ${account}`}`

  /** Tries the connection from scratch: without what an earlier test left. */
  async function tried(name: string, change: Record<string, string> = {}) {
    const saved = await api.put(`/integrations/${slug}`, { config: { ...config, ...change } })
    expect(saved.status).toBe(200)
    const since = requests.length
    const answer = await api.post(`/integrations/${slug}/test`)
    expect(answer.status).toBe(200)
    expect(answer.body.tested_at).toMatch(/Z$/)
    const { success, message } = answer.body
    outcomes[slug] = { ...outcomes[slug], [name]: message }
    const asked = requests
      .slice(since)
      .filter(({ method, url }) => probe.test(`${method} ${url.pathname}`)).length
    return { success, message, asked }
  }

  test('connects, and says to whom', async () => {
    expect(await tried('success')).toEqual({ success: true, message: connected, asked: 1 })
  })

  test('refuses wrong credentials', async () => {
    const { success, message } = await tried('wrong credentials', wrong)
    expect({ success, message }).toEqual({
      success: false,
      message: 'Authentication failed: invalid API key',
    })
  })

  test('waits no longer than we let it', async () => {
    next(probe, 'silence')
    const message = `${label} did not answer in time`
    expect(await tried('timeout')).toEqual({ success: false, message, asked: 1 })
  })

  test('is asked again when it wants that soon', async () => {
    next(probe, { status: 429, retry_after: '1' })
    expect(await tried('429, 1 s')).toEqual({ success: true, message: connected, asked: 2 })
  })

  test('is not asked again when it wants that late', async () => {
    next(probe, { status: 429, retry_after: '600' })
    const message = `${label} failed (HTTP 429)`
    expect(await tried('429, 600 s')).toEqual({ success: false, message, asked: 1 })
  })

  test('is asked again after a failure', async () => {
    next(probe, 'error')
    expect(await tried('500, then success')).toEqual({
      success: true,
      message: connected,
      asked: 2,
    })
  })

  test('does not confuse us', async () => {
    next(probe, 'malformed')
    const message = `${label} gave an answer that makes no sense`
    expect(await tried('malformed')).toEqual({ success: false, message, asked: 1 })
  })
})
