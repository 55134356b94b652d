/** An answer that is none: what the API refused, or no answer at all (`offline`, status 0). */
export class Problem extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The API lies beside the page, wherever that is: `/bi` or `/repair-angel-v2/bi`. */
const base = location.pathname.replace(/\/bi$/, '/api')

interface Question {
  token?: string
  method?: 'GET' | 'POST'
  body?: object
  signal?: AbortSignal
}

/**
 * Asks the API of this origin; `path` is below `/api`.
 *
 * @throws Problem
 */
export async function ask<T>(path: string, question: Question = {}): Promise<T> {
  return (await send(path, question)).json() as Promise<T>
}

/** A file of the API, saved by the browser under the name that the API gives it. */
export async function download(path: string, fallback: string, question: Question): Promise<void> {
  const response = await send(path, question)
  const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = named?.[1] ?? fallback
  link.click()
  URL.revokeObjectURL(link.href)
}

async function send(path: string, { token, method = 'GET', body, signal }: Question) {
  const response = await fetch(`${base}${path}`, {
    method,
    // Nothing of the shop stays in the cache of a computer that others use too.
    cache: 'no-store',
    headers: {
      Accept: 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body && { 'Content-Type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: Error) => {
    throw error.name === 'AbortError' ? error : new Problem(0, 'offline', error.message)
  })
  if (!response.ok) throw await problemOf(response)
  return response
}

interface ErrorBody {
  code?: string
  message?: string
  errors?: Record<string, string[]>
}

/** The sentence about a field says more than the one about all of them. */
async function problemOf(response: Response): Promise<Problem> {
  const { code, message, errors }: ErrorBody = await response.json().catch(() => ({}))
  const [ofField] = Object.values(errors ?? {}).flat()
  return new Problem(response.status, code ?? '', ofField ?? message ?? response.statusText)
}
