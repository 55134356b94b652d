import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'
import { openServerSocket, type ServerAddress } from './server-socket.ts'

/** Where a tunnel leads, what it reports, and the distance that it pretends. */
export interface TunnelOptions {
  server: ServerAddress
  rtt_ms(): number
  /** A client's message asked the server for an answer. */
  onRoundTrip(): void
  /** Is given what the client sends. */
  onBytes?(bytes: Buffer): void
}

/** Carries the bytes of a PostgreSQL connection between a WebSocket and a TCP server. */
export function tunnel(client: WebSocket, options: TunnelOptions): void {
  // What it sends meanwhile waits in its socket.
  client.pause()
  openServerSocket(options.server).then(
    (server) => {
      carry(client, server, options)
      client.resume()
    },
    () => {
      client.resume()
      client.close(1011, 'the database cannot be reached')
    },
  )
}

function carry(client: WebSocket, server: Socket, options: TunnelOptions): void {
  const asksForAnswer = questionScanner()
  const delay = delayLine(options.rtt_ms, (bytes) => {
    if (!server.write(bytes)) client.pause()
  })

  client.on('message', (data: RawData) => {
    const bytes = toBuffer(data)
    if (asksForAnswer(bytes)) options.onRoundTrip()
    options.onBytes?.(bytes)
    delay.push(bytes)
  })
  client.on('close', () => {
    delay.clear()
    server.end()
  })
  client.on('error', () => server.destroy())

  server.on('drain', () => client.resume())
  server.on('data', (bytes) => {
    server.pause()
    client.send(bytes, () => server.resume())
  })
  server.on('end', () => client.close())
  server.on('error', () => client.close(1011, 'the database connection was lost'))
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}

/** Hands each piece on after the round-trip time of its arrival, in order. */
function delayLine(rtt_ms: () => number, forward: (bytes: Buffer) => void) {
  let queue: { bytes: Buffer; due_ms: number }[] = []
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    timer = undefined
    const now_ms = performance.now()
    while (queue[0] !== undefined && queue[0].due_ms <= now_ms) {
      forward(queue[0].bytes)
      queue.shift()
    }
    if (queue[0] !== undefined) timer = setTimeout(flush, Math.ceil(queue[0].due_ms - now_ms))
  }
  return {
    push(bytes: Buffer): void {
      queue.push({ bytes, due_ms: performance.now() + rtt_ms() })
      if (timer === undefined) flush()
    },
    clear(): void {
      clearTimeout(timer)
      queue = []
    },
  }
}

/**
 * Reads a client's side of the PostgreSQL protocol piece by piece. The returned function tells
 * whether a piece begins a message that the server answers with ReadyForQuery.
 */
function questionScanner(): (bytes: Buffer) => boolean {
  const query = 'Q'.charCodeAt(0)
  const sync = 'S'.charCodeAt(0)
  // Only the messages before authentication have a length and no type.
  let typed = false
  let head = Buffer.alloc(0)
  let toSkip_bytes = 0

  return (bytes) => {
    let asks = false
    let offset = 0
    while (offset < bytes.length) {
      const skipped = Math.min(toSkip_bytes, bytes.length - offset)
      toSkip_bytes -= skipped
      offset += skipped
      const headLength = (typed ? 5 : 4) - head.length
      const piece = bytes.subarray(offset, offset + headLength)
      head = Buffer.concat([head, piece])
      offset += piece.length
      if (piece.length < headLength) break
      if (typed && (head[0] === query || head[0] === sync)) asks = true
      toSkip_bytes = head.readInt32BE(typed ? 1 : 0) - 4
      // A request for TLS has 8 bytes, and the startup message still follows it.
      typed ||= toSkip_bytes !== 4
      head = Buffer.alloc(0)
    }
    return asks
  }
}
