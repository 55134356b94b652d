import { zValidator } from '@hono/zod-validator'
import { HTTPException } from 'hono/http-exception'
import type * as z from 'zod'
import { type FieldErrors, invalid, notFound, Refusal } from '../refusal.ts'
import type { Spec } from '../verb.ts'
import type { HttpContext } from './context.ts'

type Target = 'param' | 'query' | 'json' | 'form'

/** Parses what a verb takes from path, query and body. Throws a Refusal: 404 for a path, else 422. */
export function inputOf(spec: Spec) {
  const params = spec.params && validator('param', spec.params)
  const query = spec.query && validator('query', spec.query)
  const body = spec.body && validator(spec.form ? 'form' : 'json', spec.body)

  return async (c: HttpContext): Promise<{ params?: object; query?: object; body?: object }> => ({
    ...(params && { params: await params(c) }),
    ...(query && { query: await query(c) }),
    ...(body && { body: await body(c) }),
  })
}

/** The path alone: for the checks that come before a complaint about the body. */
export async function pathOf(spec: Spec, c: HttpContext): Promise<{ params?: object }> {
  return spec.params ? { params: await validator('param', spec.params)(c) } : {}
}

function validator(target: Target, schema: z.ZodObject) {
  const validate = zValidator(target, schema, (result) => {
    if (result.success) return
    if (target === 'param') throw notFound()
    throw invalid(fieldErrors(result.error.issues, result.data))
  })
  return async (c: HttpContext): Promise<object> => {
    if (target === 'json') await requireJson(c)
    if (target === 'query') refuseBrokenText(c.req.query())
    await validate(c as never, noNext).catch(unprocessable)
    const data = c.req.valid(target as never) as object
    if (target === 'form') refuseBrokenText(data)
    return data
  }
}

const noNext = async () => {}

const malformed = () => invalid({ body: ['The body is malformed.'] })

/** Hono answers a form it cannot parse with 400; the contract says 422. */
function unprocessable(error: unknown): never {
  throw error instanceof HTTPException && error.status === 400 ? malformed() : error
}

/** An action may come without a body; what comes must be JSON. */
async function requireJson(c: HttpContext) {
  const text = await c.req.text()
  if (text.trim() === '') {
    c.req.bodyCache.json = Promise.resolve({})
    return
  }
  if (!/^application\/([\w.-]+\+)?json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new Refusal(415, 'unsupported_media_type', 'The body must be application/json.')
  }
  const data = parse(text)
  if (mayHoldBrokenText.test(text) || !text.isWellFormed()) refuseBrokenText(data)
  c.req.bodyCache.json = Promise.resolve(data)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed()
  }
}

const mayHoldBrokenText = /\\u0000|\\ud[89a-f]/i

/** Postgres stores neither NUL nor half a surrogate pair; say so at the field. */
function refuseBrokenText(value: unknown, path: string[] = []): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) {
      const field = path.join('.') || 'body'
      throw invalid({ [field]: [`The ${label(field)} field contains invalid characters.`] })
    }
  } else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) refuseBrokenText(inner, [...path, key])
  }
}

function fieldErrors(issues: readonly z.core.$ZodIssue[], data: unknown): FieldErrors {
  const errors: FieldErrors = {}
  for (const issue of issues) {
    const field = issue.path.join('.') || 'body'
    errors[field] ??= []
    errors[field].push(sentence(field, issue, valueAt(data, issue.path)))
  }
  return errors
}

const valueAt = (data: unknown, path: PropertyKey[]): unknown =>
  path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], data)

/** The way Laravel says it: "The email field is required." */
function sentence(field: string, issue: z.core.$ZodIssue, value: unknown): string {
  const subject = `The ${label(field)} field`
  if (value === undefined || value === null || value === '') return `${subject} is required.`
  switch (issue.code) {
    case 'custom':
      return `${subject} ${issue.message}.`
    case 'invalid_type':
      return `${subject} must be ${article(issue.expected)}.`
    case 'invalid_value':
      return `${subject} must be one of: ${issue.values.join(', ')}.`
    case 'too_small':
      return issue.inclusive === false
        ? `${subject} must be greater than ${issue.minimum}.`
        : `${subject} must be at least ${issue.minimum}${unit(issue.origin)}.`
    case 'too_big':
      return `${subject} may not be greater than ${issue.maximum}${unit(issue.origin)}.`
    case 'invalid_format':
      return issue.format === 'regex'
        ? `${subject} ${issue.message}.`
        : `${subject} must be a valid ${issue.format}.`
    default:
      return `${subject} is invalid.`
  }
}

const label = (field: string) => field.replaceAll('_', ' ')

const article = (type: string) =>
  type === 'int' ? 'an integer' : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`

const unit = (origin: string) =>
  origin === 'string' ? ' characters' : origin === 'array' ? ' items' : ''
