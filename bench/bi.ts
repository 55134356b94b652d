import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { systemContext } from '../dev/context.ts'
import type { Reading } from '../src/context.ts'
import { customersOf } from '../src/domain/bi/customers.ts'
import { engineersOf } from '../src/domain/bi/engineers.ts'
import { invoicesOf } from '../src/domain/bi/invoices.ts'
import { partsOf } from '../src/domain/bi/parts.ts'
import type { PeriodAsked } from '../src/domain/bi/period.ts'
import { revenueOf } from '../src/domain/bi/revenue.ts'
import { workOrdersOf } from '../src/domain/bi/work-orders.ts'
import { createTenant } from '../src/domain/identity/tenants.ts'
import { openStage } from './stage.ts'

// node bench/bi.ts [work orders] [work orders]
//   What the reports cost PostgreSQL, planning included, in two shops with so many work orders and as many invoices
//   over three years, 50,000 and 1,000,000 when not said. Asked in turns, in one run.

const [few = 50_000, many = 1_000_000] = process.argv.slice(2).map(Number)
const runs = 30
const stage = await openStage()
const dialect = new PgDialect()

/** Rows as three years would leave them, without triggers; then the figures of all of them. */
async function fill(orders: number): Promise<number> {
  const { id } = await createTenant(
    systemContext(stage.database, { job: 'bench', tenant_id: null }),
    {
      body: {
        name: `${orders}`,
        admin: { name: 'Bo', email: `bi-${orders}@example.com`, password: 'a long password' },
        license_type: 'SMR',
        tier: 'enterprise',
      },
    },
  )
  const client = await stage.owner.connect()
  const timed = async (name: string, statement: string) => {
    const start = performance.now()
    await client.query(statement)
    console.log(`${orders} ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }
  const firstOf = (table: string) => `(select min(id) from ${table} where tenant_id = app.tenant())`
  await client.query(`select set_config('app.tenant_id', $1, false)`, [String(id)])
  await client.query('set session_replication_role = replica')
  await client.query(
    `insert into branches (name) select 'Branch ' || n from generate_series(1, 4) n`,
  )
  await client.query(
    `insert into employees (name) select 'Engineer ' || n from generate_series(1, 20) n`,
  )
  await client.query(
    `insert into products (name, price_excl) select 'Part ' || n, 10 from generate_series(1, 1000) n`,
  )
  await timed(
    'customers',
    `insert into customers (first_name) select 'Customer ' || n from generate_series(1, ${orders / 4}) n`,
  )
  await timed(
    'work orders',
    `insert into work_orders (ticket_no, customer_id, status, assigned_to, branch_id, created_at, completed_at)
     select 'WO-' || n, c.first + floor(random() * ${orders / 4}), case when n % 10 < 8 then 'completed' else 'in_repair' end,
       e.first + n % 20, b.first + n % 4, at, case when n % 10 < 8 then at + interval '1 day' * (1 + n % 5) end
     from generate_series(1, ${orders}) n
     cross join (select ${firstOf('customers')} as first) c cross join (select ${firstOf('employees')} as first) e
     cross join (select ${firstOf('branches')} as first) b
     cross join lateral (select now() - n * interval '1095 days' / ${orders} as at) moment`,
  )
  await timed(
    'invoices',
    `insert into invoices (invoice_number, status, issued_at, customer_id, work_order_id, branch_id, invoice_date, due_date,
       subtotal_cents, vat_cents, total_cents, paid_cents, paid_at, vat_breakdown)
     select 'INV-' || id, case when id % 20 = 0 then 'sent' else 'paid' end, created_at, customer_id, id, branch_id,
       created_at::date, created_at::date + 14, 7500, 1575, 9075, case when id % 20 = 0 then 0 else 9075 end,
       case when id % 20 > 0 then created_at + interval '9 days' end, '[]'
     from work_orders where tenant_id = app.tenant()`,
  )
  await timed(
    'movements',
    `insert into stock_movements (product_id, bin_id, kind, quantity, value_cents, created_at)
     select p.first + floor(random() * random() * 1000), b.id, 'pick', -1, -500, w.created_at
     from work_orders w cross join (select ${firstOf('products')} as first) p
     cross join (select min(id) as id from bins where tenant_id = app.tenant()) b
     where w.tenant_id = app.tenant() and w.id % 2 = 0`,
  )
  await client.query('set session_replication_role = origin')
  await timed('analyze', 'analyze')
  await timed('rebuild', `select app.rebuild_bi(${id})`)
  await client.query(`select set_config('app.tenant_id', '', false)`)
  client.release()
  return id
}

/** As the Worker inside a shop; the statements of a report are timed by PostgreSQL. */
async function enter(tenant_id: number) {
  const client = new pg.Client({ connectionString: stage.database.database_url })
  await client.connect()
  await client.query('begin')
  await client.query(`select app.begin_system($1, null, 'system:bench', 'bench', now())`, [
    tenant_id,
  ])
  const spent = { ms: 0 }
  const execute = async (statement: SQL) => {
    const query = dialect.sqlToQuery(statement)
    const explained = await client.query(
      `explain (analyze, timing off, format json) ${query.sql}`,
      query.params,
    )
    const [plan] = explained.rows[0]['QUERY PLAN']
    spent.ms += plan['Planning Time'] + plan['Execution Time']
    return client.query(query.sql, query.params)
  }
  return { ctx: { db: { execute } } as unknown as Reading, spent, leave: () => client.end() }
}

const reports: Record<string, (ctx: Reading, query: PeriodAsked) => Promise<unknown>> = {
  revenue: revenueOf,
  'work-orders': workOrdersOf,
  engineers: (ctx, query) => engineersOf(ctx, query, {}),
  customers: customersOf,
  parts: partsOf,
  invoices: invoicesOf,
}

const p50 = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0

try {
  // What a fill need not wait for.
  await stage.owner.query('drop index work_orders_search_idx, customers_search_idx')
  const tenants = [await fill(few), await fill(many)]
  await stage.owner.query('vacuum analyze')
  const shops = await Promise.all(tenants.map(enter))
  const table: Record<string, object> = {}
  for (const period of ['30d', 'jaar'] as const) {
    for (const [name, ask] of Object.entries(reports)) {
      const times: number[][] = [[], []]
      for (let run = 0; run < runs + 3; run++) {
        for (const [place, { ctx, spent }] of shops.entries()) {
          spent.ms = 0
          await ask(ctx, { period })
          if (run >= 3) times[place]?.push(spent.ms)
        }
      }
      const [small, large] = times.map(p50) as [number, number]
      table[`${name} ${period}`] = {
        [`p50 at ${few}, ms`]: Number(small.toFixed(2)),
        [`p50 at ${many}, ms`]: Number(large.toFixed(2)),
        ratio: Number((large / small).toFixed(2)),
      }
    }
  }
  console.table(table)
  await Promise.all(shops.map(({ leave }) => leave()))
} finally {
  await stage.close()
}
