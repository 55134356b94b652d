import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * How the next request is treated: not answered at all, answered with 500 without being done, broken off,
 * or done but answered late.
 */
export type Misbehaviour = 'silence' | 'error' | 'broken' | { late_ms: number } | { status: number }

export interface FakeRequest {
  method: string
  url: URL
  headers: IncomingMessage['headers']
  body: string
}

export interface FakeAnswer {
  status: number
  body: unknown
}

interface Kept {
  fingerprint: string
  answer: Promise<FakeAnswer>
}

export interface FakeOptions {
  /** What the service does; it throws a FakeAnswer to refuse. */
  handle: (request: FakeRequest) => FakeAnswer
  /** A key that came with other parameters before. */
  reused: FakeAnswer
  /** A key whose first request is still under way. */
  running: FakeAnswer
  /** The service also remembers its own failures under a key. */
  keepsFailures: boolean
}

/** A provider on loopback, with the idempotency and the moods that the real ones have. */
export async function startFake({ handle, reused, running, keepsFailures }: FakeOptions) {
  const requests: FakeRequest[] = []
  const kept = new Map<string, Kept>()
  const moods: { match: RegExp; mood: Misbehaviour }[] = []
  const late: Promise<unknown>[] = []

  function moodFor({ method, url }: FakeRequest): Misbehaviour | undefined {
    const place = moods.findIndex(({ match }) => match.test(`${method} ${url.pathname}`))
    return place < 0 ? undefined : moods.splice(place, 1)[0]?.mood
  }

  async function answerOf(request: FakeRequest, mood: Misbehaviour | undefined) {
    if (mood === 'error') return { status: 500, body: {} }
    if (typeof mood === 'object' && 'status' in mood) return { status: mood.status, body: {} }
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
    if (typeof key !== 'string') return { answer: await answerOf(request, mood), replayed: false }
    const fingerprint = `${request.url.pathname}\n${request.body}`
    const earlier = kept.get(key)
    if (earlier) {
      if (earlier.fingerprint !== fingerprint) return { answer: reused, replayed: false }
      const answer = await Promise.race([earlier.answer, running])
      return { answer, replayed: answer !== running }
    }
    const answer = answerOf(request, mood)
    kept.set(key, { fingerprint, answer })
    if ((await answer).status >= 500 && !keepsFailures) kept.delete(key)
    return { answer: await answer, replayed: false }
  }

  async function serve(message: IncomingMessage, response: ServerResponse) {
    let body = ''
    for await (const chunk of message) body += chunk
    const { method = '', headers } = message
    const request = { method, url: new URL(message.url ?? '', 'http://fake'), headers, body }
    requests.push(request)
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
      'Content-Type': 'application/json',
      ...(replayed && { 'Idempotent-Replayed': 'true' }),
    })
    response.end(JSON.stringify(answer.body))
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
    },
  }
}
