import { and, getTableColumns } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, matching, newId, remove, rowsBy, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  countryCode,
  flag,
  Id,
  id,
  optionalEmail,
  optionalText,
  Paging,
  pageOf,
  Stamps,
  searchText,
  text,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { iban, kvkNumber, vatNumber } from '../identity/shop-details.ts'
import { suppliers } from './tables.ts'

/** Days until something, a year at most. */
export const days = () => z.int().min(0).max(365)

const Supplier = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Parts Direct B.V.'] }),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  address: z.string().nullable(),
  postal_code: z.string().nullable(),
  city: z.string().nullable(),
  country: z.string().meta({ examples: ['NL'] }),
  vat_number: z.string().nullable(),
  kvk_number: z.string().nullable(),
  iban: z.string().nullable(),
  customer_number: z.string().nullable().describe('By which the supplier knows the shop'),
  payment_term_days: z.int().meta({ examples: [30] }),
  lead_time_days: z.int().nullable().describe('From order to delivery'),
  notes: z.string().nullable(),
  is_active: z.boolean(),
  ...Stamps,
})

const Draft = z.object({
  name: text().meta({ examples: ['Parts Direct B.V.'] }),
  email: optionalEmail().describe('Where purchase orders are mailed'),
  phone: optionalText(50),
  address: optionalText(),
  postal_code: optionalText(20),
  city: optionalText(),
  country: countryCode().optional(),
  vat_number: vatNumber(),
  kvk_number: kvkNumber(),
  iban: iban(),
  customer_number: optionalText(100).describe('By which the supplier knows the shop'),
  payment_term_days: days().optional().describe('30 when absent'),
  lead_time_days: days()
    .nullable()
    .optional()
    .describe('From order to delivery, where an article says nothing else'),
  notes: optionalText(5000),
  is_active: z.boolean().optional(),
})

const { tenant_id: _tenant, search: _search, ...columns } = getTableColumns(suppliers)

const rows = (ctx: Selecting) => ctx.db.select(columns).from(suppliers)

const one = async (ctx: Selecting, id: number | ReturnType<typeof newId>) => {
  const [supplier] = await rowsBy(ctx, rows, suppliers.id, id)
  return found(supplier)
}

const module = 'inventory'

export const listSuppliers = read(
  {
    summary: 'List suppliers',
    can: 'suppliers:read',
    module,
    query: Paging.extend({
      q: searchText().optional().describe('Name, e-mail, city or customer number'),
      is_active: flag().optional(),
    }),
    output: pageOf(Supplier),
  },
  (ctx, { query }) => {
    const where = and(
      matching(suppliers.id, 'suppliers', query.q),
      same(suppliers.is_active, query.is_active),
    )
    return page(ctx, suppliers, query, where, rows)
  },
)

export const createSupplier = write(
  {
    summary: 'Create supplier',
    can: 'suppliers:write',
    module,
    body: Draft,
    output: Supplier,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, supplier] = await Promise.all([
      insert(ctx, suppliers, body),
      one(ctx, newId(suppliers)),
    ])
    return supplier
  },
)

export const getSupplier = read(
  {
    summary: 'Get supplier',
    can: 'suppliers:read',
    module,
    params: Id,
    output: Supplier,
    on: suppliers,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateSupplier = write(
  {
    summary: 'Update supplier',
    can: 'suppliers:write',
    module,
    params: Id,
    body: Draft.partial(),
    output: Supplier,
    on: suppliers,
  },
  async (ctx, { params, body }) => {
    const [, supplier] = await Promise.all([
      update(ctx, suppliers, params.id, body),
      one(ctx, params.id),
    ])
    return supplier
  },
)

export const deleteSupplier = write(
  {
    summary: 'Delete supplier',
    description: 'With its articles. Refused once something was ordered there; deactivate it then.',
    can: 'suppliers:write',
    module,
    params: Id,
    on: suppliers,
  },
  async (ctx, { params }) => {
    await remove(ctx, suppliers, params.id)
  },
)
