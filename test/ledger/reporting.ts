import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import type { Shop } from '../harness/shop.ts'
import { part } from '../sales/crediting.ts'
import { newCustomer, newIssued, screen } from '../sales/invoicing.ts'
import { newPart, newSold } from '../warehouse/selling.ts'

let documents = 1_000_000
const nextDocument = () => ++documents

type Owner = { query(sql: string, values?: unknown[]): Promise<{ rows: Json[] }> }

/** An entry by hand: debit above zero, credit below, by account number; in cents. Debtors only a document reaches. */
export async function postByHand(
  owner: Owner,
  { tenant_id }: Pick<Shop, 'tenant_id'>,
  date: string,
  lines: [code: string, cents: number][],
  description = 'By hand',
) {
  const isOfDocument = lines.some(([code]) => code === '1300')
  await owner.query(`do $$
    declare v_entry bigint;
    begin
      perform set_config('app.tenant_id', '${tenant_id}', true);
      insert into journal_entries (tenant_id, entry_date, description, source, source_id)
      values (${tenant_id}, '${date}', '${description}', ${isOfDocument ? `'product', ${nextDocument()}` : 'null, null'})
      returning id into v_entry;
      insert into journal_lines (tenant_id, journal_entry_id, position, account_id, debit_cents, credit_cents, role)
      select ${tenant_id}, v_entry, place, a.id, greatest(cents, 0), greatest(-cents, 0), case when ${isOfDocument} then a.role end
      from (values ${lines.map(([code, cents], place) => `('${code}', ${cents}, ${place})`).join()}) line (code, cents, place)
      join gl_accounts a on a.tenant_id = ${tenant_id} and a.code = line.code order by place;
    end $$`)
}

/** Two years of a shop: sales, payments on other days, refunds, credit, goods and entries by hand. */
export async function twoYears(api: Client, owner: Owner, shop: Shop) {
  const anna = await newCustomer(api, { first_name: 'Anna', last_name: 'Aalders' })
  const bram = await newCustomer(api, { first_name: 'Bram', last_name: 'Berg' })
  const sold = (customer_id: number, invoice_date: string, unit_price: number, more: object = {}) =>
    newIssued(api, { customer_id, invoice_date, lines: [{ ...screen, unit_price, ...more }] })
  const pay = async (id: number, amount: number, paid_at: string, method = 'bank') => {
    const { status, body } = await api.post(`/invoices/${id}/payments`, { amount, method, paid_at })
    expect(status, JSON.stringify(body)).toBe(201)
    return body
  }
  const november = await sold(anna, '2025-11-10', 100)
  const december = await sold(bram, '2025-12-20', 200.5, { vat_rate: 9 })
  const january = await sold(anna, '2026-01-15', 300)
  const february = await sold(bram, '2026-02-10', 33.33, { vat_rate: 0 })
  await sold(anna, '2026-02-20', 60)
  const march = await sold(bram, '2026-03-05', 1000)
  await pay(november.id, 121, '2025-12-31T12:00:00')
  // Half past midnight in the shop, still the day before in UTC.
  const january_paid = await pay(january.id, 363, '2026-02-15T23:30:00Z', 'pin')
  await pay(december.id, 100, '2026-03-01T09:00:00', 'cash')
  await pay(march.id, 1000, '2026-03-31T12:00:00', 'other')
  await api.post(`/payments/${january_paid.id}/refund`, { amount: 25, reason: 'Goodwill' })
  const credit = async (invoice_id: number): Promise<number> => {
    const body = { invoice_id, reason: 'Faulty', lines: [part] }
    const answer = await api.post('/credit-notes', body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body.id
  }
  await api.post(`/credit-notes/${await credit(march.id)}/apply`)
  await credit(january.id)
  await newSold(api, [{ product_id: await newPart(api, 10), qty: 3 }], { customer_id: anna })
  const byHand = (date: string, lines: [string, number][]) => postByHand(owner, shop, date, lines)
  await byHand('2025-10-01', [
    ['1100', 500_000],
    ['0500', -500_000],
  ])
  await byHand('2025-12-31', [
    ['4100', 120_000],
    ['1100', -120_000],
  ])
  await byHand('2026-02-14', [
    ['4100', 60_005],
    ['1100', -60_005],
  ])
  await byHand('2026-02-16', [
    ['1300', 1_250],
    ['8200', -1_250],
  ])
  await byHand('2026-02-28', [
    ['1100', 7_700],
    ['4400', 300],
    ['0510', -8_000],
  ])
  return { anna, bram, november, december, january, february, march }
}

export interface Line {
  code: string
  type: string
  role: string | null
  date: string
  /** Debit above zero. */
  cents: number
}

/** Every line that a shop has posted. */
export async function linesOf(owner: Owner, tenant_id: number): Promise<Line[]> {
  const { rows } = await owner.query(
    `select a.code, a.type, a.role, e.entry_date::text as date, (l.debit_cents - l.credit_cents)::int as cents
     from journal_lines l join journal_entries e on e.id = l.journal_entry_id join gl_accounts a on a.id = l.account_id
     where l.tenant_id = $1 order by l.id`,
    [tenant_id],
  )
  return rows as Line[]
}

/** What the documents alone say that customers owed when a day ended. */
export async function owedByDocuments(owner: Owner, tenant_id: number, date: string) {
  const { rows } = await owner.query(
    `select coalesce(sum(cents), 0)::int as cents from (
       select total_cents as cents from invoices where tenant_id = $1 and issued_at is not null and invoice_date <= $2
       union all select -total_cents from credit_notes where tenant_id = $1 and status <> 'voided' and credit_date <= $2
       union all select -amount_cents - rounding_cents from payments where tenant_id = $1 and (paid_at at time zone 'Europe/Amsterdam')::date <= $2
       union all select amount_cents from refunds where tenant_id = $1 and status <> 'failed' and (created_at at time zone 'Europe/Amsterdam')::date <= $2
     ) document`,
    [tenant_id, date],
  )
  return rows[0].cents as number
}
