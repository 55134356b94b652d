import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from '../harness/client.ts'

/** A message as the push service got it. */
export interface PushedMessage {
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
}

interface Secrets {
  keys: ECDH
  auth: Buffer
}

/** Opens a message as a browser does: RFC 8291 on top of RFC 8188, one record. */
export function openPushed({ keys, auth }: Secrets, body: Buffer): string {
  const salt = body.subarray(0, 16)
  const recordSize = body.readUInt32BE(16)
  const sender = body.subarray(21, 21 + body.readUInt8(20))
  const record = body.subarray(21 + sender.length)
  if (record.length > recordSize) throw new Error('More than one record')
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), sender])
  const secret = hkdfSync('sha256', keys.computeSecret(sender), auth, info, 32)
  const derive = (name: string, length: number) =>
    Buffer.from(
      hkdfSync('sha256', Buffer.from(secret), salt, `Content-Encoding: ${name}\0`, length),
    )
  const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
  decipher.setAuthTag(record.subarray(-16))
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
  const end = padded.findLastIndex((byte: number) => byte !== 0)
  if (padded[end] !== 2) throw new Error('Not the last record')
  return padded.subarray(0, end).toString()
}

/** A push service on loopback, and browsers that subscribe with it. */
export async function startPushService() {
  const messages: PushedMessage[] = []
  const answers: { status: number; headers?: Record<string, string> }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { headers, url = '' } = request
    messages.push({ path: url, headers, body: Buffer.concat(chunks) })
    const { status, headers: more } = answers.shift() ?? { status: 201 }
    response.writeHead(status, more).end('thank you')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let browsers = 0

  /** What a browser's `PushSubscription.toJSON()` gives, and what it reads. */
  function newBrowser() {
    browsers += 1
    const path = `/send/${browsers}`
    const keys = createECDH('prime256v1')
    keys.generateKeys()
    const auth = randomBytes(16)
    const received = () => messages.filter((message) => message.path === path)
    return {
      subscription: {
        endpoint: url + path,
        expirationTime: null,
        keys: {
          p256dh: keys.getPublicKey('base64url'),
          auth: auth.toString('base64url'),
        },
      },
      received,
      read: (): Json[] =>
        received().map(({ body }) => JSON.parse(openPushed({ keys, auth }, body))),
    }
  }

  return {
    url,
    messages,
    newBrowser,
    /** How the next message is answered, in place of 201. */
    answerNext: (status: number, headers?: Record<string, string>) =>
      answers.push({ status, ...(headers && { headers }) }),
    stop: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
