import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import pg from 'pg'
import WebSocket from 'ws'
import { build } from '../dev/build.ts'
import { systemContext } from '../dev/context.ts'
import { migrate } from '../dev/migrate.ts'
import { startNeonEndpoint } from '../dev/neon-endpoint.ts'
import { startPostgres } from '../dev/postgres.ts'
import { createTenant } from '../src/domain/identity/tenants.ts'
import { worker } from '../test/harness/roles.ts'
import { startWorker } from '../test/harness/worker.ts'

// node bench/import.ts [products]
//   How long a spreadsheet of so many products takes (50,000 when not said), and what the isolate needs for it: the
//   import, the same file again, the export, a dry run. One line is bad.

const size = Number(process.argv[2] ?? 50_000)
const account = { email: 'bench@example.com', password: 'a long password' }

const folder = await mkdtemp(join(tmpdir(), 'repair-angel-bench-'))
const postgres = await startPostgres({ folder: join(folder, 'postgres'), throwaway: true })
const endpoint = await startNeonEndpoint({ allow: (_, port) => port === postgres.port })
await migrate(postgres.url)
const owner = new pg.Client(postgres.url)
await owner.connect()
await owner.query(`alter role ${worker.name} login password '${worker.password}'`)
const address = new URL(postgres.url)
address.username = worker.name
address.password = worker.password
const database = { database_url: address.href, endpoint_url: endpoint.url }
await createTenant(systemContext(database, { job: 'bench', tenant_id: null }), {
  body: {
    name: 'Bench',
    admin: { name: 'Ben Bench', ...account },
    license_type: 'SMR',
    tier: 'enterprise',
  },
})
// Of Cloudflare's 128 MB: what V8 cannot do within these, with the file's own bytes beside them, ends workerd.
process.env.MINIFLARE_WORKERD_V8_FLAGS = '--max-heap-size=96'
const bundle = join(folder, 'service')
await build({ outdir: bundle })
const service = await startWorker({ bundle, inspected: true, ...database })

const line = (n: number) =>
  `SKU-${n};"Screen ""${n}"" for phone";Black, with frame and adhesive;${8_700_000_000_000 + n};12,5;7,25;21;${n % 20};3;Parts > Screens > Group ${n % 40}`
const lines = Array.from({ length: size }, (_, n) => (n === size - 7 ? ';no key;;;;;;;;' : line(n)))
const file = `sku;name;description;barcode;price_excl;purchase_price;vat_rate;stock_quantity;min_stock;category\n${lines.join('\n')}\n`

/** What the Worker's isolate holds: its heap, and the buffers beside it. */
async function openHeap() {
  const inspector = await service.miniflare.getInspectorURL()
  const socket = new WebSocket(new URL('/core:user:repair-angel', inspector).href)
  const waiting = new Map<number, (result: Usage) => void>()
  socket.on('message', (data) => {
    const { id, result } = JSON.parse(String(data))
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  await once(socket, 'open')
  let count = 0
  const ask = (method: string) =>
    new Promise<Usage>((resolve) => {
      count += 1
      waiting.set(count, resolve)
      socket.send(JSON.stringify({ id: count, method }))
    })
  return {
    async used(): Promise<number> {
      const { usedSize, backingStorageSize = 0 } = await ask('Runtime.getHeapUsage')
      return (usedSize + backingStorageSize) / 2 ** 20
    },
    close: () => socket.close(),
  }
}

interface Usage {
  usedSize: number
  backingStorageSize?: number
}

const heap = await openHeap()
interface Answered {
  status: number | undefined
  text: string
}

/** Without the time limit that `fetch` sets to the first line of an answer. */
async function sent(url: string, options: RequestOptions, body: string): Promise<Answered> {
  const asked = request(url, options)
  asked.end(body)
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  if (!answer) throw new Error('No answer')
  return { status: answer.statusCode, text: (await answer.setEncoding('utf8').toArray()).join('') }
}

const table: Record<string, object> = {}

async function measure(name: string, act: () => Promise<Answered>) {
  const before = await heap.used()
  let peak = before
  const answered = new AbortController()
  const watching = (async () => {
    for await (const _ of setInterval(500, undefined, { signal: answered.signal })) {
      peak = Math.max(peak, await heap.used())
    }
  })().catch(() => {})
  endpoint.reset()
  const started = performance.now()
  const { status, text } = await act()
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1))
  answered.abort()
  await watching
  if (status !== 200) throw new Error(`${name}: ${status} ${text}`)
  table[name] = {
    seconds,
    'database messages': endpoint.counts.websocket_round_trips,
    'heap before, MB': Math.round(before),
    'heap at most, MB': Math.round(peak),
  }
  return text
}

try {
  const login = await fetch(`${service.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(account),
  })
  const { token } = (await login.json()) as { token: string }
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'text/csv' }
  const send = (method: string, path: string, body = '') =>
    sent(`${service.url}/api${path}`, { method, headers }, body)
  const post = (query = '', body = file) => send('POST', `/products/import${query}`, body)
  await fetch(`${service.url}/api/health`)
  console.log(`\n${size} products, ${(file.length / 1e6).toFixed(1)} MB`)
  console.log(await measure('import', () => post()))
  console.log(await measure('the same again', () => post()))
  const sheet = await measure('export', () => send('GET', '/products/export'))
  const others = file.replaceAll('SKU-', 'DRY-')
  console.log(await measure('dry run of others', () => post('?dry_run=1', others)))
  console.log(`exported ${sheet.trim().split('\r\n').length - 1} products`)
  console.table(table)
} finally {
  heap.close()
  await service.stop()
  await owner.end()
  await endpoint.stop()
  await postgres.stop()
  await rm(folder, { recursive: true })
}
