import { execFile } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { openConfined } from './confined.ts'

// node bench/audit-file.ts [entries]
//   How long the audit file of a year with so many entries takes (100,000 when not said), three lines each, and what
//   the isolate needs for it, in both versions. Held against the official schemas where they lie beside the checkout.

const size = Number(process.argv[2] ?? 100_000)
const schemas = join(import.meta.dirname, '../../shared/specs/xaf')

/** A year of sales to a customer for every five of them, without the triggers, and what they would have kept. */
const statements = [
  `set session_replication_role = replica`,
  `insert into customers (tenant_id, first_name, last_name, city) select $1, 'Jane', 'Smith ' || n, 'Utrecht' from generate_series(1, $2::int / 5) n`,
  `insert into journal_entries (tenant_id, entry_number, journal, entry_date, document_date, description, reference, source, source_id, customer_id, btw_period_id, sealed_by)
   select $1, 'JE-2026-' || lpad(n::text, 6, '0'), (array['sales', 'bank'])[1 + n % 2], day, day, 'Factuur', 'INV-2026-' || n, 'invoice', n,
     (select min(id) from customers) + n % ($2::int / 5), (select min(id) from btw_periods where tenant_id = $1), 1
   from generate_series(1, $2::int) n
   cross join lateral (select date '2026-01-01' + n % 365 as day) on_day`,
  `insert into journal_lines (tenant_id, journal_entry_id, position, account_id, debit_cents, credit_cents, role, vat_box, vat_part, tax_rate_id, entry_date)
   select $1, e.id, l.position, a.id, l.debit, l.credit, l.role, l.box, l.part,
     case l.part when 'turnover' then (select id from tax_rates where tenant_id = $1 and is_default) end, e.entry_date
   from journal_entries e cross join lateral (values
     (1, 'debtors', 121 * e.source_id % 100000 + 121, 0, null, null),
     (2, 'sales_services_high', 0, 121 * e.source_id % 100000 + 100, '1a', 'turnover'),
     (3, 'vat_1a', 0, 21, '1a', 'vat')) l (position, role, debit, credit, box, part)
   join gl_accounts a on a.tenant_id = $1 and a.role = l.role
   where e.tenant_id = $1 and $2::int > 0`,
  `insert into ledger_balances (tenant_id, account_id, month, debit_cents, credit_cents)
   select $1, account_id, date_trunc('month', entry_date)::date, sum(debit_cents), sum(credit_cents)
   from journal_lines where tenant_id = $1 and $2::int > 0 group by 2, 3`,
  `set session_replication_role = origin`,
  `analyze`,
]

const stage = await openConfined()
const folder = await mkdtemp(join(tmpdir(), 'repair-angel-audit-'))
const table: Record<string, object> = {}
const headers = { Authorization: `Bearer ${stage.token}` }

async function download(version: string, path: string) {
  const url = `${stage.url}/audit-file?year=2026&version=${version}`
  const { status, body } = await fetch(url, { headers })
  if (status !== 200 || !body) throw new Error(`${url}: ${status}`)
  await pipeline(body, createWriteStream(path))
  return (await stat(path)).size
}

async function check(version: string, path: string) {
  const schema = join(schemas, `XmlAuditfileFinancieel${version}.xsd`)
  if (!existsSync(schema)) return `no schema at ${schema}`
  const options = ['--noout', '--nonet', '--stream', '--schema', schema, path]
  return (await promisify(execFile)('xmllint', options)).stderr.trim()
}

try {
  for (const statement of statements) {
    const values = statement.includes('$1') ? [stage.tenant_id, size] : []
    await stage.owner.query(statement, values)
  }
  await download('4.0', join(folder, 'warm-up.xaf'))
  for (const version of ['4.0', '3.2']) {
    const path = join(folder, `${version}.xaf`)
    const bytes = await stage.measure(table, version, () => download(version, path))
    console.log(version, `${(bytes / 1e6).toFixed(1)} MB`, await check(version, path))
  }
  await stage.measure(table, 'checks', async () => {
    const answer = await fetch(`${stage.url}/audit-file/checks?year=2026`, { headers })
    const { checks } = (await answer.json()) as { checks: { rule: string; ok: boolean }[] }
    console.log(checks.filter(({ ok }) => !ok))
  })
  console.table(table)
} finally {
  await rm(folder, { recursive: true })
  await stage.close()
}
