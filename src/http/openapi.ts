import type { Hono } from 'hono'
import * as z from 'zod'
import { rolesWith } from '../domain/identity/permissions.ts'
import type { Spec } from '../verb.ts'
import type { HttpEnv } from './context.ts'
import type { ServedHandler } from './serve.ts'

type Json = Record<string, unknown>

interface Endpoint {
  method: string
  /** `/work-orders/{id}` */
  path: string
  spec: Spec
}

/** Every endpoint that a verb serves, read from the routes themselves: the document cannot drift. */
export function endpointsOf(app: Hono<HttpEnv>): Endpoint[] {
  return app.routes.flatMap(({ method, path, handler }) => {
    const { verb } = handler as unknown as Partial<ServedHandler>
    if (!verb) return []
    return [{ method, path: path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}'), spec: verb.spec }]
  })
}

/** OpenAPI 3.1 of all verbs that are mounted. */
export function openapi(app: Hono<HttpEnv>, version: string): Json {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpointsOf(app)) {
    const item = paths[endpoint.path] ?? {}
    item[endpoint.method.toLowerCase()] = operation(endpoint)
    paths[endpoint.path] = item
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Repair Angel API',
      version,
      description: introduction,
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/api/v1' }, { url: '/api' }, { url: '/repair-angel-v2/api' }],
    tags: [...new Set(Object.keys(paths).map(tagOf))].map((name) => ({
      name,
      description: areas[name] ?? name,
    })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: errorSchema },
    },
  }
}

const introduction = `The back office of a repair shop. Log in with \`POST /auth/login\`, or make a token with
\`POST /api-tokens\`, and send it as \`Authorization: Bearer <token>\`.

Any POST may carry an \`Idempotency-Key\`; its first answer is given again for 24 hours. Single records carry an
\`ETag\`; \`If-Match\` refuses a stale change with 412. Errors are \`{message, errors?, code, request_id}\`.`

/** A line under each heading of the reference. */
const areas: Record<string, string> = {
  '3cx': 'The telephone exchange: calls, queue, whose extension is whose',
  Auth: 'Login, the own account and password',
  'Api tokens': 'Tokens for programs',
  'Audit file': 'A book year for the tax authorities and accountants (XAF)',
  Attachments: 'Photos and documents of work orders',
  'Automation rules': 'Trigger-based automation for work orders, invoices and notifications',
  'Bank accounts': 'Where the money of the shop is',
  'Bank statements': 'Files of the bank, and what was new in them',
  'Bank transactions': 'What the bank says that came in and went out, and what it was for',
  'Bin stock': 'What stands in which bin, and moves from one to another',
  Bins: 'Places in the warehouses',
  Branches: 'Locations of the shop',
  'Btw periods': 'Dutch VAT returns: boxes, closing, what came late',
  Companies: 'Business customers',
  Customers: 'Individual customer records',
  Devices: 'What customers bring, with its history',
  Employees: 'Who works in the shop',
  Events: 'Audit log: everything that happened',
  'Fiscal years': 'Book years, what they begin with, and their closing',
  'Gl accounts': 'General ledger: the chart of accounts',
  Integrations: 'Services outside, and how the shop reaches them',
  Invoices: 'Customer invoices: draft, issue, send, get paid',
  'Journal entries': 'General ledger: what was posted, by documents and by hand',
  Labels: 'For products, bins and work orders, to print and to scan',
  License: 'The licence of the own shop',
  Licenses: 'Licences and their modules',
  Payments: 'Money that came in and went back',
  'Pick lists': 'What to take from the shelves for work orders',
  'Product categories': 'Tree of categories',
  Products: 'Parts, accessories and services',
  Putaway: 'Goods that came in, on their way to a shelf',
  'Purchase invoices':
    'What suppliers bill, for goods that came in and for all else, and its payment',
  'Purchase orders': 'What is ordered at suppliers, what should be, and what is to come',
  'Purchase payments': 'Money paid to suppliers',
  Quotations: 'Offers to customers, and what becomes of them',
  Receiving: 'Goods that come in, by purchase order or directly',
  Reports: 'The books in figures: JSON, CSV or PDF',
  Roles: 'Sets of permissions',
  'Serial numbers': 'Single pieces: where each is, and its history',
  Settings: 'Name, address, taxes and texts of the shop',
  Settlements: 'What payment providers paid out, and kept',
  Stock: 'Stock levels, adjustments and movements',
  'Supplier products': 'What suppliers call products, and ask for them',
  Suppliers: 'Where the shop buys',
  'Stock counts': 'Lists to count by, and what was found otherwise than the books had it',
  Tags: 'Labels for customers',
  'Tax rates': 'VAT rates, and the tax codes behind them',
  Tenants: 'Shops on this service',
  Users: 'Accounts of the shop',
  Warehouses: 'Where the bins are, per branch or for the whole shop',
  'Webhook deliveries': 'What was sent to the endpoints, and how it fared',
  'Webhook endpoints': "Addresses of the shop's own software that are told what happens",
  'Work order statuses': "The shop's own statuses, and which follows which",
  'Work orders': 'The repair, from intake to completion',
}

