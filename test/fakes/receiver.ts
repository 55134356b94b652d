import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a message is treated: answered with a status, not answered at all, or broken off. Received it is, each time. */
export type Mood =
  | 'silence'
  | 'broken'
  | number
  | { status: number; headers: Record<string, string> }

export interface Receipt {
  /** `webhook-id`: two receipts of one id are one message. */
  id: string
  path: string
  method: string
  headers: Record<string, string>
  /** As it was signed. */
  body: string
  /** Milliseconds since 1970. */
  at: number
}

/** A shop's own software on loopback: it takes webhooks at any path, and misbehaves when told to. */
export async function startReceiver() {
  const receipts: Receipt[] = []
  const moods = new Map<string, Mood[]>()

  async function receive(message: IncomingMessage, response: ServerResponse) {
    let body = ''
    for await (const chunk of message) body += chunk
    const { url: path = '', method = '' } = message
    const id = String(message.headers['webhook-id'] ?? '')
    const headers = message.headers as Receipt['headers']
    receipts.push({ id, path, method, headers, body, at: Date.now() })
    const mood = moods.get(path)?.shift() ?? 204
    if (mood === 'silence') return
    if (mood === 'broken') return message.socket.destroy()
    const answer = typeof mood === 'number' ? { status: mood, headers: {} } : mood
    response.writeHead(answer.status, answer.headers).end()
  }

  const server = createServer((message, response) => {
    receive(message, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Everything that came, in order. */
    receipts,
    /** What came at one path. */
    at: (path: string) => receipts.filter((receipt) => receipt.path === path),
    /** How often each message came. */
    counts() {
      const counts = new Map<string, number>()
      for (const { id } of receipts) counts.set(id, (counts.get(id) ?? 0) + 1)
      return counts
    },
    /** How the next messages at a path are treated; those after them are taken well. */
    next(path: string, ...treatment: Mood[]) {
      moods.set(path, [...(moods.get(path) ?? []), ...treatment])
    },
    clear() {
      receipts.length = 0
      moods.clear()
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
