import { and, eq, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import { page } from '../../db/pages.ts'
import { insert, matching, mustExist, newId, remove, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  day,
  id,
  idText,
  optionalText,
  Paging,
  pageOf,
  searchText,
  unitPrice,
} from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import {
  agreementRows,
  agreementStatuses,
  mustBe,
  oneAgreement,
  PriceAgreement,
  reading,
  shownAs,
  writing,
} from './agreement-record.ts'
import { priceAgreements } from './tables.ts'

const Draft = z.object({
  customer_id: id().describe('Customer the agreement applies to'),
  service_id: id()
    .describe('Service or product being priced')
    .meta({ examples: [7] }),
  agreed_price: unitPrice().describe('Fixed agreed price excl. VAT'),
  valid_from: day().meta({ examples: ['2026-04-01'] }),
  valid_until: day()
    .nullable()
    .optional()
    .describe('The last day; open-ended when absent')
    .meta({ examples: ['2026-12-31'] }),
  notes: optionalText(5000).describe('Internal notes for this agreement'),
})

export const listAgreements = read(
  {
    summary: 'List price agreements',
    can: 'price_agreements:read',
    module: 'invoices',
    query: Paging.extend({
      customer_id: idText().optional(),
      status: z.enum(agreementStatuses).optional(),
      search: searchText().optional().describe('Whatever finds the customer or the service'),
    }),
    output: pageOf(PriceAgreement),
  },
  async (ctx, { query }) => {
    const where = and(
      same(priceAgreements.customer_id, query.customer_id),
      shownAs(query.status),
      or(
        matching(priceAgreements.customer_id, 'customers', query.search),
        matching(priceAgreements.service_id, 'products', query.search),
      ),
    )
    const [, list] = await Promise.all([
      mustExist(ctx, customers, query.customer_id),
      page(ctx, priceAgreements, query, where, agreementRows),
    ])
    return list
  },
)

export const createAgreement = write(
  {
    summary: 'Create price agreement',
    description: 'A draft; it sets no price until it is activated or signed.',
    can: 'price_agreements:write',
    module: 'invoices',
    body: Draft,
    output: PriceAgreement,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, agreement] = await Promise.all([
      insert(ctx, priceAgreements, body),
      oneAgreement(ctx, newId(priceAgreements)),
    ])
    return agreement
  },
)

export const getAgreement = read(
  { ...reading, summary: 'Get price agreement', output: PriceAgreement, on: priceAgreements },
  (ctx, { params }) => oneAgreement(ctx, params.id),
)

export const updateAgreement = write(
  {
    ...writing,
    summary: 'Update price agreement',
    description: 'A draft only: an active, signed or expired agreement cannot be modified.',
    body: Draft.partial(),
    output: PriceAgreement,
  },
  async (ctx, { params: { id }, body }) => {
    const [, , agreement] = await Promise.all([
      mustBe(ctx, id, ['draft'], {
        code: 'not_draft',
        message: 'Only a draft agreement can be changed.',
      }),
      update(ctx, priceAgreements, id, body),
      oneAgreement(ctx, id),
    ])
    return agreement
  },
)

export const activateAgreement = write(
  {
    ...writing,
    summary: 'Activate agreement',
    description:
      'From draft to active: it sets the price of the customer at once. Refused when another agreement in force covers one of its days.',
    output: PriceAgreement,
  },
  async (ctx, { params: { id } }) => {
    const [, , agreement] = await Promise.all([
      mustBe(ctx, id, ['draft'], {
        code: 'not_draft',
        message: 'Only a draft agreement can be activated.',
      }),
      update(ctx, priceAgreements, id, { status: 'active', activated_at: sql`app.now()` }),
      oneAgreement(ctx, id),
    ])
    return agreement
  },
)

const forget = write(
  {
    ...writing,
    summary: 'Forget a draft agreement',
    output: z.object({ contract_key: z.string().nullable() }),
  },
  async (ctx, { params: { id } }) => {
    const [, [kept]] = await Promise.all([
      mustBe(ctx, id, ['draft'], {
        code: 'not_draft',
        message: 'Only a draft agreement can be deleted.',
      }),
      // Started at once: before the row is gone.
      ctx.db
        .select({ contract_key: priceAgreements.contract_key })
        .from(priceAgreements)
        .where(eq(priceAgreements.id, id))
        .execute(),
      remove(ctx, priceAgreements, id),
    ])
    return found(kept)
  },
)

export const deleteAgreement = call(
  {
    ...writing,
    summary: 'Delete price agreement',
    description:
      'Permanently deletes a draft with its contract. Active, signed and expired ones stay.',
  },
  async (ctx, { params }) => {
    const { contract_key } = await forget(ctx, { params })
    if (contract_key) await ctx.env.FILES.delete(contract_key)
  },
)
