import { and, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { syncPage } from '../../db/pages.ts'
import {
  insert,
  matching,
  mustExist,
  newId,
  remove,
  removeWhere,
  rowsBy,
  same,
  subquery,
  update,
} from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  countryCode,
  Id,
  id,
  idText,
  instant,
  Named,
  optionalEmail,
  optionalText,
  Stamps,
  Syncing,
  searchText,
  syncPageOf,
  text,
} from '../../schema.ts'
import { call, read, transact, write } from '../../verb.ts'
import { e164, isInternational } from './phone.ts'
import { companies, customers, customerTags, tags } from './tables.ts'

export const Customer = z.object({
  id: id(),
  first_name: z.string().meta({ examples: ['Jane'] }),
  last_name: z
    .string()
    .nullable()
    .meta({ examples: ['Smith'] }),
  name: z.string().meta({ examples: ['Jane Smith'] }),
  email: z.string().nullable(),
  phone: z
    .string()
    .nullable()
    .meta({ examples: ['+31612345678'] }),
  address: z.string().nullable(),
  city: z.string().nullable(),
  postal_code: z.string().nullable(),
  country: z.string().meta({ examples: ['NL'] }),
  company_id: id().nullable(),
  is_business: z.boolean(),
  tags: z.array(Named),
  sms_opt_out: z.boolean(),
  email_bounced_at: instant().nullable(),
  ...Stamps,
})

const Draft = z.object({
  first_name: text(),
  last_name: optionalText(),
  email: optionalEmail(),
  phone: optionalText(50),
  address: optionalText(),
  city: optionalText(),
  postal_code: optionalText(20),
  country: countryCode().optional(),
  company_id: id().nullable().optional(),
  sms_opt_out: z.boolean().optional(),
})

const columns = {
  id: customers.id,
  first_name: customers.first_name,
  last_name: customers.last_name,
  name: customers.name,
  email: customers.email,
  phone: customers.phone,
  address: customers.address,
  city: customers.city,
  postal_code: customers.postal_code,
  country: customers.country,
  company_id: customers.company_id,
  is_business: customers.is_business,
  sms_opt_out: customers.sms_opt_out,
  email_bounced_at: customers.email_bounced_at,
  created_at: customers.created_at,
  updated_at: customers.updated_at,
  tags: subquery<{ id: number; name: string }[]>(sql`
    select coalesce(json_agg(json_build_object('id', ${tags.id}, 'name', ${tags.name}) order by ${tags.name}), '[]')
    from ${customerTags} join ${tags} on ${tags.id} = ${customerTags.tag_id}
    where ${customerTags.customer_id} = ${customers.id}`),
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(customers)

/** One customer as answered, by id or by a subquery for it. */
export const oneCustomer = async (ctx: Selecting, id: number | ReturnType<typeof newId>) => {
  const [customer] = await rowsBy(ctx, rows, customers.id, id)
  return found(customer)
}

type Contact = { phone?: string | null | undefined; country?: string | undefined }

const withPhone = <T extends Contact>(draft: T) =>
  draft.phone === undefined ? draft : { ...draft, phone_e164: e164(draft.phone, draft.country) }

export const listCustomers = read(
  {
    summary: 'List customers',
    can: 'customers:read',
    query: Syncing.extend({
      q: searchText()
        .optional()
        .describe('Name, e-mail, phone, company, serial number, IMEI, plate'),
      company_id: idText().optional(),
      tag_id: idText().optional(),
    }),
    output: syncPageOf(Customer),
  },
  async (ctx, { query }) => {
    const tagged = ctx.db
      .select({ id: customerTags.customer_id })
      .from(customerTags)
      .where(same(customerTags.tag_id, query.tag_id))
    const where = and(
      matching(customers.id, 'customers', query.q),
      same(customers.company_id, query.company_id),
      query.tag_id === undefined ? undefined : inArray(customers.id, tagged),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, companies, query.company_id),
      mustExist(ctx, tags, query.tag_id),
      syncPage(ctx, customers, query, where, rows),
    ])
    return list
  },
)

export const createCustomer = write(
  {
    summary: 'Create customer',
    can: 'customers:write',
    body: Draft,
    output: Customer,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, customer] = await Promise.all([
      insert(ctx, customers, withPhone(body)),
      oneCustomer(ctx, newId(customers)),
    ])
    return customer
  },
)

const change = {
  summary: 'Update customer',
  can: 'customers:write',
  params: Id,
  body: Draft.partial(),
  output: Customer,
  on: customers,
} as const

const changeCustomer = write(change, async (ctx, { params, body }) => {
  const [, customer] = await Promise.all([
    update(ctx, customers, params.id, withPhone(body)),
    oneCustomer(ctx, params.id),
  ])
  return customer
})

/** A national number means something only in its country: what the change leaves out is looked up. */
const changeContact = transact(change, async (ctx, { params, body }) => {
  const [contact] = await ctx.db
    .select({ phone: customers.phone, country: customers.country })
    .from(customers)
    .where(eq(customers.id, params.id))
    .for('update')
  return changeCustomer(ctx, { params, body: { ...found(contact), ...body } })
})

export const updateCustomer = call(change, (ctx, input) =>
  needsTheRest(input.body) ? changeContact(ctx, input) : changeCustomer(ctx, input),
)

const needsTheRest = ({ phone, country }: Contact) =>
  phone === undefined
    ? country !== undefined
    : country === undefined && phone !== null && !isInternational(phone)

export const deleteCustomer = write(
  {
    summary: 'Delete customer',
    description: 'Refused while work orders, devices or documents point at the customer.',
    can: 'customers:write',
    params: Id,
    on: customers,
  },
  async (ctx, { params }) => {
    await remove(ctx, customers, params.id)
  },
)

export const tagCustomer = write(
  {
    summary: 'Set the tags of a customer',
    can: 'customers:write',
    params: Id,
    body: z.object({ tag_ids: z.array(id()).max(100) }),
    output: Customer,
    on: customers,
  },
  async (ctx, { params, body }) => {
    const tag_ids = [...new Set(body.tag_ids)]
    const links = tag_ids.map((tag_id) => ({ customer_id: params.id, tag_id }))
    const [, , , customer] = await Promise.all([
      // Tags are part of the customer: its version moves, and who copies customers hears of it.
      update(ctx, customers, params.id, {}),
      removeWhere(ctx, customerTags, eq(customerTags.customer_id, params.id)),
      insert(ctx, customerTags, links),
      oneCustomer(ctx, params.id),
    ])
    return customer
  },
)
