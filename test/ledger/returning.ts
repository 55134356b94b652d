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

type Side = [role: string, debit_cents: number, credit_cents: number]

/** An entry straight into the tables, as the owner of the database, past every verb; answers its id. */
export async function postDirectly(owner: pg.Pool, tenant_id: number, day: string, sides: Side[]) {
  const client = await owner.connect()
  try {
    await client.query('begin')
    await client.query(`select set_config('app.tenant_id', $1, true)`, [String(tenant_id)])
    const { rows } = await client.query(
      'insert into journal_entries (tenant_id, entry_date) values ($1, $2) returning id',
      [tenant_id, day],
    )
    for (const [index, [role, debit, credit]] of sides.entries()) {
      await client.query(
        `insert into journal_lines (tenant_id, journal_entry_id, position, account_id, debit_cents, credit_cents)
         values ($1, $2, $3, app.account_of($4), $5, $6)`,
        [tenant_id, rows[0].id, index + 1, role, debit, credit],
      )
    }
    await client.query('commit')
    return Number(rows[0].id)
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
