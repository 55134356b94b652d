import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { descriptionOf } from './description.ts'

/**
 * How the next request is treated: not answered at all, answered with 500 without being done, broken off,
 * answered with something that is no answer of this service, done but answered late, or refused by a status
 * and perhaps a `Retry-After`.
 */
export type Misbehaviour =
  | 'silence'
  | 'error'
  | 'broken'
  | 'malformed'
  | { late_ms: number }
  | { status: number; retry_after?: string }

export interface FakeRequest {
  method: string
  url: URL
  headers: IncomingMessage['headers']
  body: string
}

export interface FakeAnswer {
  status: number
  /** JSON; undefined for an empty answer. */
  body: unknown
  headers?: Record<string, string>
}

interface Kept {
  fingerprint: string
  answer: Promise<FakeAnswer>
}

export interface FakeOptions {
  /** What the service does; it throws a FakeAnswer to refuse. */
  handle: (request: FakeRequest) => FakeAnswer
  /** How it treats keys of idempotency; it knows none when absent. */
  keys?: {
    /** A key that came with other parameters before. */
    reused: FakeAnswer
    /** A key whose first request is still under way. */
    running: FakeAnswer
    /** The service also remembers its own failures under a key. */
    keepsFailures: boolean
  }
  /** Files of its machine-readable description, which every request is held against. */
  descriptions?: readonly string[]
  /** Paths that they leave out. */
  undescribed?: RegExp
}

/** A provider on loopback, with the idempotency and the moods that the real ones have. */
export async function startFake({ handle, keys, descriptions = [], undescribed }: FakeOptions) {
  const problemsOf = descriptionOf(...descriptions)
  const requests: FakeRequest[] = []
  const violations: string[] = []
  const kept = new Map<string, Kept>()
  const moods: { match: RegExp; mood: Misbehaviour }[] = []
  const late: Promise<unknown>[] = []

  function moodFor({ method, url }: FakeRequest): Misbehaviour | undefined {
    const place = moods.findIndex(({ match }) => match.test(`${method} ${url.pathname}`))
    return place < 0 ? undefined : moods.splice(place, 1)[0]?.mood
  }

  async function answerOf(
    request: FakeRequest,
    mood: Misbehaviour | undefined,
  ): Promise<FakeAnswer> {
    if (mood === 'error') return { status: 500, body: {} }
    if (mood === 'malformed') return { status: 200, body: ['what', { is: 'this' }] }
    if (typeof mood === 'object' && 'status' in mood) {
      const { status, retry_after } = mood
      return { status, body: {}, ...(retry_after && { headers: { 'Retry-After': retry_after } }) }
    }
    try {
      return handle(request)
    } catch (refusal) {
      if (refusal instanceof Error) throw refusal
      return refusal as FakeAnswer
    }
  }

  /** A POST with a key is done once, and its answer given again. */
  async function onceByKey(request: FakeRequest, mood: Misbehaviour | undefined) {
    const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined
    if (!keys || typeof key !== 'string') {
      return { answer: await answerOf(request, mood), replayed: false }
    }
    const fingerprint = `${request.url.pathname}\n${request.body}`
    const earlier = kept.get(key)
    if (earlier) {
      if (earlier.fingerprint !== fingerprint) return { answer: keys.reused, replayed: false }
      const answer = await Promise.race([earlier.answer, keys.running])
      return { answer, replayed: answer !== keys.running }
    }
    const answer = answerOf(request, mood)
    kept.set(key, { fingerprint, answer })
    if ((await answer).status >= 500 && !keys.keepsFailures) kept.delete(key)
    return { answer: await answer, replayed: false }
  }

  async function serve(message: IncomingMessage, response: ServerResponse) {
    let body = ''
    for await (const chunk of message) body += chunk
    const { method = '', headers } = message
    const request = { method, url: new URL(message.url ?? '', 'http://fake'), headers, body }
    requests.push(request)
    // Against the description a request is wrong in any mood.
    const problems = undescribed?.test(request.url.pathname) ? [] : problemsOf(request)
    if (problems.length > 0)
      violations.push(`${method} ${request.url.pathname}: ${problems.join('; ')}`)
    const mood = moodFor(request)
    if (mood === 'silence') return
    if (mood === 'broken') return message.socket.destroy()
    const { answer, replayed } = await onceByKey(request, mood)
    if (typeof mood === 'object' && 'late_ms' in mood) {
      const wait = sleep(mood.late_ms)
      late.push(wait)
      await wait
    }
    response.writeHead(answer.status, {
      ...(answer.body !== undefined && { 'Content-Type': 'application/json' }),
      ...answer.headers,
      ...(replayed && { 'Idempotent-Replayed': 'true' }),
    })
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  }

  const server = createServer((message, response) => {
    serve(message, response).catch((error) => {
      console.error(error)
      response.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** How a coming request whose method and path match is treated. */
    next: (match: RegExp, ...treatment: Misbehaviour[]) =>
      moods.push(...treatment.map((mood) => ({ match, mood }))),
    /** Forgets the keys, as a provider does in time. */
    forgetKeys: () => kept.clear(),
    async stop() {
      await Promise.all(late)
      server.closeAllConnections()
      server.close()
      expect(violations, 'requests that the description does not allow').toEqual([])
    },
  }
}
