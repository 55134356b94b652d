import { wholeApp } from '../../src/app.ts'
import type { ServedHandler } from '../../src/http/serve.ts'
import type { Verb } from '../../src/verb.ts'
import type { Json } from '../harness/client.ts'

/** One operation of the API document, with what the frame's tests need to know of it. */
export interface Operation {
  /** `PUT /customers/{id}` */
  name: string
  method: string
  /** `/customers/{id}` */
  path: string
  kind: 'read' | 'write' | 'transact' | 'call'
  permission: string
  module: string | undefined
  /** Names of the path's ids. */
  ids: string[]
  query: { name: string; required: boolean; schema: Json }[]
  /** JSON Schema of a JSON body. */
  body: Json | undefined
  /** The body is multipart/form-data. */
  form: boolean
  /** The document's answers, by status. */
  answers: Record<string, Json>
  /** Another way to the same verb was walked already: PATCH after PUT. */
  isTwin: boolean
}

const app = await wholeApp()

/** Every operation that the running Worker documents. */
export async function operationsOf(url: string): Promise<Operation[]> {
  const document: Json = await (await fetch(`${url}/openapi.json`)).json()
  return Object.entries<Json>(document.paths).flatMap(([path, item]) => {
    const walked = new Set<Verb>()
    return Object.entries<Json>(item).map(([name, operation]) => {
      const method = name.toUpperCase()
      const verb = verbOf(method, path)
      const isTwin = walked.has(verb)
      walked.add(verb)
      return { ...describe(method, path, operation), kind: verb.kind, isTwin }
    })
  })
}

function describe(
  method: string,
  path: string,
  operation: Json,
): Omit<Operation, 'kind' | 'isTwin'> {
  const parameters: Json[] = operation.parameters ?? []
  const content = operation.requestBody?.content ?? {}
  return {
    name: `${method} ${path}`,
    method,
    path,
    permission: operation['x-permission'],
    module: operation['x-module'],
    ids: parameters
      .filter((p) => p.in === 'path' && p.schema.type === 'integer')
      .map((p) => p.name),
    query: parameters.filter((p) => p.in === 'query'),
    body: content['application/json']?.schema,
    form: 'multipart/form-data' in content,
    answers: operation.responses,
  }
}

/**
 * Can a shop's administrator call it again and again? Not what ends the own session or changes the own
 * password (tested with the accounts), nor what is the platform's.
 */
export const isEveryday = ({ path, permission }: Operation) =>
  !/^\/auth\/(login|logout|password|reset-password)$/.test(path) && !isPlatform(permission)

export const isPlatform = (permission: string) =>
  permission === 'tenants:manage' || permission === 'licenses:admin'

/** Which verb stands behind a route is not the client's business, so it is not in the document. */
function verbOf(method: string, path: string) {
  const route = app.routes.find(
    (r) =>
      r.method === method &&
      'verb' in r.handler &&
      r.path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}') === path,
  )
  if (!route) throw new Error(`no verb is served at ${method} ${path}`)
  return (route.handler as unknown as ServedHandler).verb
}

/** `/customers/{id}` and `{id: 7}` → `/customers/7` */
export const fillPath = (path: string, ids: Record<string, unknown>) =>
  path.replace(/\{(\w+)\}/g, (_, name) => String(ids[name]))

/** The part of a path that names the record: `/customers/{id}` of `/customers/{id}/tags`. */
export const recordPath = (path: string) => path.slice(0, path.lastIndexOf('}') + 1)

/** Where a record is made: `/work-orders/{id}/lines` of `/work-orders/{id}/lines/{line_id}`. */
export const collectionPath = (path: string) => recordPath(path).replace(/\/\{\w+\}$/, '')
