import { getTableColumns } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, matching, newId, remove, rowsBy, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  countryCode,
  Id,
  id,
  instant,
  number,
  optionalEmail,
  optionalText,
  Paging,
  pageOf,
  percent,
  Stamps,
  searchText,
  text,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { companies } from './tables.ts'

const Company = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Smith Logistics B.V.'] }),
  vat_number: z
    .string()
    .nullable()
    .meta({ examples: ['NL001234567B01'] }),
  vat_validated_name: z
    .string()
    .nullable()
    .describe('What the tax authority calls it; null also where it does not tell')
    .meta({ examples: ['SMITH LOGISTICS B.V.'] }),
  vat_validated_at: instant().nullable().describe('When VIES confirmed the VAT number'),
  kvk_number: z
    .string()
    .nullable()
    .meta({ examples: ['12345678'] }),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  address: z.string().nullable(),
  city: z.string().nullable(),
  postal_code: z.string().nullable(),
  country: z.string().meta({ examples: ['NL'] }),
  discount_pct: number(10).describe('Discount of its customers, in percent'),
  payment_term_days: z.int().nullable().describe("Days to pay; null: the shop's own term"),
  ...Stamps,
})

const Draft = z.object({
  name: text(),
  vat_number: optionalText(20),
  kvk_number: optionalText(20),
  email: optionalEmail(),
  phone: optionalText(50),
  address: optionalText(),
  city: optionalText(),
  postal_code: optionalText(20),
  country: countryCode().optional(),
  discount_pct: percent().optional(),
  payment_term_days: z.int().min(0).max(365).nullable().optional(),
})

const { tenant_id: _tenant, search: _search, ...columns } = getTableColumns(companies)

const rows = (ctx: Selecting) => ctx.db.select(columns).from(companies)

const one = async (ctx: Selecting, id: number | ReturnType<typeof newId>) => {
  const [company] = await rowsBy(ctx, rows, companies.id, id)
  return found(company)
}

export const listCompanies = read(
  {
    summary: 'List companies',
    can: 'customers:read',
    query: Paging.extend({
      q: searchText().optional().describe('Name, e-mail, phone, VAT or KvK number'),
    }),
    output: pageOf(Company),
  },
  (ctx, { query }) =>
    page(ctx, companies, query, matching(companies.id, 'companies', query.q), rows),
)

export const createCompany = write(
  { summary: 'Create company', can: 'customers:write', body: Draft, output: Company, status: 201 },
  async (ctx, { body }) => {
    const [, company] = await Promise.all([
      insert(ctx, companies, body),
      one(ctx, newId(companies)),
    ])
    return company
  },
)

export const getCompany = read(
  { summary: 'Get company', can: 'customers:read', params: Id, output: Company, on: companies },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateCompany = write(
  {
    summary: 'Update company',
    can: 'customers:write',
    params: Id,
    body: Draft.partial(),
    output: Company,
    on: companies,
  },
  async (ctx, { params, body }) => {
    const [, company] = await Promise.all([
      update(ctx, companies, params.id, body),
      one(ctx, params.id),
    ])
    return company
  },
)

export const deleteCompany = write(
  {
    summary: 'Delete company',
    description: 'Refused while customers belong to it.',
    can: 'customers:write',
    params: Id,
    on: companies,
  },
  async (ctx, { params }) => {
    await remove(ctx, companies, params.id)
  },
)
