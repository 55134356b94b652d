// biome-ignore lint/suspicious/noExplicitAny: the one named place: a test reads any answer as JSON.
export type Json = any

export interface Answer {
  status: number
  body: Json
  headers: Headers
}

/** A REST client with a token, as a user of the API would write it. */
export class Client {
  readonly url: string
  readonly token: string | undefined

  constructor(url: string, token?: string) {
    this.url = url
    this.token = token
  }

  get = (path: string, headers?: Record<string, string>) =>
    this.send('GET', path, undefined, headers)
  post = (path: string, body?: unknown, headers?: Record<string, string>) =>
    this.send('POST', path, body, headers)
  put = (path: string, body?: unknown, headers?: Record<string, string>) =>
    this.send('PUT', path, body, headers)
  patch = (path: string, body?: unknown, headers?: Record<string, string>) =>
    this.send('PATCH', path, body, headers)
  delete = (path: string, headers?: Record<string, string>) =>
    this.send('DELETE', path, undefined, headers)

  /** `path` is below `/api`. A FormData body goes as multipart, a string as it is. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof FormData
    const response = await fetch(`${this.url}/api${path}`, {
      method,
      headers: {
        Accept: 'application/json',
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...(body !== undefined &&
          !(body instanceof FormData) && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
    })
    const type = response.headers.get('content-type') ?? ''
    const answer = type.includes('json') ? await response.json() : await response.arrayBuffer()
    return { status: response.status, body: answer, headers: response.headers }
  }
}
