import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { mustExist } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, idText, number, price } from '../../schema.ts'
import { read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { customers } from '../customers/tables.ts'

const PriceCheck = z.object({
  has_agreement: z.boolean(),
  agreement: z
    .object({
      id: id().meta({ examples: [12] }),
      agreed_price: price(),
      valid_until: day()
        .nullable()
        .meta({ examples: ['2026-12-31'] }),
    })
    .nullable(),
  business_discount_pct: number(10).describe("Of the customer's company; 0 without one"),
  recommended_price: price().describe('Excl. VAT, like the others'),
  base_price: price().meta({ examples: [110] }),
  discount_amount: price()
    .describe('Base price less recommended price; below zero when more was agreed')
    .meta({ examples: [21] }),
})

interface Resolved extends Record<string, unknown> {
  recommended_price: string
  base_price: string
  discount_amount: string
  business_discount_pct: string
  agreement_id: string | null
  agreed_price: string
  valid_until: string | null
}

export const checkPrice = read(
  {
    summary: 'Check effective price for customer + service',
    description:
      'The price of today: that of a price agreement in force, else the base price less the business discount.',
    can: 'price_agreements:read',
    module: 'invoices',
    query: z.object({
      customer_id: idText().describe('Customer to price-check for'),
      service_id: idText()
        .describe('Service or product to look up')
        .meta({ examples: [7] }),
    }),
    output: PriceCheck,
  },
  async (ctx, { query: { customer_id, service_id } }) => {
    const resolve = async () =>
      await ctx.db.execute<Resolved>(sql`
        select price::text as recommended_price, base_price::text, discount_pct::text as business_discount_pct,
          (base_price - price)::text as discount_amount,
          agreement_id::text, agreed_price::text, valid_until::text
        from app.price_for(${customer_id}, ${service_id}, app.today())`)
    const [, , { rows }] = await Promise.all([
      mustExist(ctx, customers, customer_id),
      mustExist(ctx, products, service_id),
      resolve(),
    ])
    const { agreement_id, agreed_price, valid_until, ...prices } = found(rows[0])
    const agreement =
      agreement_id === null ? null : { id: Number(agreement_id), agreed_price, valid_until }
    return { has_agreement: agreement !== null, agreement, ...prices }
  },
)
