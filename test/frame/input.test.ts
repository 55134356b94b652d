import { describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShopsWithMail } from '../harness/mail.ts'
import { Factory } from './factory.ts'
import { fillPath, isEveryday, isPlatform, type Operation, operationsOf } from './operations.ts'
import { nothingReacts } from './quiet.ts'
import { type Field, fieldsOf, isReference, variantsOf } from './schemas.ts'

const { shop, owner, url } = await startShopsWithMail()
await nothingReacts(owner)
const operations = (await operationsOf(url)).filter(({ isTwin }) => !isTwin)
const factory = new Factory(shop.api, owner)

/** Rows per table; what a refused request must leave as they were. */
async function counts(): Promise<Record<string, number>> {
  const tables = await owner.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'login_failures'`,
  )
  const selects = tables.rows.map(
    ({ name }) => `select '${name}' as name, count(*)::int from ${name}`,
  )
  const { rows } = await owner.query(selects.join(' union all '))
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

/** Values that no column or rule of a field can take. */
function wrongValues({ schema, name }: Field): unknown[] {
  const variants = variantsOf(schema)
  const types = variants.flatMap(({ type }) => type ?? [])
  const values: unknown[] = []
  if (types.length > 0) {
    if (!types.includes('object')) values.push({ wrong: true })
    if (!types.includes('array')) values.push([[]])
    if (types.includes('object') || types.includes('array')) values.push('text', 7)
    if (types.includes('boolean')) values.push('maybe', 2)
  }
  for (const { type, format, minimum, exclusiveMinimum, enum: names } of [schema, ...variants]) {
    if (names) values.push('nonsense')
    else if (type === 'string' || [type].flat().includes('string'))
      values.push('a\u0000b', '\ud800')
    if (format === 'date') values.push('2026-02-30', '27-03-2026', 'tomorrow')
    if (format === 'date-time') values.push('2026-02-30', 'tomorrow')
    if (format === 'email') values.push('nobody', 'a b@example.com')
    if (minimum >= 0 || exclusiveMinimum >= 0) values.push(-1, 'many')
    if (type === 'integer') values.push(1.5, 'abc', 1e300)
    if (type === 'number') values.push('12,50', 1e300)
  }
  if (/_id$/.test(name) && isReference({ name })) values.push(0, -1, 'abc')
  return [...new Set(values)]
}

/** A field, and a value that it cannot take. */
interface Wrong {
  field: Field
  value: unknown
}

/** The first of each list, then the second of each that has one, and so on. */
const inRounds = <T>(lists: T[][]): T[][] =>
  Array.from({ length: Math.max(0, ...lists.map((list) => list.length)) }, (_, round) =>
    lists.flatMap((list) => list.slice(round, round + 1)),
  )

/** Every wrong value once, those of different fields in one body, unless one holds the other. */
function wrongBodies(fields: Field[]): Wrong[][] {
  const wrongOf = (field: Field): Wrong[] => wrongValues(field).map((value) => ({ field, value }))
  const holdsOthers = ({ path }: Field) => fields.some((it) => it.path.startsWith(`${path}.`))
  const alone = fields.filter(holdsOthers).flatMap(wrongOf)
  const leaves = fields.filter((field) => !holdsOthers(field))
  return [...alone.map((wrong) => [wrong]), ...inRounds(leaves.map(wrongOf))]
}

describe('a body', () => {
  const taking = operations.filter(({ body }) => body)
  // The frame's own order of checks hides the body of what the shop may not do.
  const open = taking.filter(({ permission }) => !isPlatform(permission))

  test.each(open)(
    '$name refuses what its schema forbids, and changes nothing',
    async (operation) => {
      const path = fillPath(operation.path, await factory.idsFor(operation))
      const valid = (await factory.bodyFor(operation)) as Json
      const before = await counts()
      const refusal = async (wrong: Wrong[]) => {
        const body = structuredClone(valid)
        for (const { field, value } of wrong) field.set(body, value)
        const answer = await shop.api.send(operation.method, path, body)
        const what = wrong.map(({ field, value }) => `${field.path} = ${JSON.stringify(value)}`)
        expect(answer, `${what}`).toMatchObject({
          status: 422,
          body: { code: 'validation_failed' },
        })
        const named = Object.keys(answer.body.errors)
        return wrong.filter(({ field }) => !named.some((key) => key.startsWith(field.path)))
      }
      for (const together of wrongBodies(fieldsOf(operation.body))) {
        // One that an error elsewhere hides is sent by itself.
        for (const hidden of await refusal(together)) expect(await refusal([hidden])).toEqual([])
      }
      expect(await counts()).toEqual(before)
    },
  )

  test.each(open)('$name refuses what is no JSON object', async (operation) => {
    const path = fillPath(operation.path, await factory.idsFor(operation))
    const before = await counts()
    for (const text of ['[]', '"text"', '7', 'null', 'true', '{"a":', '{bad}', '\u0000', '[{}]']) {
      const answer = await shop.api.send(operation.method, path, text)
      expect(answer.status, text).toBe(422)
    }
    const large = JSON.stringify({ padding: 'x'.repeat(1024 * 1024) })
    expect((await shop.api.send(operation.method, path, large)).status).toBe(413)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      const answer = await shop.api.send(operation.method, path, '{"a":1}', {
        'Content-Type': type,
      })
      expect(answer.status, type).toBe(415)
    }
    expect(await counts()).toEqual(before)
  })

  test('that is empty is none, whatever its type says', async () => {
    const issue = `/invoices/${await factory.id('/invoices')}/issue`
    expect((await shop.api.post(issue, '')).status).toBe(200)
    expect((await shop.api.post('/customers', '')).body.errors).toEqual(
      (await shop.api.post('/customers', {})).body.errors,
    )
    const task = `/tasks/${await factory.id('/tasks')}`
    expect((await shop.api.patch(task, '')).status).toBe(200)
  })
})

describe('a query', () => {
  const taking = operations.filter(
    (operation) =>
      operation.query.length > 0 && operation.permission !== 'public' && isEveryday(operation),
  )

  const wrong = ({ schema, name }: Operation['query'][number]): string[] => {
    const types = variantsOf(schema).flatMap(({ type }) => type ?? [])
    const values: string[] = ['%00']
    if (types.includes('integer')) values.push('-1', '0', 'abc', '1.5', '9223372036854775808')
    if (types.includes('boolean')) values.push('maybe', '2')
    if (schema.enum) values.push('nonsense')
    if (/date/.test(schema.format ?? '')) values.push('2026-02-30', 'tomorrow')
    if (name === 'per_page') values.push('1000000')
    if (name === 'cursor') values.push('garbage', btoa('2026-01-01|1'), btoa("'; drop"))
    if (name === 'status') values.push('nonsense')
    if (schema.maxLength) values.push('x'.repeat(schema.maxLength + 1))
    return values
  }

  test.each(taking)('$name refuses what its parameters forbid', async (operation) => {
    const path = fillPath(operation.path, await factory.idsFor(operation))
    const refusal = async (asked: { name: string; value: string }[]) => {
      const query = asked.map(({ name, value }) => `${name}=${value}`).join('&')
      const answer = await shop.api.send(operation.method, `${path}?${query}`)
      expect(answer, query.slice(0, 200)).toMatchObject({ status: 422 })
      return asked.filter(({ name }) => !(name in answer.body.errors))
    }
    const values = operation.query.map((it) => wrong(it).map((value) => ({ name: it.name, value })))
    for (const together of inRounds(values)) {
      for (const hidden of await refusal(together)) expect(await refusal([hidden])).toEqual([])
    }
  })
})
