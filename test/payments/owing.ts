import type { Client, Json } from '../harness/client.ts'
import { newCustomer, newIssued, screen } from '../sales/invoicing.ts'

/** An issued invoice of that amount, without VAT, of a new customer unless one is given. */
export async function owing(api: Client, total: number, fields: object = {}): Promise<Json> {
  const lines = [{ ...screen, unit_price: total, vat_rate: 0 }]
  return newIssued(api, { due_date: '2099-01-01', lines, ...fields })
}

/** A customer with an issued invoice of each amount, the first due first. */
export async function debtor(api: Client, totals: number[]) {
  const customer_id = await newCustomer(api)
  const invoices: Json[] = []
  for (const [index, total] of totals.entries()) {
    const due_date = `2099-01-${String(index + 1).padStart(2, '0')}`
    invoices.push(await owing(api, total, { customer_id, due_date }))
  }
  return { customer_id, invoices, ids: invoices.map(({ id }): number => id) }
}

type Owner = { query(sql: string, values?: unknown[]): Promise<{ rows: Json[] }> }

/** Lets a shop round its cash. */
export const roundCash = (owner: Owner, tenant_id: number, on = true) =>
  owner.query('update tenants set cash_rounding = $2 where id = $1', [tenant_id, on])
