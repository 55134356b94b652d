import type pg from 'pg'
import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'

/** Ids of the accounts of a shop, by their number. */
export async function chartOf(api: Client): Promise<(code: string) => number> {
  const { body } = await api.get('/gl-accounts')
  const ids = new Map<string, number>(body.map(({ code, id }: Json) => [code, id]))
  return (code) => {
    const id = ids.get(code)
    if (id === undefined) throw new Error(`There is no account ${code}`)
    return id
  }
}

/** Files a stretch of time: as a closed VAT period, which nothing else has. */
export async function fileVat(owner: pg.Pool, tenant_id: number, from: string, to: string) {
  await owner.query(
    `insert into btw_periods (tenant_id, year, start_date, end_date, due_date, status, closed_at, vat_return)
     values ($1, extract(year from $2::date), $2, $3, $3, 'closed', now(), '{}')`,
    [tenant_id, from, to],
  )
}

/** What the database keeps beside the lines is what the lines add up to. */
export async function expectSums(owner: pg.Pool) {
  const { rows } = await owner.query(`
    select account_id, month, sum(debit) as debit, sum(credit) as credit from (
      select account_id, month, debit_cents as debit, credit_cents as credit from ledger_balances
      union all
      select account_id, date_trunc('month', entry_date)::date, -debit_cents, -credit_cents from journal_lines
    ) posted group by 1, 2 having sum(debit) <> 0 or sum(credit) <> 0`)
  expect(rows).toEqual([])
  const unbalanced = await owner.query(`
    select e.id from journal_entries e left join journal_lines l on l.journal_entry_id = e.id
    group by e.id having count(l.id) < 2 or sum(l.debit_cents) <> sum(l.credit_cents)`)
  expect(unbalanced.rows).toEqual([])
}
