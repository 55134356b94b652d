/** Field name (dotted for nested ones: `lines.0.qty`) → sentences for the user. */
export type FieldErrors = Record<string, string[]>

/**
 * The one error a verb throws on purpose: what the caller asked cannot be done, and why.
 * Everything else that is thrown is a defect and is answered as "Server Error".
 */
export class Refusal extends Error {
  readonly status: number
  /** Stable machine-readable name, part of the contract. */
  readonly code: string
  readonly errors: FieldErrors | undefined
  readonly headers: Record<string, string>

  constructor(
    status: number,
    code: string,
    message: string,
    errors?: FieldErrors,
    headers: Record<string, string> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.errors = errors
    this.headers = headers
  }
}

export const unauthenticated = () => new Refusal(401, 'unauthenticated', 'Unauthenticated.')

export const forbidden = (message = 'This action is unauthorized.') =>
  new Refusal(403, 'forbidden', message)

export const notFound = (what = 'Record') => new Refusal(404, 'not_found', `${what} not found.`)

/** A refusal of state: well-formed, but impossible now. */
export const refused = (code: string, message: string, errors?: FieldErrors) =>
  new Refusal(422, code, message, errors)

/** Input that does not fit its schema, or names something that is not there. */
export const invalid = (errors: FieldErrors) =>
  new Refusal(422, 'validation_failed', 'The given data was invalid.', errors)

export const tooMany = (headers: Record<string, string> = { 'Retry-After': '60' }) =>
  new Refusal(
    429,
    'too_many_requests',
    'Too many requests. Try again in a minute.',
    undefined,
    headers,
  )

/** The database cannot be reached, or takes no more; a client may try again. */
export const unavailable = () =>
  new Refusal(503, 'unavailable', 'The service is busy; try again in a moment.', undefined, {
    'Retry-After': '2',
  })

/** A row that must be there. */
export function found<T>(row: T | undefined, what?: string): T {
  if (row === undefined) throw notFound(what)
  return row
}
