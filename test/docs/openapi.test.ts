import { createConfig, lintFromString } from '@redocly/openapi-core'
import { describe, expect, test } from 'vitest'
import { permissions } from '../../src/domain/identity/permissions.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { url } = await startShops()
const source = await (await fetch(`${url}/openapi.json`)).text()
const document: Json = JSON.parse(source)
const operations = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
  Object.entries<Json>(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    operation,
  })),
)

test('is valid OpenAPI 3.1 under the recommended rules', async () => {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      // One API in three places of one origin, all relative to where the document is.
      'no-server-example.com': 'error',
      // Every operation names its failures itself; a list without input has none of class 4xx but 401.
      'operation-4xx-response': 'error',
    },
  })
  const problems = await lintFromString({ source, config })
  // The one path is the reference's; an id is a number, so that no address is both.
  const known =
    'no-ambiguous-paths #/paths/~1receiving~1{id}~1reverse: Paths should resolve unambiguously. ' +
    'Found two ambiguous paths: `/receiving/from-po/{id}` and `/receiving/{id}/reverse`.'
  expect(
    problems.map(
      ({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer ?? ''}: ${message}`,
    ),
  ).toEqual([known])
})

describe('every operation says what a caller needs', () => {
  test.each(operations)('$name', ({ path, operation }) => {
    expect(operation.summary).toMatch(/^[A-Z].{3,80}$/)
    expect(operation.operationId).toMatch(/^[a-z][A-Za-z0-9]+$/)
    expect(operation.tags).toHaveLength(1)
    const gate = operation['x-permission']
    expect([...permissions, 'account', 'public']).toContain(gate)
    expect(operation.security).toEqual(gate === 'public' ? [] : [{ bearer: [] }])
    if (gate !== 'public') expect(operation.responses).toHaveProperty('401')
    if (gate !== 'public' && gate !== 'account') {
      expect(operation.responses).toHaveProperty('403')
      expect(operation.description).toContain(`\`${gate}\``)
    }
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const parameters: Json[] = operation.parameters
    expect(parameters.filter((p) => p.in === 'path').map((p) => p.name)).toEqual(named)
    if (named.length > 0) expect(operation.responses).toHaveProperty('404')
    for (const [status, answer] of Object.entries<Json>(operation.responses)) {
      const content = answer.content?.['application/json']
      if (Number(status) >= 400) {
        expect(content.schema).toEqual({ $ref: '#/components/schemas/Error' })
      } else if (content) {
        expect(content.example).toBeDefined()
      }
    }
    const body = operation.requestBody?.content['application/json']
    if (body) expect(body.example).toBeTypeOf('object')
  })

  test('under a name of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

test('an example fits its own schema', async () => {
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const wrong = operations.flatMap(({ name, operation }) => {
    const contents: Json[] = [
      operation.requestBody?.content['application/json'],
      ...Object.values<Json>(operation.responses).map(
        (answer) => answer.content?.['application/json'],
      ),
    ]
    return contents
      .filter((content) => content?.example !== undefined)
      .flatMap(({ schema, example }) =>
        ajv.validate(schema, example) ? [] : [`${name}: ${ajv.errorsText()}`],
      )
  })
  expect(wrong).toEqual([])
})
