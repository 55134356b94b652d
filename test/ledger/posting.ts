import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import type { Shop } from '../harness/shop.ts'
import { newCustomer } from '../sales/invoicing.ts'

type Owner = { query(sql: string, values?: unknown[]): Promise<{ rows: Json[] }> }

/** Cents by account, debit above zero. An account goes by its role, without one by its number. */
export type Posting = Record<string, number>

/** What all entries of a document say together, and the boxes of the return that they changed. */
export async function postedOf(owner: Owner, source: string, id: number): Promise<Posting> {
  const { rows } = await owner.query(
    `select coalesce(a.role, a.code) as account, sum(l.debit_cents - l.credit_cents)::int as cents
     from journal_entries e join journal_lines l on l.journal_entry_id = e.id join gl_accounts a on a.id = l.account_id
     where e.source = $1 and e.source_id = $2 group by 1 having sum(l.debit_cents - l.credit_cents) <> 0`,
    [source, id],
  )
  return Object.fromEntries(rows.map(({ account, cents }) => [account, cents]))
}

/** Turnover and VAT in cents by box, of some entries of a document. */
export async function boxesOf(
  owner: Owner,
  source: string,
  id: number,
): Promise<Record<string, [turnover: number, vat: number]>> {
  const { rows } = await owner.query(
    `select l.vat_box as box,
       coalesce(sum(app.box_value(l.vat_box, l.vat_part, l.debit_cents, l.credit_cents)) filter (where l.vat_part = 'turnover'), 0)::int as turnover,
       coalesce(sum(app.box_value(l.vat_box, l.vat_part, l.debit_cents, l.credit_cents)) filter (where l.vat_part = 'vat'), 0)::int as vat
     from journal_entries e join journal_lines l on l.journal_entry_id = e.id
     where e.source = $1 and e.source_id = $2 and l.vat_box is not null group by 1`,
    [source, id],
  )
  const boxes = rows.map(({ box, turnover, vat }) => [box, [turnover, vat]] as const)
  return Object.fromEntries(boxes.filter(([, [turnover, vat]]) => turnover !== 0 || vat !== 0))
}

/** Days of the entries of a document, the first entry first. */
export async function daysOf(owner: Owner, source: string, id: number): Promise<string[]> {
  const { rows } = await owner.query(
    `select entry_date::text as day from journal_entries where source = $1 and source_id = $2 order by source_part`,
    [source, id],
  )
  return rows.map(({ day }) => day)
}

/** The shop's tax codes by category. */
export async function codesOf(api: Client): Promise<Record<string, number>> {
  const { body } = await api.get('/tax-rates')
  return Object.fromEntries(body.map(({ category, id }: Json) => [category, id]))
}

/** A customer of a company in that country. */
export async function newCompany(owner: Owner, shop: Shop, country: string): Promise<number> {
  const { rows } = await owner.query(
    `insert into companies (tenant_id, name, address, postal_code, city, country, vat_number)
     values ($1, 'Muster GmbH', 'Ring 1', '10115', 'Berlin', $2, $3) returning id`,
    [shop.tenant_id, country, { NL: 'NL009876543B02', DE: 'DE123456788' }[country] ?? null],
  )
  return newCustomer(shop.api, { company_id: Number(rows[0].id) })
}

/** The answer's body, of an answer that is as it should be. */
export const done = async (answer: Promise<{ status: number; body: Json }>): Promise<Json> => {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body
}
