import { systemContext } from '../dev/context.ts'
import { createTenant } from '../src/domain/identity/tenants.ts'
import { Client, type Json } from '../test/harness/client.ts'
import { openStage } from './stage.ts'

// node bench/books.ts [lines lines]
//   The reports of two shops with so many journal lines over two years, 100,000 and 1,000,000 when not said, asked
//   in turns; then what posting adds to an invoice and to a payment in the larger one, and how many it takes at once.

const [few = 100_000, many = 1_000_000] = process.argv.slice(2).map(Number)
const runs = 100
/** Documents in each round of posting. */
const documents = 50

const stage = await openStage()
// As in bench/stock.ts: Neon plans each statement anew.
await stage.owner.query('alter role repair_angel_app set plan_cache_mode = force_custom_plan')
const service = await stage.service.start()

interface BenchShop {
  id: number
  api: Client
}

async function openShop(lines: number): Promise<BenchShop> {
  const email = `books-${lines}@example.com`
  const admin = { name: 'Bo Books', email, password: 'a long password' }
  const { id } = await createTenant(
    systemContext(stage.database, { job: 'bench', tenant_id: null }),
    { body: { name: `${lines}`, admin, license_type: 'SMR', tier: 'enterprise' } },
  )
  await fill(id, lines)
  const { body } = await new Client(service.url).post('/auth/login', admin)
  return { id, api: new Client(service.url, body.token) }
}

/** Sales of two lines and their VAT, day by day, with the sums that triggers would keep. */
async function fill(tenant_id: number, lines: number) {
  const owner = await stage.owner.connect()
  await owner.query(`select set_config('app.tenant_id', $1, false)`, [String(tenant_id)])
  await owner.query(`
    select app.add_btw_period(start::date, 3) from generate_series(
      date_trunc('quarter', now()) - interval '24 months', date_trunc('quarter', now()) - interval '3 months', '3 months') start`)
  await owner.query('set session_replication_role = replica')
  await owner.query(`
    with day as (
      select n, (now() - n * interval '700 days' / ${lines / 4})::date as day from generate_series(1, ${lines / 4}) n
    ), entry as (
      insert into journal_entries (entry_number, journal, entry_date, document_date, source, source_id, btw_period_id)
      select 'JE-' || n, 'sales', day, day, 'invoice', 1000000000 + n, p.id
      from day join btw_periods p on p.tenant_id = app.tenant() and day between p.start_date and p.end_date
      returning id, source_id, entry_date)
    insert into journal_lines (journal_entry_id, position, account_id, debit_cents, credit_cents, role, vat_box, vat_part, entry_date)
    select entry.id, line.place, a.id, line.debit, line.credit, line.role, line.box, line.part, entry.entry_date
    from entry cross join lateral (values
      (1, 'debtors', 12100 + source_id % 50 * 121, 0, null, null),
      (2, 'sales_services_high', 0, 5000, '1a', 'turnover'),
      (3, 'sales_goods_high', 0, 5000 + source_id % 50 * 100, '1a', 'turnover'),
      (4, 'vat_1a', 0, 2100 + source_id % 50 * 21, '1a', 'vat')) line (place, role, debit, credit, box, part)
    join gl_accounts a on a.tenant_id = app.tenant() and a.role = line.role`)
  await owner.query(`
    insert into ledger_balances (account_id, month, debit_cents, credit_cents)
    select account_id, date_trunc('month', entry_date), sum(debit_cents), sum(credit_cents) from journal_lines
    where tenant_id = app.tenant() group by 1, 2`)
  await owner.query(`
    insert into btw_boxes (btw_period_id, box, turnover_cents, vat_cents)
    select e.btw_period_id, l.vat_box, sum(l.credit_cents) filter (where l.vat_part = 'turnover'),
      sum(l.credit_cents) filter (where l.vat_part = 'vat')
    from journal_lines l join journal_entries e on e.id = l.journal_entry_id
    where l.tenant_id = app.tenant() and l.vat_box is not null group by 1, 2`)
  await owner.query('set session_replication_role = origin')
  await owner.query(`select set_config('app.tenant_id', '', false)`)
  await owner.query('vacuum analyze journal_entries, journal_lines, ledger_balances, btw_boxes')
  owner.release()
}

const p50 = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0

async function timed(act: () => Promise<{ status: number; body: Json }>) {
  const start = performance.now()
  const { status, body } = await act()
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return performance.now() - start
}

/** What reports ask of kept sums, and one account's lines of a month; in PostgreSQL alone. */
const asked = {
  'trial balance of a year': `
    select a.code, sum(b.debit_cents), sum(b.credit_cents) from gl_accounts a
    join ledger_balances b on b.tenant_id = a.tenant_id and b.account_id = a.id
    where a.tenant_id = $1 and b.month >= now() - interval '1 year' group by a.id`,
  'boxes of all periods': `
    select p.id, b.box, b.turnover_cents, b.vat_cents from btw_periods p
    left join btw_boxes b on b.tenant_id = p.tenant_id and b.btw_period_id = p.id where p.tenant_id = $1`,
}

