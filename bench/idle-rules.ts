import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { systemContext } from '../dev/context.ts'
import { migrate } from '../dev/migrate.ts'
import { startNeonEndpoint } from '../dev/neon-endpoint.ts'
import { startPostgres } from '../dev/postgres.ts'
import { runTimedRules } from '../src/domain/automation/timed-rules.ts'
import { worker } from '../test/harness/roles.ts'

// node bench/idle-rules.ts [work orders …]
//   How long the hourly job takes to find what lay idle for 30 days: 200 shops with a rule each, of so many
//   work orders in all, of which always as many cross the line. 10,000, 100,000 and 1,000,000 when not said.

const shops = 200
const due = 1000
const runs = 9
const sizes = process.argv.slice(2).map(Number)

const folder = await mkdtemp(join(tmpdir(), 'repair-angel-bench-'))
const postgres = await startPostgres({ folder: join(folder, 'postgres'), throwaway: true })
const endpoint = await startNeonEndpoint({ allow: (_, port) => port === postgres.port })
await migrate(postgres.url)
const owner = new pg.Client(postgres.url)
await owner.connect()
await owner.query(`alter role ${worker.name} login password '${worker.password}'`)

/** Without triggers and the index of searches, which the job does not touch: a million rows take a minute. */
await owner.query('set session_replication_role = replica; drop index work_orders_search_idx')
await owner.query(`
  insert into tenants (name) select 'Shop ' || n from generate_series(1, ${shops}) n;
  insert into customers (tenant_id, first_name) select id, 'Jane' from tenants;
  insert into automation_rules (tenant_id, name, trigger, conditions, actions)
  select id, 'Auto-close after 30 days', 'wo_idle', '[{"field": "idle_days", "operator": ">=", "value": 30}]',
    '[{"type": "set_status", "params": {"status": "cancelled"}}]' from tenants`)

const noon = (days: string) =>
  `((now() at time zone 'Europe/Amsterdam')::date - (${days}) + time '12:00') at time zone 'Europe/Amsterdam'`

/** One in ten is open and idle for less than 30 days, the others are done; ${due} came to the line today. */
async function fill(workOrders: number) {
  await owner.query('truncate work_orders, reactions cascade')
  await owner.query(`
    insert into work_orders (tenant_id, customer_id, ticket_no, status, idle_since)
    select c.tenant_id, c.id, 'WO-' || n,
      case when n <= ${due} or n % 10 = 0 then 'in_repair' else 'completed' end,
      case when n <= ${due} then ${noon('30')} when n % 10 = 0 then ${noon('n / 10 % 30')} end
    from generate_series(1, ${workOrders}) n
    join (select row_number() over (order by id) - 1 as place, * from customers) c
      on c.place = n % ${shops}`)
  await owner.query('vacuum analyze')
}

/** What the rules had dealt with: everything until yesterday, until today, or nothing. */
const looked = {
  'first look': 'null',
  'after midnight': `app.line_moment('wo_idle', 31, 'Europe/Amsterdam')`,
  'other hours': `app.line_moment('wo_idle', 30, 'Europe/Amsterdam')`,
}

/** The quickest of some runs, each undone: what else the machine does only adds to them. */
async function measure(checkedUntil: string) {
  const plans: Plan[] = []
  // What the runs before left behind is not this one's.
  await owner.query('vacuum full automation_rules')
  await owner.query('vacuum full reactions')
  for (let run = 0; run < runs; run++) {
    await owner.query('begin')
    await owner.query(`update automation_rules set checked_until = ${checkedUntil}`)
    const { rows } = await owner.query(
      `explain (analyze, buffers, format json) select records from app.react_to_time('wo_idle', 20000)`,
    )
    plans.push(rows[0]['QUERY PLAN'][0])
    await owner.query('rollback')
  }
  const ms = Math.min(...plans.map((plan) => plan['Execution Time']))
  const pages = Math.min(
    ...plans.map(({ Plan: read }) => read['Shared Hit Blocks'] + read['Shared Read Blocks']),
  )
  return { ms: Number(ms.toFixed(1)), pages }
}

interface Plan {
  'Execution Time': number
  Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number }
}

/** The whole job as the schedule runs it, to what it says to the queue. */
async function runJob() {
  const url = new URL(postgres.url)
  url.username = worker.name
  url.password = worker.password
  const database = { database_url: url.href, endpoint_url: endpoint.url }
  const ctx = systemContext(database, { job: 'automation', tenant_id: null })
  const sent: number[] = []
  const queue = { sendBatch: async (messages: unknown[]) => void sent.push(messages.length) }
  const env = { ...ctx.env, EVENTS_QUEUE: queue as unknown as typeof ctx.env.EVENTS_QUEUE }
  endpoint.reset()
  const found = await runTimedRules({ ...ctx, env }, {})
  const { http, websocket_connects } = endpoint.counts
  return {
    ...found,
    'database round trips': http + websocket_connects,
    'queue batches': sent.length,
  }
}

type Row = Record<string, number>

/** Each column of the last row in relation to the first. */
const growth = (rows: Row[]): Row =>
  Object.fromEntries(
    Object.entries(rows.at(0) ?? {}).map(([column, least]) => [
      column,
      Number(((rows.at(-1)?.[column] ?? 0) / least).toFixed(2)),
    ]),
  )

const table: Record<string, Row> = {}
const jobs: Record<string, object> = {}
try {
  for (const size of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]) {
    await fill(size)
    const row: Row = {}
    for (const [when, checkedUntil] of Object.entries(looked)) {
      const { ms, pages } = await measure(checkedUntil)
      row[`${when}: ms`] = ms
      row[`${when}: pages`] = pages
    }
    const name = `${size.toLocaleString('en')} work orders`
    table[name] = row
    await owner.query('update automation_rules set checked_until = null')
    jobs[name] = await runJob()
  }
  table['last / first'] = growth(Object.values(table))
  console.log(
    `\nFinding what lay idle for 30 days in ${shops} shops: ${due} work orders, but in other hours none`,
  )
  console.table(table)
  console.log('\nThe job')
  console.table(jobs)
} finally {
  await owner.end()
  await endpoint.stop()
  await postgres.stop()
  await rm(folder, { recursive: true })
}
