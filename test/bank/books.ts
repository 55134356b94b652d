import { expect } from 'vitest'
import type { Json } from '../harness/client.ts'

type Owner = { query(sql: string, values?: unknown[]): Promise<{ rows: Json[] }> }

/** Debit less credit of each account with a role, in cents. */
export async function balances(owner: Owner, tenant_id: number): Promise<Record<string, number>> {
  const { rows } = await owner.query(
    `select a.role, sum(l.debit_cents - l.credit_cents)::float8 as cents
     from journal_lines l join gl_accounts a on a.id = l.account_id
     where l.tenant_id = $1 and a.role is not null group by 1 order by 1`,
    [tenant_id],
  )
  return Object.fromEntries(rows.map(({ role, cents }) => [role, cents]))
}

/**
 * What the bank says and what the ledger says are one: the suspense account holds what no allocation explains,
 * debtors and creditors are the open items, and no transaction is explained twice.
 */
export async function expectBooksToAgree(owner: Owner, tenant_id: number) {
  const { rows } = await owner.query(
    `select
       (select coalesce(sum(open_cents), 0)::float8 from bank_transactions where tenant_id = $1) as open,
       (select count(*)::int from bank_transactions t where tenant_id = $1 and open_cents <> amount_cents - coalesce(
         (select sum(amount_cents) from bank_allocations a where a.bank_transaction_id = t.id), 0)) as wrong,
       (select coalesce(sum(due_cents), 0)::float8 from invoices where tenant_id = $1 and issued_at is not null) as owed,
       (select coalesce(sum(due_cents), 0)::float8 from purchase_invoices where tenant_id = $1 and status in ('booked', 'paid')) as owing,
       (select coalesce(sum(t.amount_cents), 0)::float8 from bank_transactions t where tenant_id = $1) as moved,
       -- Entered by hand and not on a statement yet.
       (select coalesce(sum(p.amount_cents), 0)::float8 from payments p where p.tenant_id = $1 and p.method = 'bank' and not exists (
         select from bank_allocations a where a.payment_id = p.id)) as by_hand,
       (select coalesce(sum(r.amount_cents), 0)::float8 from refunds r join payments p on p.id = r.payment_id
         where p.tenant_id = $1 and p.method = 'bank' and not exists (
         select from bank_allocations a where a.refund_id = r.id)) as given_back,
       (select count(*)::int from (select journal_entry_id from journal_lines where tenant_id = $1
         group by 1 having sum(debit_cents) <> sum(credit_cents)) entry) as unbalanced`,
    [tenant_id],
  )
  const { open, wrong, owed, owing, moved, by_hand, given_back, unbalanced } = rows[0]
  const { suspense = 0, debtors = 0, creditors = 0, bank = 0 } = await balances(owner, tenant_id)
  expect({ wrong, unbalanced }).toEqual({ wrong: 0, unbalanced: 0 })
  expect({ suspense, debtors, creditors, bank }).toEqual({
    suspense: 0 - open,
    debtors: owed,
    creditors: 0 - owing,
    bank: moved + by_hand - given_back,
  })
}