async function inDatabase(query: string, tenants: number[]) {
  const times: number[][] = [[], []]
  for (let run = 0; run < runs; run++) {
    for (const [place, tenant] of tenants.entries()) {
      const { rows } = await stage.owner.query(`explain (analyze, format json) ${query}`, [tenant])
      times[place]?.push(rows[0]['QUERY PLAN'][0]['Execution Time'])
    }
  }
  return ratioOf(times)
}

async function inService(path: string, shops: BenchShop[]) {
  const times: number[][] = [[], []]
  for (let run = 0; run < runs; run++) {
    for (const [place, { api }] of shops.entries()) {
      times[place]?.push(await timed(() => api.get(path)))
    }
  }
  return ratioOf(times)
}

function ratioOf([small = [], large = []]: number[][]) {
  const [least, most] = [p50(small), p50(large)]
  return {
    [`p50 at ${few}, ms`]: Number(least.toFixed(3)),
    [`p50 at ${many}, ms`]: Number(most.toFixed(3)),
    ratio: Number((most / least).toFixed(2)),
  }
}

/** Documents that are not posted: only here, to know what posting costs. */
async function letPost(on: boolean) {
  const triggers = [
    'invoices.post',
    'invoices.post_paid',
    'payments.post_insert',
    'payments.post_update',
  ]
  for (const name of triggers) {
    const [table, trigger] = name.split('.')
    await stage.owner.query(`alter table ${table} ${on ? 'enable' : 'disable'} trigger ${trigger}`)
  }
}

/** Drafts of two rates, made ready outside of what is timed. */
async function newDrafts({ api }: BenchShop): Promise<number[]> {
  const customer = await api.post('/customers', { first_name: 'Jan' })
  const ids: number[] = []
  for (let n = 0; n < documents; n++) {
    const { body } = await api.post('/invoices', {
      customer_id: customer.body.id,
      invoice_date: new Date().toISOString().slice(0, 10),
      lines: [
        { description: 'Work', unit_price: 75 + n },
        { description: 'Shoes', unit_price: 10, vat_rate: 9 },
      ],
    })
    ids.push(body.id)
  }
  return ids
}

async function round(shop: BenchShop) {
  const { api } = shop
  const pay = (id: number) => api.post(`/invoices/${id}/payments`, { amount: 1, method: 'pin' })
  const drafts = await newDrafts(shop)
  const issued: number[] = []
  for (const id of drafts) issued.push(await timed(() => api.post(`/invoices/${id}/issue`)))
  const paid: number[] = []
  for (const id of drafts) paid.push(await timed(() => pay(id)))
  const waiting = [...drafts, ...drafts]
  const start = performance.now()
  const teller = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const invoice = id
      await timed(() => pay(invoice))
    }
  }
  await Promise.all(Array.from({ length: 16 }, teller))
  const seconds = (performance.now() - start) / 1000
  return { issue: p50(issued), pay: p50(paid), per_second: (2 * drafts.length) / seconds }
}

/** In turns, so that what else the machine does meets both alike; the first pair warms up. */
async function costOfPosting(shop: BenchShop) {
  const results = {
    with: [] as Awaited<ReturnType<typeof round>>[],
    without: [] as Awaited<ReturnType<typeof round>>[],
  }
  for (let turn = 0; turn < 4; turn++) {
    await letPost(true)
    const posting = await round(shop)
    await letPost(false)
    const silent = await round(shop)
    if (turn === 0) continue
    results.with.push(posting)
    results.without.push(silent)
  }
  await letPost(true)
  const row = (part: 'issue' | 'pay' | 'per_second') => {
    const [posting, silent] = [results.with, results.without].map((list) =>
      p50(list.map((result) => result[part])),
    ) as [number, number]
    return {
      posted: Number(posting.toFixed(2)),
      'not posted': Number(silent.toFixed(2)),
      ratio: Number((posting / silent).toFixed(2)),
    }
  }
  return {
    'issue an invoice, p50 ms': row('issue'),
    'take a payment, p50 ms': row('pay'),
    'payments per second, 16 at once': row('per_second'),
  }
}

try {
  const shops = [await openShop(few), await openShop(many)]
  const document: Json = await (await fetch(`${service.url}/openapi.json`)).json()
  const inSql: Record<string, object> = {}
  const ids = shops.map(({ id }) => id)
  for (const [name, query] of Object.entries(asked)) inSql[name] = await inDatabase(query, ids)
  console.log('\nIn PostgreSQL')
  console.table(inSql)
  const overHttp: Record<string, object> = {}
  for (const path of ['/reports/trial-balance', '/reports/balance-sheet', '/btw-periods']) {
    if (document.paths[path]) overHttp[path] = await inService(path, shops)
  }
  console.log('\nWhole requests')
  console.table(overHttp)
  // Functions keep their plans in a connection, there as here; those of before this keep the setting.
  await stage.owner.query('alter role repair_angel_app reset plan_cache_mode')
  await stage.owner.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'repair_angel_app'`,
  )
  console.log('\nWhat posting costs')
  console.table(await costOfPosting(shops[1] as BenchShop))
} finally {
  await service.stop()
  await stage.close()
}
