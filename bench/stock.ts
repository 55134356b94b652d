import { systemContext } from '../dev/context.ts'
import { createTenant } from '../src/domain/identity/tenants.ts'
import { Client } from '../test/harness/client.ts'
import { openStage } from './stage.ts'

// node bench/stock.ts [products products]
//   The lists of two warehouses with so many products, three in four of them in stock; 1,000 and 100,000 when
//   not said. They are asked in turns by one client, so that what else the machine does meets both alike.

const [few = 1000, many = 100_000] = process.argv.slice(2).map(Number)
const runs = 200

/** `battery`: 15 products of any shop; `screen`: one product in ten. */
const paths = [
  '/stock',
  '/stock?page=3',
  '/products?in_stock=1&q=',
  '/products?in_stock=1&q=battery',
  '/stock?q=battery',
  '/products?in_stock=1&q=screen',
]

const stage = await openStage()
// The endpoint here keeps statements prepared, and with them the plan for whoever asked first; Neon plans each anew.
await stage.owner.query('alter role repair_angel_app set plan_cache_mode = force_custom_plan')
const service = await stage.service.start()

async function openShop(products: number) {
  const email = `stock-${products}@example.com`
  const admin = { name: 'Stella Stock', email, password: 'a long password' }
  const { id } = await createTenant(
    systemContext(stage.database, { job: 'bench', tenant_id: null }),
    { body: { name: `${products}`, admin, license_type: 'SMR', tier: 'enterprise' } },
  )
  await fill(id, products)
  const { body } = await new Client(service.url).post('/auth/login', admin)
  return new Client(service.url, body.token)
}

/** Without triggers, and with the counts that they would keep. */
async function fill(tenant_id: number, products: number) {
  const owner = await stage.owner.connect()
  await owner.query(`select set_config('app.tenant_id', $1, false)`, [String(tenant_id)])
  await owner.query('set session_replication_role = replica')
  await owner.query(`
    insert into products (name, sku, price_excl, purchase_price, stock_quantity)
    select case when n <= 20 then 'Battery ' when n % 10 = 0 then 'Screen ' else 'Part ' end || n,
      'SKU-' || n, 10, 5, n % 4
    from generate_series(1, ${products}) n`)
  await owner.query(`
    insert into row_deltas (table_name, delta) values ('products', ${products}),
      ('products but services', ${products}), ('products in stock', ${products} * 3 / 4)`)
  await owner.query('vacuum analyze products')
  await owner.query('set session_replication_role = origin')
  owner.release()
}

async function time(api: Client, path: string) {
  const start = performance.now()
  const { status } = await api.get(path)
  if (status !== 200) throw new Error(`${path} answered ${status}`)
  return performance.now() - start
}

const p50 = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0

async function compare(path: string, small: Client, large: Client) {
  const times: { small: number[]; large: number[] } = { small: [], large: [] }
  stage.endpoint.reset()
  for (let run = 0; run < runs; run++) {
    times.small.push(await time(small, path))
    times.large.push(await time(large, path))
  }
  const { http, websocket_connects } = stage.endpoint.counts
  const [least, most] = [p50(times.small), p50(times.large)]
  return {
    [`p50 at ${few}, ms`]: Number(least.toFixed(2)),
    [`p50 at ${many}, ms`]: Number(most.toFixed(2)),
    ratio: Number((most / least).toFixed(2)),
    'round trips': Number(((http + websocket_connects) / runs / 2).toFixed(2)),
  }
}

try {
  const [small, large] = [await openShop(few), await openShop(many)]
  const table: Record<string, object> = {}
  for (const path of paths) table[path] = await compare(path, small, large)
  console.table(table)
} finally {
  await service.stop()
  await stage.close()
}
