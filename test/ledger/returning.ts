import type pg from 'pg'
import { expect } from 'vitest'
import { dayIn } from '../../src/lib/dates.ts'
import type { Client, Json } from '../harness/client.ts'

/** The shop's day. */
export const today = dayIn('Europe/Amsterdam', new Date())
export const thisYear = Number(today.slice(0, 4))

/** A period opened by hand. */
export async function newPeriod(api: Client, span: object): Promise<Json> {
  const { status, body } = await api.post('/btw-periods', span)
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

/** The period that has that day. */
export async function openPeriodOn(api: Client, day: string): Promise<Json> {
  const { body } = await api.get('/btw-periods?per_page=1000')
  return body.find((period: Json) => period.start_date <= day && day <= period.end_date)
}

type Query = pg.PoolClient['query']

/** Statements of the owner of the database in the name of a shop, past every verb, in one transaction. */
export async function asTenant<T>(
  owner: pg.Pool,
  tenant_id: number,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const client = await owner.connect()
  try {
    await client.query('begin')
    await client.query(`select set_config('app.tenant_id', $1, true)`, [String(tenant_id)])
    const result = await work(client.query.bind(client) as Query)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

let documents = 1_000_000
const nextDocument = () => ++documents

type Side = [role: string, debit_cents: number, credit_cents: number, box?: string]

/** An entry straight into the tables, of accounts that only documents post to as if one had; answers its id. */
export const postDirectly = (owner: pg.Pool, tenant_id: number, day: string, sides: Side[]) =>
  asTenant(owner, tenant_id, async (query) => {
    const isOfDocument = sides.some(([role]) => role === 'stock_margin')
    const { rows } = await query(
      'insert into journal_entries (entry_date, tenant_id, source, source_id) values ($1, $2, $3, $4) returning id',
      [day, tenant_id, isOfDocument ? 'goods_receipt' : null, isOfDocument ? nextDocument() : null],
    )
    for (const [index, [role, debit, credit, box]] of sides.entries()) {
      await query(
        `insert into journal_lines (journal_entry_id, position, account_id, debit_cents, credit_cents, vat_box, vat_part, role)
         values ($1, $2, app.account_of($3), $4, $5, $6::text, case when $6::text is not null then 'turnover' end,
           case when $7 then $3 end)`,
        [rows[0].id, index + 1, role, debit, credit, box, isOfDocument],
      )
    }
    return Number(rows[0].id)
  })
