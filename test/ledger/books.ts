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
type Owner = { query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, string>[] }> }

/** What stands in the books of a shop, in SQL. */
export function books(owner: Owner, tenant_id: number) {
  const sums = async (select: string, values: unknown[] = []): Promise<Record<string, number>> => {
    const { rows } = await owner.query(select, [tenant_id, ...values])
    return Object.fromEntries(rows.map(({ name = '', cents }) => [name, Number(cents)]))
  }
  return {
    /** Debit less credit in cents of what was posted for a document, by role of the account, else by its code. */
    postedFor: (source: string, source_id: number) =>
      sums(
        `select coalesce(a.role, a.code) as name, sum(l.debit_cents - l.credit_cents) as cents
         from journal_entries e join journal_lines l on l.journal_entry_id = e.id join gl_accounts a on a.id = l.account_id
         where e.tenant_id = $1 and e.source = $2 and e.source_id = $3
         group by 1 having sum(l.debit_cents - l.credit_cents) <> 0`,
        [source, source_id],
      ),
    /** Debit less credit in cents, of accounts that are not at zero, by role or code. */
    balances: () =>
      sums(
        `select coalesce(a.role, a.code) as name, sum(b.debit_cents - b.credit_cents) as cents
         from ledger_balances b join gl_accounts a on a.id = b.account_id where b.tenant_id = $1
         group by 1 having sum(b.debit_cents - b.credit_cents) <> 0`,
      ),
    /** Cents in the boxes of the VAT return that a document put there: `5b` is VAT, `2a turnover` what it is of. */
    boxesOf: (source: string, source_id: number) =>
      sums(
        `select l.vat_box || case l.vat_part when 'turnover' then ' turnover' else '' end as name,
           sum(app.box_value(l.vat_box, l.vat_part, l.debit_cents, l.credit_cents)) as cents
         from journal_entries e join journal_lines l on l.journal_entry_id = e.id
         where e.tenant_id = $1 and e.source = $2 and e.source_id = $3 and l.vat_box is not null
         group by 1 having sum(app.box_value(l.vat_box, l.vat_part, l.debit_cents, l.credit_cents)) <> 0`,
        [source, source_id],
      ),
    account: async (name: string): Promise<number> => {
      const { rows } = await owner.query(
        'select id from gl_accounts where tenant_id = $1 and (role = $2 or code = $2)',
        [tenant_id, name],
      )
      return Number(rows[0]?.id)
    },
    /** All days until the end of that one are filed. */
    async closeUntil(day: string) {
      await owner.query(
        `insert into btw_periods (tenant_id, year, start_date, end_date, due_date)
         select $1, extract(year from $2::date), '2000-01-01', $2::date, $2::date
         where not exists (select from btw_periods where tenant_id = $1 and start_date <= $2::date)`,
        [tenant_id, day],
      )
      await owner.query(
        `update btw_periods set status = 'closed', closed_at = now(), vat_return = '{}'
         where tenant_id = $1 and end_date <= $2 and status = 'open'`,
        [tenant_id, day],
      )
    },
  }
}

type Chart = Awaited<ReturnType<typeof chartOf>>

/** Entries of a shop by hand. */
export function entering(api: Client, of: Chart) {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Amsterdam' }).format(
    new Date(),
  )
  const cashToBank = (amount = 100) => [
    { account_id: of('1100'), debit: amount },
    { account_id: of('1000'), credit: amount },
  ]
  const newEntry = async (entry: object = {}): Promise<Json> => {
    const { status, body } = await api.post('/journal-entries', {
      date: today,
      lines: cashToBank(),
      ...entry,
    })
    expect(status, JSON.stringify(body)).toBe(201)
    return body
  }
  return { today, cashToBank, newEntry }
}

/** Fiscal years of a shop, and entries of two accounts in them. */
export function booking(api: Client, of: Chart) {
  const years = async (client = api): Promise<Json[]> =>
    (await client.get('/fiscal-years')).body.data
  const newYear = async (draft: object): Promise<Json> => {
    const { status, body } = await api.post('/fiscal-years', draft)
    expect(status, JSON.stringify(body)).toBe(201)
    return body
  }
  const post = (date: string, debit: string, credit: string, amount: number) =>
    api.post('/journal-entries', {
      date,
      lines: [
        { account_id: of(debit), debit: amount },
        { account_id: of(credit), credit: amount },
      ],
    })
  return { years, newYear, post }
}
