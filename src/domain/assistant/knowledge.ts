import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { matching } from '../../db/rows.ts'
import { decimal, lineTotalCents, parseCents, priceInclVat } from '../../lib/money.ts'
import { found, invalid } from '../../refusal.ts'
import { read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { companies, customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { type TaxCategory, taxOf } from '../tax/codes.ts'
import { taxRates } from '../tax/tables.ts'
import { workOrderLines, workOrderStatuses, workOrders } from '../workshop/tables.ts'
import { type AssistantConfig, configOf } from './config.ts'

export interface Asked {
  device_brand: string
  device_model: string
  symptoms: string
  customer_type: 'individual' | 'business'
  customer_id?: number | undefined
}

/** What the shop asks for a part or a job, as this customer sees prices: incl. VAT, or excl. for a business. */
export interface KnownPrice {
  id: number
  name: string
  price_cents: number
}

export interface Knowledge {
  config: AssistantConfig
  products: KnownPrice[]
  /** What the shop did to this model before, and what it mostly cost; ids of their own. */
  past_repairs: (KnownPrice & { times: number })[]
  diagnosis_cost_cents: number
  /** Of the customer and its company. */
  names: string[]
}

/** Everything that the database knows for an advice: one round trip. */
export const gatherKnowledge = read(
  {
    summary: 'Gather what the shop knows of a repair',
    can: 'assistant:use',
    body: z.object({ asked: z.custom<Asked>() }),
    output: z.custom<Knowledge>(),
  },
  (ctx, { body }) => gathered(ctx, body.asked),
)

async function gathered(ctx: Reading, asked: Asked): Promise<Knowledge> {
  const [config, shop, goods, repairs, who] = await Promise.all([
    configOf(ctx),
    shopTax(ctx),
    fittingProducts(ctx, asked),
    pastRepairs(ctx, asked),
    customerNames(ctx, asked.customer_id),
  ])
  if (asked.customer_id !== undefined && !who) {
    throw invalid({ customer_id: ['The selected customer id is invalid.'] })
  }
  const { kor, ...diagnosis } = found(shop)
  const shown = (price: string, tax: Tax) => shownCents(price, tax, kor, asked.customer_type)
  return {
    config,
    products: goods.map(({ id, name, price, ...tax }) => ({
      id: Number(id),
      name,
      price_cents: shown(price, tax),
    })),
    past_repairs: repairs.map(({ name, price, times, ...tax }, i) => ({
      id: i + 1,
      name,
      price_cents: shown(price, tax),
      times: Number(times),
    })),
    diagnosis_cost_cents: shown(decimal(config.diagnosis_cost_cents), diagnosis),
    names: [who?.first_name, who?.last_name, who?.company].flatMap((name) => name ?? []),
  }
}

interface Tax {
  vat_rate: string
  category: TaxCategory | null
}

function shownCents(
  price: string,
  { vat_rate, category }: Tax,
  kor: boolean,
  customer_type: Asked['customer_type'],
): number {
  if (customer_type === 'business') return lineTotalCents({ quantity: 1, unit_price: price })
  const code = { tax_rate_id: null, vat_rate, category, exemption_text: null }
  return parseCents(priceInclVat(price, taxOf(code, kor))) ?? 0
}

/** The VAT of a diagnosis, and whether the shop charges any. */
async function shopTax(ctx: Reading) {
  const { rows } = await ctx.db.execute<Tax & { kor: boolean } & Record<string, unknown>>(sql`
    select shop.kor, coalesce(code.rate, 21)::text as vat_rate, code.category
    from ${tenants} shop
    left join assistant_configs config on config.tenant_id = shop.id
    left join ${taxRates} code on code.id = coalesce(
      app.tax_rate_on(config.diagnosis_tax_rate_id, app.today()), app.tax_rate_for(null, null, app.today()))
    where shop.id = app.tenant()`)
  return rows[0]
}

const mostProducts = 20

/** Words of a complaint that a product may have in its name. */
const wordsOf = (text: string) => [...new Set(text.match(/[\p{L}\p{N}]{4,}/gu)?.slice(0, 60) ?? [])]

interface ProductRow extends Tax, Record<string, unknown> {
  id: string
  name: string
  price: string
}

/** Products of the model first, then what the symptoms name; services are always worth a look. */
async function fittingProducts(ctx: Reading, asked: Asked) {
  const { device_brand, device_model, symptoms, customer_id = null } = asked
  const words = JSON.stringify(wordsOf(symptoms))
  const { rows } = await ctx.db.execute<ProductRow>(sql`
    with asked as materialized (
      select btrim(app.fold(${device_brand})) as brand, btrim(app.fold(${device_model})) as model,
        array(select btrim(app.fold(word)) from jsonb_array_elements_text(${words}::jsonb) word) as words
    ), fitting as (
      select p.*, case when strpos(p.search, asked.model) > 0 then 8 else 0 end
        + case when strpos(p.search, asked.brand) > 0 then 1 else 0 end
        + 2 * (select count(*) from unnest(asked.words) word where strpos(p.search, word) > 0) as score
      from ${products} p cross join asked where p.is_active
    ), best as (
      select * from fitting where score > 1 or kind = 'service' order by score desc, id desc limit ${mostProducts}
    )
    select best.id, best.name, best.vat_rate::text, code.category,
      coalesce(offer.price, best.price_excl)::text as price
    from best
    left join ${taxRates} code on code.id = best.tax_rate_id
    left join lateral app.price_for(${customer_id}::bigint, best.id, app.today()) offer on true
    order by best.score desc, best.id desc`)
  return rows
}

interface RepairRow extends Tax, Record<string, unknown> {
  name: string
  price: string
  times: string
}

/** Free words of a line are told only when two customers had them: what people type may name somebody. */
async function pastRepairs(ctx: Reading, { device_brand, device_model }: Asked) {
  const { rows } = await ctx.db.execute<RepairRow>(sql`
    select min(done.name) as name, count(distinct work_orders.id) as times, null as category,
      (percentile_disc(0.5) within group (order by line.total_excl_cents) / 100.0)::numeric(14, 2)::text as price,
      (mode() within group (order by line.vat_rate))::text as vat_rate
    from ${workOrders}
    join ${workOrderStatuses} status on status.slug = work_orders.status and status.kind <> 'cancelled'
    join ${workOrderLines} line on line.work_order_id = work_orders.id
    left join ${products} p on p.id = line.product_id
    cross join lateral (select coalesce(p.name, btrim(line.description)) as name) done
    where ${matching(workOrders.id, 'work_orders', device_model)}
      and lower(btrim(work_orders.device_model)) = lower(${device_model})
      and coalesce(lower(btrim(work_orders.device_brand)) = lower(${device_brand}), true)
      and work_orders.created_at > app.now() - interval '2 years'
    group by line.product_id, lower(done.name)
    having line.product_id is not null or count(distinct work_orders.customer_id) > 1
    order by times desc, name limit 15`)
  return rows
}

async function customerNames(ctx: Reading, customer_id: number | undefined) {
  if (customer_id === undefined) return undefined
  const { rows } = await ctx.db.execute<Record<'first_name' | 'last_name' | 'company', string>>(sql`
    select c.first_name, c.last_name, company.name as company
    from ${customers} c left join ${companies} company on company.id = c.company_id
    where c.id = ${customer_id}`)
  return rows[0]
}
