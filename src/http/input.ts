import { zValidator } from '@hono/zod-validator'
import { HTTPException } from 'hono/http-exception'
import type * as z from 'zod'
import { invalid, notFound, Refusal } from '../refusal.ts'
import { fieldErrors, label } from '../sentences.ts'
import type { Spec } from '../verb.ts'
import type { HttpContext } from './context.ts'

type Target = 'param' | 'query' | 'json' | 'form'

/** Parses what a verb takes from path, query and body. Throws a Refusal: 404 for a path, else 422. */
export function inputOf(spec: Spec) {
  const params = spec.params && validator('param', spec.params)
  const query = spec.query && validator('query', spec.query)
  const body = spec.upload
    ? (c: HttpContext) => uploadOf(c, spec.upload as string)
    : spec.body && validator(spec.form ? 'form' : 'json', spec.body)

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

/** A file that is the whole body, or the field `file` of a form. */
async function uploadOf(c: HttpContext, type: string): Promise<{ file: Uint8Array }> {
  const given = c.req.header('content-type') ?? ''
  const isForm = /^multipart\/form-data\b/i.test(given)
  if (!isForm && given.replace(/;.*/s, '').trim().toLowerCase() !== type) {
    throw new Refusal(415, 'unsupported_media_type', `The body must be ${type} or a form.`)
  }
  const file = isForm ? await fileOf(c) : await c.req.arrayBuffer()
  if (file.byteLength === 0) throw invalid({ file: ['The file field is required.'] })
  return { file: new Uint8Array(file) }
}

async function fileOf(c: HttpContext): Promise<ArrayBuffer> {
  const form = await c.req.formData().catch(() => {
    throw malformed()
  })
  const file: unknown = form.get('file')
  return file instanceof File ? file.arrayBuffer() : new ArrayBuffer()
}

/** An action may come without a body; what comes must be JSON, which the validator reads. */
async function requireJson(c: HttpContext) {
  const text = await c.req.text()
  if (text.trim() === '') {
    // Where Hono reads a body next; it keeps the promise, whatever its type says.
    c.req.bodyCache.text = Promise.resolve('{}') as unknown as string
    return
  }
  if (!/^application\/([\w.-]+\+)?json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new Refusal(415, 'unsupported_media_type', 'The body must be application/json.')
  }
  if (mayHoldBrokenText.test(text) || !text.isWellFormed()) refuseBrokenText(parse(text))
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
