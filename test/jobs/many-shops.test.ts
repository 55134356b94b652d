import { describe, expect, test } from 'vitest'
import { systemContext } from '../../dev/context.ts'
import type { Env } from '../../src/env.ts'
import type { QueueMessage } from '../../src/jobs/queues.ts'
import { schedule } from '../../src/jobs/schedule.ts'
import { startShops } from '../harness/shop.ts'
import { zoneAt } from './firing.ts'

const { other, owner, endpoint, worker_url } = await startShops()
const many = 300
const jobs = Object.values(schedule).flat()

/** Runs a job on its own, and counts what it sends to the database and to the queue. */
async function costOf(job: (typeof jobs)[number]) {
  const ctx = systemContext(
    { database_url: worker_url, endpoint_url: endpoint.url },
    { job: job.name, tenant_id: null },
  )
  const batches: QueueMessage[][] = []
  const sendBatch = async (messages: Iterable<{ body: QueueMessage }>) => {
    batches.push([...messages].map(({ body }) => body))
  }
  const env = { ...ctx.env, EVENTS_QUEUE: { sendBatch } } as unknown as Env
  endpoint.reset()
  const counts = await job.run({ ...ctx, env })
  const { http, websocket_connects } = endpoint.counts
  return { http, websocket_connects, batches, counts }
}

/** Before there is much to do; nothing of it is left to do afterwards. */
const alone = new Map<string, number>()
for (const job of jobs) alone.set(job.name, (await costOf(job)).http)

// Shops with a licence, somebody who waits for each event, and one record of each kind whose time has come.
await owner.query(`
  with shop as (
    insert into tenants (name, timezone, auto_reminders) select 'Shop ' || n, '${zoneAt(12)}', true
    from generate_series(1, ${many}) n returning id
  ), license as (
    insert into licenses (tenant_id, status, valid_from, valid_until, max_users, price_monthly_cents)
    select id, 'active', '2026-01-01', current_date + 7, 5, 0 from shop returning tenant_id, id
  )
  insert into license_modules (tenant_id, license_id, module_key) select tenant_id, id, 'invoices' from license`)
const { rows } = await owner.query<{ id: string }>('select id from tenants where id > $1', [
  other.tenant_id,
])
const shops = rows.map(({ id }) => Number(id))
const inShops = (sql: string) => owner.query(sql, [shops])
await inShops(`insert into automation_rules (tenant_id, name, trigger, actions)
  select shop, event, event, '[]' from unnest($1::bigint[]) shop cross join unnest(
    '{invoice.overdue,quotation.expired,price_agreement.expired,license.expiring,task.due,product.updated}'::text[]) event`)
await inShops(`insert into customers (tenant_id, first_name, email)
  select shop, 'Jane', 'jane@example.com' from unnest($1::bigint[]) shop`)
await inShops(`insert into invoices (tenant_id, customer_id, status, invoice_number, issued_at, total_cents, invoice_date, due_date)
  select tenant_id, id, 'sent', 'INV-1', now(), 100, '2026-01-01', '2026-01-15' from customers where tenant_id = any ($1)`)
await inShops(`insert into quotations (tenant_id, customer_id, status, quotation_number, valid_until)
  select tenant_id, id, 'sent', 'QU-1', '2026-01-15' from customers where tenant_id = any ($1)`)
await inShops(`insert into products (tenant_id, name, price_excl, tax_rate_id)
  select tenant_id, 'Screen', 100, id from tax_rates where is_default and tenant_id = any ($1)`)
await inShops(`insert into price_agreements (tenant_id, customer_id, service_id, agreed_price, valid_from, valid_until, status)
  select c.tenant_id, c.id, p.id, 1, '2026-01-01', '2026-01-15', 'active'
  from customers c join products p using (tenant_id) where c.tenant_id = any ($1)`)
await inShops(`insert into tasks (tenant_id, title, due_date)
  select shop, 'Call back', '2026-01-15' from unnest($1::bigint[]) shop`)
await inShops(`insert into recurring_invoices (tenant_id, customer_id, frequency, next_run_date, anchor_day)
  select tenant_id, id, 'monthly', '2026-01-15', 15 from customers where tenant_id = any ($1)`)
await inShops(`with old as (
    update tax_rates set valid_until = '2026-06-30' where is_default and tenant_id = any ($1) returning tenant_id, id
  ) insert into tax_rates (tenant_id, name, rate, category, valid_from, replaces_id)
  select tenant_id, 'Standard 22%', 22, 'standard', '2026-07-01', id from old`)
await inShops(`insert into reactions (tenant_id, kind, key, next_at)
  select shop, 'mail', 'waiting', now() - interval '1 minute' from unnest($1::bigint[]) shop`)

/** Jobs that have something to do in each of the shops, and the kind of message that calls them to it. */
const everywhere: Record<string, QueueMessage['kind']> = {
  'reaction-sweep': 'reactions',
  'recurring-invoices': 'recurring_invoice',
  'auto-reminders': 'reactions',
  'overdue-invoices': 'reactions',
  'expired-quotations': 'reactions',
  'expired-price-agreements': 'reactions',
  'expiring-licenses': 'reactions',
  'due-tasks': 'reactions',
  'succeeded-tax-codes': 'reactions',
}

describe(`in ${many} shops`, () => {
  test.each(jobs)('$name asks the database as often as in two', async (job) => {
    const { http, websocket_connects, batches, counts } = await costOf(job)
    expect(http).toBe(alone.get(job.name))
    expect(websocket_connects).toBe(0)
    for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(100)
    const kind = everywhere[job.name]
    if (!kind) return
    expect(Object.values(counts)).toContain(many)
    const messages = batches.flat()
    expect(new Set(messages.map((message) => message.kind))).toEqual(new Set([kind]))
    const called = messages.map((message) => 'tenant_id' in message && message.tenant_id)
    expect(new Set(called)).toEqual(new Set(shops))
    expect(called).toHaveLength(many)
    expect(batches).toHaveLength(many / 100)
  })

  test.each(Object.keys(everywhere).filter((name) => name !== 'reaction-sweep'))(
    '%s finds nothing to do again',
    async (name) => {
      const job = jobs.find((job) => job.name === name)
      if (!job) throw new Error(`There is no job ${name}`)
      // A schedule is due until a consumer has made its invoice.
      if (name === 'recurring-invoices') {
        await owner.query(`update recurring_invoices set next_run_date = '2099-01-15'`)
      }
      const { batches, counts } = await costOf(job)
      expect(Object.values(counts)).toEqual([0])
      expect(batches).toEqual([])
    },
  )
})
