import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { auditFileOf, readAuditFile } from './auditing.ts'

const { shop, owner } = await startShops()
const { tenant_id } = shop

/** More than a page of customers, and more than two of entries in a journal, many of them on a day. */
const size = 1200

test('a year of many pages has every entry and customer once', async () => {
  const client = await owner.connect()
  const statements = [
    `insert into customers (tenant_id, first_name) select $1, 'Jane ' || n from generate_series(1, $2) n`,
    `insert into journal_entries (tenant_id, entry_number, journal, entry_date, document_date, customer_id, btw_period_id)
     select $1, 'JE-' || n, (array['sales', 'sales', 'sales', 'memorial'])[1 + n % 4], day, day,
       (select min(id) from customers where tenant_id = $1) + n - 1, (select min(id) from btw_periods where tenant_id = $1)
     from generate_series(1, $2) n cross join lateral (select date '2026-12-31' - n % 3 as day) it`,
    `insert into journal_lines (tenant_id, journal_entry_id, position, account_id, debit_cents, credit_cents, entry_date)
     select $1, e.id, l.position, a.id, l.debit, l.credit, e.entry_date
     from journal_entries e cross join (values (1, '1300', 100, 0), (2, '8000', 0, 100)) l (position, code, debit, credit)
     join gl_accounts a on a.tenant_id = $1 and a.code = l.code where e.tenant_id = $1 and $2 > 0`,
  ]
  await client.query('set session_replication_role = replica')
  for (const statement of statements) await client.query(statement, [tenant_id, size])
  await client.query('set session_replication_role = origin')
  client.release()

  const { parties, journals, lines } = readAuditFile(await auditFileOf(shop.api, 2026))
  expect(journals.map((j) => [j.jrnID, j.transaction.length])).toEqual([
    ['sales', (size * 3) / 4],
    ['memorial', size / 4],
  ])
  expect(lines).toHaveLength(2 * size)
  expect(parties).toHaveLength(size)
  expect(new Set(parties.map((p) => p.clBalDesc))).toEqual(new Set(['1.00']))
  for (const { transaction } of journals) {
    const dates = transaction.map(({ trDt }: { trDt: string }) => trDt)
    expect(dates).toEqual(dates.toSorted())
  }
})
