import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { parseDocument } from 'yaml'
import type { FakeRequest } from './provider.ts'

/**
 * Folder with the providers' machine-readable descriptions (OpenAPI 3, Swagger 2). They are not ours to keep
 * here; without the folder requests are held against what each fake knows itself.
 */
const folder = process.env.PROVIDER_SPECS

type Schema = Record<string, unknown>

interface Parameter {
  name: string
  in: string
  required?: boolean
  schema?: Schema
  type?: string
}

interface Operation {
  parameters?: (Parameter | { $ref: string })[]
  requestBody?: { required?: boolean; content?: Record<string, { schema?: Schema }> }
  consumes?: string[]
}

interface Description {
  swagger?: string
  servers?: { url: string }[]
  paths: Record<string, Record<string, Operation> & Pick<Operation, 'parameters'>>
}

/** What is wrong with a request by the descriptions in these files; nothing where there is no such file. */
export function descriptionOf(...files: string[]): (request: FakeRequest) => string[] {
  const checks = files.map(load).filter((check) => check !== undefined)
  return (request) => {
    if (checks.length === 0) return []
    const found = checks.map((check) => check(request)).filter((problems) => problems !== undefined)
    return found[0] ?? ['there is no such operation']
  }
}

function load(file: string) {
  const path = folder && join(folder, file)
  if (!path || !existsSync(path)) return undefined
  const text = readFileSync(path, 'utf8')
  // An example with an impossible date must not stop the reading: dates stay text.
  const document: Description = file.endsWith('.json') ? JSON.parse(text) : fromYaml(text)
  forRequests(document, document)
  const ajv = new Ajv({
    strict: false,
    validateSchema: false,
    validateFormats: false,
    allErrors: true,
  })
  ajv.addSchema(document as unknown as Schema, 'document')
  const prefix = new URL(document.servers?.[0]?.url ?? '/', 'http://any').pathname.replace(
    /\/$/,
    '',
  )
  const operations = Object.entries(document.paths).map(([path, item]) => ({
    path,
    item,
    pattern: new RegExp(`^${escaped(prefix + path).replace(/\\\{[^}]+\\\}/g, '[^/]+')}$`),
  }))
  // A path without parameters comes before one that has them.
  operations.sort((a, b) => a.path.split('{').length - b.path.split('{').length)

  return (request: FakeRequest): string[] | undefined => {
    const method = request.method.toLowerCase()
    const place = operations.find(
      ({ pattern, item }) => pattern.test(request.url.pathname) && method in item,
    )
    if (!place) return undefined
    const operation = place.item[method] as Operation
    const resolved = (value: Parameter | { $ref: string }) =>
      '$ref' in value ? (at(document, value.$ref) as Parameter) : value
    const parameters = [...(place.item.parameters ?? []), ...(operation.parameters ?? [])].map(
      resolved,
    )
    const pointer = `document#/paths/${place.path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`
    return [
      ...missing(parameters, request),
      ...bodyProblems(ajv, { operation, parameters, pointer: encodeURI(pointer) }, request),
    ]
  }
}

/** UPS indents with tabs here and there, and too little: its texts suffer, not its rules. */
const fromYaml = (text: string): Description =>
  parseDocument(text.replaceAll('\t', '  '), { strict: false }).toJS()

/** What only an answer holds (`readOnly`) is not required of a request. */
function forRequests(document: Description, node: unknown) {
  if (typeof node !== 'object' || node === null) return
  const { required, properties } = node as { required?: unknown; properties?: Schema }
  if (Array.isArray(required) && properties) {
    const isReadOnly = (name: string) => {
      const property = properties[name] as { readOnly?: boolean; $ref?: string } | undefined
      const target = property?.$ref ? (at(document, property.$ref) as typeof property) : property
      return property?.readOnly || target?.readOnly
    }
    Object.assign(node, { required: required.filter((name) => !isReadOnly(name)) })
  }
  for (const value of Object.values(node)) forRequests(document, value)
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const at = (document: unknown, ref: string) =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (value, key) =>
        (value as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    )

function missing(parameters: Parameter[], { url, headers }: FakeRequest): string[] {
  return parameters
    .filter(({ required }) => required)
    .filter(
      ({ name, in: place }) =>
        (place === 'query' && !url.searchParams.has(name)) ||
        (place === 'header' && headers[name.toLowerCase()] === undefined),
    )
    .map(({ name, in: place }) => `${place} ${name} is missing`)
}

function bodyProblems(
  ajv: Ajv,
  {
    operation,
    parameters,
    pointer,
  }: { operation: Operation; parameters: Parameter[]; pointer: string },
  { headers, body }: FakeRequest,
): string[] {
  const type = headers['content-type']?.split(';')[0] ?? ''
  const inBody = parameters.findIndex((parameter) => parameter.in === 'body')
  const content = operation.requestBody?.content ?? {}
  if (inBody >= 0)
    return schemaProblems(ajv, `${pointer}/parameters/${inBody}/schema`, JSON.parse(body))
  if (!operation.requestBody) return body === '' ? [] : ['there must be no body']
  if (body === '') return operation.requestBody.required ? ['the body is missing'] : []
  const taken = [type, type.replace(/\/.*/, '/*')].find((range) => range in content)
  if (!taken) return [`a body of type "${type}" is not taken`]
  const value = type === 'application/x-www-form-urlencoded' ? formOf(body) : JSON.parse(body)
  const place = `${pointer}/requestBody/content/${taken.replace('/', '~1')}/schema`
  return schemaProblems(ajv, place, value)
}

/** Fields of a form are text, whatever the description makes of them. */
const formOf = (body: string) => Object.fromEntries(new URLSearchParams(body))

function schemaProblems(ajv: Ajv, place: string, value: unknown): string[] {
  const validate = ajv.getSchema(place) ?? ajv.compile({ $ref: place })
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