const tagOf = (path: string) => {
  const [, first = 'General'] = path.split('/')
  return (first.charAt(0).toUpperCase() + first.slice(1)).replaceAll('-', ' ')
}

function operation({ method, path, spec }: Endpoint): Json {
  const failures = [
    '422',
    ...(spec.params ? ['404'] : []),
    ...(spec.can === 'public' ? [] : ['401', '403']),
  ]
  return {
    operationId: operationId(method, path),
    summary: spec.summary,
    description: [spec.description, gateText(spec)].filter(Boolean).join('\n\n'),
    tags: [tagOf(path)],
    security: spec.can === 'public' ? [] : [{ bearer: [] }],
    'x-permission': spec.can,
    ...(spec.module && { 'x-module': spec.module }),
    parameters: [
      ...parameters('path', spec.params),
      ...parameters('query', spec.query),
      ...(method === 'POST' && spec.can !== 'public' ? [idempotencyKey] : []),
    ],
    ...(spec.body && { requestBody: requestBody(spec) }),
    responses: {
      ...success(spec),
      ...Object.fromEntries(failures.map((status) => [status, failure(status)])),
    },
  }
}

const operationId = (method: string, path: string) =>
  `${method.toLowerCase()}${path.replace(/[{}]/g, '').replace(/[/_-](\w)/g, (_, c: string) => c.toUpperCase())}`

function gateText(spec: Spec): string {
  if (spec.can === 'public') return ''
  if (spec.can === 'account') return 'Any logged-in account.'
  const roles = rolesWith(spec.can).join(', ')
  const module = spec.module ? ` Licence module \`${spec.module}\`.` : ''
  return `Permission \`${spec.can}\` (roles: ${roles}).${module}`
}

function parameters(place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] {
  if (!schema) return []
  return Object.entries(schema.shape).map(([name, field]) => {
    const { description, ...rest } = jsonSchema(field as z.ZodType, 'input')
    const required = place === 'path' || !(field as z.ZodType).safeParse(undefined).success
    return { name, in: place, required, ...(description ? { description } : {}), schema: rest }
  })
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The first answer to this key is given again for 24 hours.',
  schema: { type: 'string', maxLength: 255 },
}

function requestBody(spec: Spec): Json {
  const schema = jsonSchema(spec.body as z.ZodObject, 'input')
  if (spec.upload) {
    const file = { type: 'string', format: 'binary' }
    return {
      required: true,
      content: { [spec.upload]: { schema: file }, 'multipart/form-data': { schema } },
    }
  }
  const type = spec.form ? 'multipart/form-data' : 'application/json'
  const required = Array.isArray(schema.required) && schema.required.length > 0
  return {
    required,
    content: { [type]: { schema, ...(!spec.form && { example: exampleOf(schema) }) } },
  }
}

function success(spec: Spec): Json {
  if (spec.file) {
    const schema = { type: 'string', format: 'binary' }
    return { 200: { description: 'The file', content: { [spec.file]: { schema } } } }
  }
  if (!spec.output) return { 204: { description: 'Done' } }
  const schema = jsonSchema(spec.output, 'output')
  const status = spec.status ?? 200
  const description = status === 201 ? 'Created' : 'Success'
  return {
    [status]: {
      description,
      content: {
        'application/json': { schema, example: exampleOf(schema) },
        ...Object.fromEntries(
          (spec.files ?? []).map((type) => [
            type,
            { schema: { type: 'string', format: 'binary' } },
          ]),
        ),
      },
    },
  }
}

const meanings: Record<string, string> = {
  401: 'Missing or invalid token',
  403: 'Insufficient permission, or a licence that does not include it',
  404: 'No such record',
  422: 'Invalid input, or impossible in the present state',
}

const failure = (status: string) => ({
  description: meanings[status],
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
})

const errorSchema = {
  type: 'object',
  required: ['message', 'code', 'request_id'],
  properties: {
    message: { type: 'string', examples: ['The given data was invalid.'] },
    errors: {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
      examples: [{ email: ['The email field is required.'] }],
    },
    code: { type: 'string', examples: ['validation_failed'] },
    request_id: { type: 'string' },
  },
}

export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
    // zod drops the examples of an input that it transforms; a reader needs them all the same.
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = z.globalRegistry.get(zodSchema) ?? {}
      if (examples) jsonSchema.examples = examples as unknown[]
    },
  }) as Json
  return json
}

/** An example made of the examples of its parts. */
export function exampleOf(schema: Json): unknown {
  const {
    examples,
    type,
    properties,
    items,
    anyOf,
    enum: values,
  } = schema as {
    examples?: unknown[]
    type?: string | string[]
    properties?: Record<string, Json>
    items?: Json
    anyOf?: Json[]
    enum?: unknown[]
    const?: unknown
  }
  if (examples) return examples[0]
  if (values) return values[0]
  if (schema.const !== undefined) return schema.const
  if (anyOf?.[0]) return exampleOf(anyOf[0])
  if (properties) {
    return Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, exampleOf(v)]))
  }
  if (type === 'array') return items ? [exampleOf(items)] : []
  const [first] = Array.isArray(type) ? type : [type]
  return { integer: 1, number: 1, boolean: true, string: 'text', object: {} }[first ?? ''] ?? null
}
