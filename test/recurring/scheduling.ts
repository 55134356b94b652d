import { systemContext } from '../../dev/context.ts'
import { runSchedule } from '../../src/domain/recurring/due-invoices.ts'
import type { Client, Json } from '../harness/client.ts'
import type { startShops } from '../harness/shop.ts'

type Started = Awaited<ReturnType<typeof startShops>>

/** Of € 30.25 incl. VAT a month, unless said otherwise. */
export const rent = { description: 'Rent of a phone', qty: 1, unit_price: 25, vat_rate: 21 }

export async function newSchedule(api: Client, fields: object = {}): Promise<Json> {
  const customer = await api.post('/customers', {
    first_name: 'Jane',
    last_name: 'Smith',
    email: 'jane@example.com',
  })
  const { body } = await api.post('/recurring-invoices', {
    customer_id: customer.body.id,
    frequency: 'monthly',
    next_run_date: '2026-01-31',
    lines: [rent],
    ...fields,
  })
  return { ...body, path: `/recurring-invoices/${body.id}` }
}

/** What a schedule has made, by day; amounts and dates as the tables keep them. */
export async function madeBy(owner: Started['owner'], id: number): Promise<Json[]> {
  const { rows } = await owner.query(
    `select id::int, recurring_date::text, invoice_date::text, supply_date::text, due_date::text,
       status, invoice_number, total_cents::int, sent_at is not null as mailed
     from invoices where recurring_invoice_id = $1 order by recurring_date`,
    [id],
  )
  return rows
}

export const daysOf = (made: Json[]): string[] => made.map(({ recurring_date }) => recurring_date)

/** Runs a schedule as the queue's consumer does, at a time of its own. */
export function runAt({ shop, endpoint, worker_url }: Started, id: number, now: string) {
  const ctx = systemContext(
    { database_url: worker_url, endpoint_url: endpoint.url },
    { job: 'recurring-invoices', tenant_id: shop.tenant_id, now: new Date(now) },
  )
  return runSchedule(ctx, { params: { id } })
}
