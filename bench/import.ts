import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { build } from '../dev/build.ts'
import { systemContext } from '../dev/context.ts'
import { migrate } from '../dev/migrate.ts'
import { startNeonEndpoint } from '../dev/neon-endpoint.ts'
import { startPostgres } from '../dev/postgres.ts'
import { createTenant } from '../src/domain/identity/tenants.ts'
import { worker } from '../test/harness/roles.ts'
import { startWorker } from '../test/harness/worker.ts'

// node bench/import.ts [products]
//   How long a spreadsheet of so many products takes (50,000 when not said), and what workerd needs for it: a
//   dry run, the import, the same file again, the export. One line is bad.

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
const bundle = join(folder, 'service')
await build({ outdir: bundle })
const service = await startWorker({ bundle, ...database })

const line = (n: number) =>
  `SKU-${n};"Screen ""${n}"" for phone";Black, with frame and adhesive;${8_700_000_000_000 + n};12,5;7,25;21;${n % 20};3;Parts > Screens > Group ${n % 40}`
const lines = Array.from({ length: size }, (_, n) => (n === size - 7 ? ';no key;;;;;;;;' : line(n)))
const file = `sku;name;description;barcode;price_excl;purchase_price;vat_rate;stock_quantity;min_stock;category\n${lines.join('\n')}\n`

/** The process that runs the Worker: the one of workerd that is our child. */
async function workerdPid(): Promise<string> {
  for (const pid of await readdir('/proc')) {
    const status =
      /^\d+$/.test(pid) && (await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))
    if (status && /^Name:\tworkerd/.test(status) && status.includes(`PPid:\t${process.pid}\n`))
      return pid
  }
  throw new Error('workerd is not running')
}

const pid = await workerdPid()
const memory = async (field: 'VmRSS' | 'VmHWM') => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
}

const table: Record<string, object> = {}

async function measure(name: string, request: () => Promise<Response>) {
  await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {})
  const before = await memory('VmRSS')
  endpoint.reset()
  const started = performance.now()
  const response = await request()
  const answer = await response.text()
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1))
  if (response.status >= 300) throw new Error(`${name}: ${response.status} ${answer}`)
  const peak = await memory('VmHWM')
  table[name] = {
    seconds,
    'database messages': endpoint.counts.websocket_round_trips,
    'RSS before, MB': before,
    'peak, MB': peak,
    'more, MB': peak - before,
  }
  return answer
}

try {
  const login = await fetch(`${service.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(account),
  })
  const { token } = (await login.json()) as { token: string }
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'text/csv' }
  const post = (query = '') =>
    fetch(`${service.url}/api/products/import${query}`, { method: 'POST', headers, body: file })
  console.log(`\n${size} products, ${(file.length / 1e6).toFixed(1)} MB`)
  console.log(await measure('dry run', () => post('?dry_run=1')))
  console.log(await measure('import', () => post()))
  console.log(await measure('the same again', () => post()))
  const sheet = await measure('export', () =>
    fetch(`${service.url}/api/products/export`, { headers }),
  )
  console.log(`exported ${sheet.trim().split('\r\n').length - 1} products`)
  console.table(table)
} finally {
  await service.stop()
  await owner.end()
  await endpoint.stop()
  await postgres.stop()
  await rm(folder, { recursive: true })
}
