import { and, eq, gte, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { guard, type newId, rowsBy, same } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, Id, id, instant, Named, price, Stamps } from '../../schema.ts'
import { products } from '../catalog/tables.ts'
import { customers } from '../customers/tables.ts'
import { priceAgreements } from './tables.ts'

export const agreementStatuses = ['draft', 'active', 'expired', 'signed'] as const
type Status = (typeof agreementStatuses)[number]

export const PriceAgreement = z.object({
  id: id().meta({ examples: [13] }),
  status: z.enum(agreementStatuses),
  customer_id: id(),
  customer: Named,
  service_id: id().meta({ examples: [7] }),
  service: Named.extend({ name: z.string().meta({ examples: ['Screen replacement'] }) }),
  agreed_price: price().describe('Excl. VAT'),
  valid_from: day().meta({ examples: ['2026-04-01'] }),
  valid_until: day().nullable().describe('That day included; null is open-ended'),
  notes: z.string().nullable().describe('Internal: not on the contract'),
  activated_at: instant().nullable(),
  signed_at: instant().nullable(),
  signature_url: z
    .string()
    .nullable()
    .meta({ examples: ['/api/pricing/agreements/13/signature'] }),
  contract_url: z
    .string()
    .nullable()
    .meta({ examples: ['/api/pricing/agreements/13/contract'] }),
  contract_generated_at: instant().nullable(),
  ...Stamps,
})

/** What every verb on one agreement has in common. */
export const reading = { can: 'price_agreements:read', module: 'invoices', params: Id } as const
export const writing = {
  can: 'price_agreements:write',
  module: 'invoices',
  params: Id,
  on: priceAgreements,
} as const

const today = sql`(select app.today())`

/** What is over shows as expired at once, without waiting for a job. */
export const shownStatus = sql<Status>`
  case when ${priceAgreements.status} <> 'draft' and ${priceAgreements.valid_until} < ${today}
    then 'expired' else ${priceAgreements.status} end`

/** A filter by the status as shown; written so that the index of the stored one serves it. */
export function shownAs(status: Status | undefined): SQL | undefined {
  const { status: stored, valid_until } = priceAgreements
  if (status === undefined || status === 'draft') return same(stored, status)
  if (status === 'expired') {
    return and(inArray(stored, ['active', 'signed']), lt(valid_until, today))
  }
  return and(eq(stored, status), or(isNull(valid_until), gte(valid_until, today)))
}

/** Where the contract of an agreement is had. */
export const contractUrl = (id: number) => `/api/pricing/agreements/${id}/contract`

const urlIf = (key: PgColumn, name: string) => sql<string | null>`
  case when ${key} is not null then '/api/pricing/agreements/' || ${priceAgreements.id} || ${`/${name}`} end`

const columns = {
  id: priceAgreements.id,
  status: shownStatus,
  customer_id: priceAgreements.customer_id,
  customer: { id: customers.id, name: sql<string>`${customers.name}` },
  service_id: priceAgreements.service_id,
  service: { id: products.id, name: products.name },
  agreed_price: priceAgreements.agreed_price,
  valid_from: priceAgreements.valid_from,
  valid_until: priceAgreements.valid_until,
  notes: priceAgreements.notes,
  activated_at: priceAgreements.activated_at,
  signed_at: priceAgreements.signed_at,
  signature_url: urlIf(priceAgreements.signature_key, 'signature'),
  contract_url: urlIf(priceAgreements.contract_key, 'contract'),
  contract_generated_at: priceAgreements.contract_generated_at,
  created_at: priceAgreements.created_at,
  updated_at: priceAgreements.updated_at,
}

/** Agreements as `PriceAgreement` has them. */
export const agreementRows = (ctx: Selecting) =>
  ctx.db
    .select(columns)
    .from(priceAgreements)
    .innerJoin(customers, eq(customers.id, priceAgreements.customer_id))
    .innerJoin(products, eq(products.id, priceAgreements.service_id))

/** One agreement as answered, by id or by a subquery for it. */
export async function oneAgreement(ctx: Selecting, id: number | ReturnType<typeof newId>) {
  const [agreement] = await rowsBy(ctx, agreementRows, priceAgreements.id, id)
  return found(agreement)
}

/** Refuses the batch unless the agreement shows one of these statuses; locks it for what follows. */
export const mustBe = (
  ctx: Writing,
  id: number,
  allowed: readonly Status[],
  refusal: { code: string; message: string },
) =>
  guard(
    ctx,
    sql`exists (
      select from ${priceAgreements}
      where ${priceAgreements.id} = ${id} and ${shownStatus} in ${allowed} for update)`,
    refusal,
  )
