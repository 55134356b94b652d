import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
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

const account = { email: 'bench@example.com', password: 'a long password' }

/** The Worker with no more memory than Cloudflare gives it, on a throw-away PostgreSQL with an empty shop. */
export async function openConfined() {
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
  const { id: tenant_id } = await createTenant(
    systemContext(database, { job: 'bench', tenant_id: null }),
    {
      body: {
        name: 'Bench',
        admin: { name: 'Ben Bench', ...account },
        license_type: 'SMR',
        tier: 'enterprise',
      },
    },
  )
  // Of Cloudflare's 128 MB: what V8 cannot do within these, with the file's own bytes beside them, ends workerd.
  process.env.MINIFLARE_WORKERD_V8_FLAGS = '--max-heap-size=96'
  const bundle = join(folder, 'service')
  await build({ outdir: bundle })
  const service = await startWorker({ bundle, inspected: true, ...database })
  const login = await fetch(`${service.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(account),
  })
  const { token } = (await login.json()) as { token: string }
  const heap = await openHeap(await service.miniflare.getInspectorURL())
  return {
    owner,
    tenant_id,
    url: `${service.url}/api`,
    token,
    /** Does it, and adds what it cost to the table. */
    async measure<T>(table: Record<string, object>, name: string, act: () => Promise<T>) {
      endpoint.reset()
      const { result, ...cost } = await watching(heap, act)
      table[name] = { ...cost, 'database messages': endpoint.counts.websocket_round_trips }
      return result
    },
    async close() {
      heap.close()
      await service.stop()
      await owner.end()
      await endpoint.stop()
      await postgres.stop()
      await rm(folder, { recursive: true })
    },
  }
}

type Heap = Awaited<ReturnType<typeof openHeap>>

async function watching<T>(heap: Heap, act: () => Promise<T>) {
  const before = await heap.used()
  let peak = before
  const answered = new AbortController()
  const watch = (async () => {
    for await (const _ of setInterval(500, undefined, { signal: answered.signal })) {
      peak = Math.max(peak, await heap.used())
    }
  })().catch(() => {})
  const started = performance.now()
  const result = await act()
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1))
  answered.abort()
  await watch
  return {
    result,
    seconds,
    'heap before, MB': Math.round(before),
    'heap at most, MB': Math.round(peak),
  }
}

interface Usage {
  usedSize: number
  backingStorageSize?: number
}

/** What the Worker's isolate holds: its heap, and the buffers beside it. */
async function openHeap(inspector: URL) {
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
