import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseError } from 'pg-protocol/dist/index.js'
import { WebSocketServer } from 'ws'
import { AnswerTooLarge } from './neon/flight.ts'
import { Pool } from './neon/pool.ts'
import type { ServerAddress } from './neon/server-socket.ts'
import type { Target } from './neon/session.ts'
import { BadRequest, readRequest, writeAnswer } from './neon/sql-over-http.ts'
import { tunnel } from './neon/tunnel.ts'

const requestLimit_bytes = 64 * 1024 * 1024

export interface NeonEndpointOptions {
  /** A free port when absent. */
  port?: number
  /** Which PostgreSQL servers may be reached. */
  allow: (host: string, port: number) => boolean
  /** How to reach them; in the clear when absent. */
  tls?: ServerAddress['tls']
  /** Pretended distance: added to each HTTP request and each message of a WebSocket client. */
  rtt_ms?: number
  watch?: Watch
}

/**
 * Is told what goes to PostgreSQL: an HTTP request when it is asked and when it is done but not answered,
 * where throwing makes the answer an error; and what a WebSocket client sent.
 */
export type Watch = (text: string, moment: 'asked' | 'done' | 'sent') => void

/** What went through since the start or the last reset. */
export interface NeonCounts {
  /** Requests to /sql, and those of them that were batches. */
  http: number
  batches: number
  /** Statements in these requests, without BEGIN and COMMIT. */
  statements: number
  websocket_connects: number
  /** Messages of WebSocket clients that wait for an answer. */
  websocket_round_trips: number
}

export interface NeonEndpoint {
  /** For example `http://127.0.0.1:4444`; SQL goes to `/sql`, WebSockets to `/v2`. */
  url: string
  port: number
  /** Live: read it whenever you want. */
  counts: NeonCounts
  reset(): void
  /** Settles when no WebSocket client is connected: a transaction may end after its request is answered. */
  websocketsClosed(): Promise<void>
  setRtt(rtt_ms: number): void
  stop(): Promise<void>
}

const noCounts: NeonCounts = {
  http: 0,
  batches: 0,
  statements: 0,
  websocket_connects: 0,
  websocket_round_trips: 0,
}

/**
 * Serves on 127.0.0.1 what Neon's proxy serves to `@neondatabase/serverless`: SQL over HTTP, and
 * PostgreSQL connections over WebSockets, in front of any PostgreSQL with SCRAM or cleartext
 * passwords.
 */
export async function startNeonEndpoint(options: NeonEndpointOptions): Promise<NeonEndpoint> {
  const { allow, tls, watch } = options
  let rtt_ms = options.rtt_ms ?? 0
  const counts = { ...noCounts }
  const pools = new Map<string, Pool>()
  const websockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })

  function poolOf(target: Target): Pool {
    const key = JSON.stringify(target)
    const pool = pools.get(key) ?? new Pool(target)
    pools.set(key, pool)
    return pool
  }

  async function answerSql(request: IncomingMessage, response: ServerResponse): Promise<void> {
    counts.http++
    const [body] = await Promise.all([readBody(request), rtt_ms > 0 && sleep(rtt_ms)])
    const sql = readRequest(request.headers, body)
    const { host, port } = sql.target
    if (!allow(host, port)) throw new BadRequest(`${host}:${port} is not served here`)
    if (sql.batch) counts.batches++
    counts.statements += sql.arrayModes.length
    watch?.(body, 'asked')
    const results = await poolOf({ ...sql.target, ...(tls && { tls }) }).use(async (session) => {
      const onClose = () => session.cancel()
      // A client that gave up wants the query ended too.
      response.once('close', onClose)
      try {
        return await session.run(sql.statements)
      } finally {
        response.off('close', onClose)
      }
    })
    for (const [name, value] of Object.entries(request.headers)) {
      if (sql.batch && name.startsWith('neon-batch-')) response.setHeader(name, String(value))
    }
    watch?.(body, 'done')
    send(response, 200, writeAnswer(sql, results))
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'POST' || request.url !== '/sql') {
      send(response, 404, errorBody(new Error('POST /sql is all there is')))
      return
    }
    answerSql(request, response).catch((error: Error) => {
      send(response, statusOf(error), errorBody(error))
    })
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const url = new URL(request.url ?? '/', 'http://localhost')
    const [, host = '', port = ''] =
      /^(.+):(\d+)$/.exec(url.searchParams.get('address') ?? '') ?? []
    if (!['/v1', '/v2'].includes(url.pathname) || !allow(host, Number(port))) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n')
      return
    }
    websockets.handleUpgrade(request, socket, head, (client) => {
      counts.websocket_connects++
      tunnel(client, {
        server: { host, port: Number(port), ...(tls && { tls }) },
        rtt_ms: () => rtt_ms,
        onRoundTrip: () => {
          counts.websocket_round_trips++
        },
        ...(watch && { onBytes: (bytes) => watch(bytes.toString('latin1'), 'sent') }),
      })
    })
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, answer).on('upgrade', upgrade)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    counts,
    reset: () => {
      Object.assign(counts, noCounts)
    },
    websocketsClosed: async () => {
      await Promise.all([...websockets.clients].map((client) => once(client, 'close')))
    },
    setRtt: (value_ms) => {
      rtt_ms = value_ms
    },
    stop: async () => {
      for (const client of websockets.clients) client.close(1001)
      const impatience = setTimeout(() => {
        for (const client of websockets.clients) client.terminate()
      }, 1000)
      await new Promise((resolve) => websockets.close(resolve))
      clearTimeout(impatience)
      for (const pool of pools.values()) pool.close()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let size_bytes = 0
  for await (const piece of request) {
    size_bytes += piece.length
    if (size_bytes > requestLimit_bytes) throw new BadRequest('the request exceeds 64 MiB')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

function statusOf(error: Error): number {
  if (error instanceof DatabaseError || error instanceof BadRequest) return 400
  return error instanceof AnswerTooLarge ? 507 : 500
}

/** The error in the form of Neon's proxy: PostgreSQL's fields, null where it sent none. */
function errorBody(error: Error): string {
  const source: Partial<DatabaseError> = error instanceof DatabaseError ? error : {}
  return JSON.stringify({
    message: error.message,
    code: source.code ?? null,
    severity: source.severity ?? null,
    detail: source.detail ?? null,
    hint: source.hint ?? null,
    position: source.position ?? null,
    internalPosition: source.internalPosition ?? null,
    internalQuery: source.internalQuery ?? null,
    where: source.where ?? null,
    schema: source.schema ?? null,
    table: source.table ?? null,
    column: source.column ?? null,
    dataType: source.dataType ?? null,
    constraint: source.constraint ?? null,
    file: source.file ?? null,
    line: source.line ?? null,
    routine: source.routine ?? null,
  })
}

function send(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    .end(body)
}
