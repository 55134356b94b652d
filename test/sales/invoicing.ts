import type { Client, Json } from '../harness/client.ts'
import type { Shop } from '../harness/shop.ts'

/** The line of the reference's own sample. */
export const screen = {
  description: 'Screen replacement',
  qty: 1,
  unit_price: 89.0,
  vat_rate: 21,
}

export async function newCustomer(api: Client, fields: object = {}): Promise<number> {
  const { body } = await api.post('/customers', {
    first_name: 'Jane',
    last_name: 'Smith',
    email: 'jane@example.com',
    ...fields,
  })
  return body.id
}

/** A draft of € 107.69 incl. VAT, unless said otherwise. */
export async function newDraft(api: Client, fields: object = {}): Promise<Json> {
  const { body } = await api.post('/invoices', {
    customer_id: await newCustomer(api),
    invoice_date: '2026-03-27',
    lines: [screen],
    ...fields,
  })
  return body
}

export async function newIssued(api: Client, fields: object = {}): Promise<Json> {
  const draft = await newDraft(api, fields)
  const { body } = await api.post(`/invoices/${draft.id}/issue`)
  return body
}

type Owner = { query(sql: string, values?: unknown[]): Promise<{ rows: Json[] }> }

/** A business customer and its company, written as the owner. */
export async function newBusiness(
  owner: Owner,
  shop: Shop,
  company: { address?: string; payment_term_days?: number } = {},
): Promise<{ customer_id: number; company_id: number }> {
  const { rows: companies } = await owner.query(
    `insert into companies (tenant_id, name, address, postal_code, city, vat_number, payment_term_days)
     values ($1, 'Jansen Advies B.V.', $2, '3512 JE', 'Utrecht', 'NL009876543B02', $3) returning id`,
    [shop.tenant_id, company.address ?? null, company.payment_term_days ?? null],
  )
  const company_id = Number(companies[0].id)
  return { company_id, customer_id: await newCustomer(shop.api, { company_id }) }
}
