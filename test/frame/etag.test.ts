import { describe, expect, test } from 'vitest'
import { startShopsWithMail } from '../harness/mail.ts'
import { Factory } from './factory.ts'
import { fillPath, isPlatform, operationsOf } from './operations.ts'
import { nothingReacts } from './quiet.ts'

const { shop, owner, url } = await startShopsWithMail()
await nothingReacts(owner)
const { api } = shop
const factory = new Factory(api, owner)
const operations = (await operationsOf(url)).filter(({ permission }) => !isPlatform(permission))

// What a carrier says of a parcel has no version, nor has a list.
const single = operations.filter(
  ({ method, path, answers }) =>
    method === 'GET' &&
    path.endsWith('}') &&
    !path.includes('/track/') &&
    answers[200]?.content?.['application/json']?.schema.type !== 'array',
)
const changes = operations.filter(
  ({ method, path }) => ['PUT', 'PATCH', 'DELETE'].includes(method) && path.includes('}'),
)

describe('If-None-Match', () => {
  test.each(single.filter(({ answers }) => answers[200]?.content?.['application/json']))(
    '$name answers 304 while nothing changed',
    async (operation) => {
      const path = fillPath(operation.path, await factory.idsFor(operation))
      const first = await api.get(path)
      const etag = first.headers.get('etag') ?? ''
      expect(etag).toMatch(/^"\d{16}-[\w-]{16}"$/)
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const again = await api.get(path, { 'If-None-Match': tag })
        expect({ status: again.status, size: again.body.byteLength }).toEqual({
          status: 304,
          size: 0,
        })
        expect(again.headers.get('etag')).toBe(etag)
      }
      expect((await api.get(path, { 'If-None-Match': '"other"' })).status).toBe(200)
    },
  )
})

describe('If-Match', () => {
  test.each(changes)('$name refuses a version that is gone', async (operation) => {
    const path = fillPath(operation.path, await factory.idsFor(operation))
    const body = await factory.bodyFor(operation)
    const send = (tag: string) => api.send(operation.method, path, body, { 'If-Match': tag })
    const before = await owner.query('select max(id) as id from events')
    for (const tag of ['"1700000000000000-abcdefghijklmnop"', '"nonsense"', 'W/"1-a", "2-b"']) {
      expect(await send(tag)).toMatchObject({ status: 412, body: { code: 'stale' } })
    }
    expect((await owner.query('select max(id) as id from events')).rows).toEqual(before.rows)
    expect((await send('*')).status).toBeLessThan(300)
  })

  const readable = new Set(single.map(({ path }) => path))
  const updates = changes.filter(({ method, path }) => method !== 'DELETE' && readable.has(path))

  test.each(updates)('$name takes the version that was read, once', async (operation) => {
    const ids = await factory.idsFor(operation)
    const path = fillPath(operation.path, ids)
    const body = await factory.bodyFor(operation)
    const etag = (await api.get(path)).headers.get('etag') ?? ''
    const send = (tag: string) => api.send(operation.method, path, body, { 'If-Match': tag })
    const answers = await Promise.all([send(etag), send(etag), send(etag)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
    const newest = answers.find(({ status }) => status === 200)?.headers.get('etag') ?? ''
    expect((await send(newest)).status).toBe(200)
  })
})
