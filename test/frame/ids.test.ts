import { describe, expect, test } from 'vitest'
import type { Answer, Json } from '../harness/client.ts'
import { startShopsWithMail } from '../harness/mail.ts'
import { Factory, type Ids } from './factory.ts'
import { fillPath, isPlatform, operationsOf } from './operations.ts'
import { nothingReacts } from './quiet.ts'
import { fieldsOf, isReference, referenced } from './schemas.ts'

const { shop, other, owner, url } = await startShopsWithMail()
await nothingReacts(owner)
const operations = (await operationsOf(url)).filter(({ isTwin }) => !isTwin)
const ours = new Factory(shop.api, owner)
const theirs = new Factory(other.api, owner)

const unknown = 999_999_999_999
/** What no id looks like; every operation meets two of them, all of them meet many operations. */
const malformed = [0, -1, 'abc', '1.5', '9223372036854775808', '1%00', '%20', "1'--"]
const malformedFor = (index: number) => [0, 3].map((step) => malformed[(index + step) % 8])

const withoutRequestId = ({ status, body }: Answer) => {
  const { request_id: _, ...rest } = body
  return { status, body: rest }
}

describe('an id in a path', () => {
  const named = operations.filter(
    ({ ids, permission }) => ids.length > 0 && !isPlatform(permission),
  )

  test.each(named)('$name: one that names nothing of ours is 404', async (operation) => {
    const wrong = malformedFor(named.indexOf(operation))
    const own: Ids = await ours.idsFor(operation)
    const strange: Ids = await theirs.idsFor(operation)
    const body = await ours.bodyFor(operation)
    const send = (ids: Record<string, unknown>) =>
      shop.api.send(operation.method, fillPath(operation.path, ids), body)
    for (const name of operation.ids) {
      for (const id of wrong) {
        const { status } = await send({ ...own, [name]: id })
        expect(status, `${name} = ${id}`).toBe(404)
      }
      const missing = await send({ ...own, [name]: unknown })
      expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } })
      const stranger = await send({ ...own, [name]: strange[name] })
      expect(withoutRequestId(stranger)).toEqual(withoutRequestId(missing))
    }
    if (operation.ids.length < 2) return
    // A child of another record of the same shop is not there either.
    const sibling: Ids = await ours.idsFor(operation)
    const child = operation.ids.at(-1) ?? ''
    expect((await send({ ...own, [child]: sibling[child] })).status).toBe(404)
  })
})

describe('an id in a body', () => {
  const referring = operations.filter(
    ({ body, permission }) => body && fieldsOf(body).some(isReference) && !isPlatform(permission),
  )

  test.each(referring)(
    '$name: one that names nothing of ours is 422 at its field',
    async (operation) => {
      for (const field of fieldsOf(operation.body).filter(isReference)) {
        const collection = referenced(field, operation)
        for (const id of [unknown, await theirs.id(collection)]) {
          const body = (await ours.bodyFor(operation)) as Json
          field.set(body, field.isList ? [id] : id)
          const ids = await ours.idsFor(operation)
          const answer = await shop.api.send(operation.method, fillPath(operation.path, ids), body)
          expect(answer, `${field.path} = ${id}`).toMatchObject({ status: 422 })
          const fields = Object.keys(answer.body.errors ?? {})
          expect(fields.map((key) => (field.isList ? key.replace(/\.\d+$/, '') : key))).toEqual([
            field.path,
          ])
        }
      }
    },
  )
})

describe('an id in a query', () => {
  const filtered = operations.filter(({ query }) => query.some(({ name }) => /_id$/.test(name)))

  test.each(filtered)('$name: one that names nothing of ours is 404', async (operation) => {
    const path = fillPath(operation.path, await ours.idsFor(operation))
    for (const { name } of operation.query.filter(({ name }) => /_id$/.test(name))) {
      // An event outlives its entity.
      if (name === 'entity_id' || name === 'source_id') continue
      const others = operation.query.filter((q) => q.required && q.name !== name)
      const rest = (await ours.addressOf({ ...operation, query: others }, {})).split('?')[1]
      const statusFor = async (id: unknown) =>
        (await shop.api.get(`${path}?${[`${name}=${id}`, rest].join('&')}`)).status
      expect(await statusFor(unknown), name).toBe(404)
      expect(await statusFor(await theirs.id(referenced({ name }, operation))), name).toBe(404)
      expect(await statusFor('abc'), name).toBe(422)
    }
  })
})
