import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { owner, worker_url } = await startShops()
const app = new pg.Client(worker_url)
await app.connect()
afterAll(() => app.end())

const all = async <Row extends pg.QueryResultRow>(query: string, values: unknown[] = []) =>
  (await owner.query<Row>(query, values)).rows

/** Tables that hold a shop's rows; `tenants` itself by its id. */
const tables = (
  await all<{ name: string }>(
    `select c.relname as name from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1`,
  )
).map(({ name }) => name)

/** Tables without a tenant, and why they are none. */
const shared: Record<string, string> = {
  job_runs: 'the schedule of the whole service; the Worker reaches it through functions only',
  tenants: 'the shops themselves, each seeing its own row',
  login_failures:
    'counted before it is known who asks; the Worker reaches it through functions only',
}

test('every table belongs to a tenant, or says why not', async () => {
  const rows = await all<{ name: string }>(
    `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
  )
  const others = rows.map(({ name }) => name).filter((name) => !tables.includes(name))
  expect(new Set(others)).toEqual(new Set(Object.keys(shared)))
})

test.each([...tables, 'tenants'])(
  '%s: row security for everyone, by the tenant alone',
  async (table) => {
    const [security] = await all(
      'select relrowsecurity, relforcerowsecurity from pg_class where oid = $1::regclass',
      [table],
    )
    expect(security).toEqual({ relrowsecurity: true, relforcerowsecurity: true })
    const policies = await all<{ qual: string; with_check: string }>(
      `select qual, with_check from pg_policies where tablename = $1 and 'repair_angel_app' = any (roles)`,
      [table],
    )
    const column = table === 'tenants' ? 'id' : 'tenant_id'
    const own = `(${column} = app.tenant())`
    expect(policies).toEqual([{ qual: own, with_check: own }])
    const everyone = await all(
      `select from pg_policies where tablename = $1 and 'public' = any (roles)`,
      [table],
    )
    expect(everyone).toEqual([])
  },
)

test.each(tables)('%s: keeps its tenant', async (table) => {
  const [column] = await all(
    `select is_nullable, column_default from information_schema.columns
     where table_schema = 'public' and table_name = $1 and column_name = 'tenant_id'`,
    [table],
  )
  expect(column).toEqual({ is_nullable: 'NO', column_default: 'app.tenant()' })
})

test('no foreign key leaves the tenant', async () => {
  const keys = await all<{ name: string; columns: string[]; referenced: string[] }>(
    `select conname as name,
       (select array_agg(attname::text order by place) from unnest(conkey) with ordinality k (num, place)
        join pg_attribute on attrelid = conrelid and attnum = num) as columns,
       (select array_agg(attname::text order by place) from unnest(confkey) with ordinality k (num, place)
        join pg_attribute on attrelid = confrelid and attnum = num) as referenced
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  )
  expect(keys.length).toBeGreaterThan(20)
  for (const { name, columns, referenced } of keys) {
    expect([columns[0], referenced[0]], name).toEqual(['tenant_id', 'tenant_id'])
    // The message about a violated key names the field by it.
    expect(name).toMatch(new RegExp(`_${columns[1]}_fk$`))
  }
})

test('every foreign key has an index that starts with the tenant', async () => {
  const bare = await all<{ name: string }>(
    `select conname as name from pg_constraint c
     where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
       select from pg_index i where i.indrelid = c.conrelid and i.indpred is null
         and i.indkey::int2[] @> c.conkey and i.indkey[0] = c.conkey[1] and i.indkey[1] = any (c.conkey[2:]))`,
  )
  expect(bare.map(({ name }) => name)).toEqual([])
})

/** Tables without history, and why. */
const silent: Record<string, string> = {
  events: 'the history itself',
  idempotency_keys: 'answers kept for a day',
  document_counters: 'the numbers stand on the documents',
  row_deltas: 'counts of rows whose own history is kept',
  reactions: 'what is to be done; the records that it changes have their own',
  dead_letters: 'what was given up, and who let it be done again',
  notifications: 'told of what the history holds already',
  push_subscriptions: 'addresses of browsers',
  automation_logs: 'a log itself',
  webhook_deliveries: 'a log itself',
  sla_clocks: 'worked out from the history',
  sla_breaches: 'its events are those of the work order',
  journal_entries: 'the books are their own history',
  journal_lines: 'the books are their own history',
  ledger_balances: 'sums of journal lines',
  btw_boxes: 'sums of journal lines',
  ledger_queue: 'empty when a transaction is done',
  bin_stock: 'the sum of movements, which are kept',
  stock_layers: 'worked out from movements, which are kept',
  inbox: 'what providers told us; the records that it changes have their own',
  provider_tokens: 'access tokens, renewed by themselves',
  email_attachments: 'the mail that they are of has its own',
  consultations: 'a log itself',
  tutorial_progress: 'which pages of a manual somebody read',
  tutorial_settings: 'what a screen offers somebody',
  leave_days: 'reckoned from the request, which has its own',
  bi_deltas: 'worked out from records whose own history is kept',
  bi_totals: 'sums of such deltas',
  customer_visits: 'sums of such deltas',
  repair_sales: 'worked out from documents, which have their own',
}

test.each(tables.filter((table) => !(table in silent)))(
  '%s: history of every change',
  async (table) => {
    const triggers = await all<{ name: string; enabled: string; function: string }>(
      `select tgname as name, tgenabled as enabled, tgfoid::regproc::text as function
     from pg_trigger where tgrelid = $1::regclass and tgname like 'history%' order by 1`,
      [table],
    )
    expect(triggers).toEqual(
      ['history_delete', 'history_insert', 'history_update'].map((name) => ({
        name,
        enabled: 'O',
        function: 'app.record_change',
      })),
    )
  },
)

describe("the Worker's role", () => {
  test('owns nothing and bypasses nothing', async () => {
    expect(
      await all(
        `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles
         where rolname = 'repair_angel_app'`,
      ),
    ).toEqual([
      {
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
      },
    ])
    const owned = `select from pg_class where relowner = 'repair_angel_app'::regrole
      union all select from pg_proc where proowner = 'repair_angel_app'::regrole
      union all select from pg_namespace where nspowner = 'repair_angel_app'::regrole`
    expect(await all(owned)).toEqual([])
    expect(
      await all(`select from pg_auth_members where member = 'repair_angel_app'::regrole`),
    ).toEqual([])
  })

  test('may write no history, and read no login failures', async () => {
    for (const right of ['insert', 'update', 'delete', 'truncate']) {
      const [row] = await all(
        `select has_table_privilege('repair_angel_app', 'events', $1) as may`,
        [right],
      )
      expect(row, right).toEqual({ may: false })
    }
    await expect(app.query('select * from login_failures')).rejects.toMatchObject({ code: '42501' })
    await expect(owner.query('update events set name = name')).rejects.toThrow('append-only')
    await expect(owner.query('delete from events')).rejects.toThrow('append-only')
  })

  test('cannot make itself a session', async () => {
    expect(
      await all(
        `select has_function_privilege('repair_angel_app', oid, 'execute') as may from pg_proc
         where proname = 'enter' and pronamespace = 'app'::regnamespace`,
      ),
    ).toEqual([{ may: false }])
  })

  test.each([...tables, 'tenants'])(
    'sees nothing of %s without a session, and adds nothing',
    async (table) => {
      const { rows } = await app.query(`select count(*)::int as count from ${table}`)
      expect(rows).toEqual([{ count: 0 }])
      await expect(app.query(`insert into ${table} default values`)).rejects.toThrow()
      for (const change of [
        `update ${table} set ${table === 'tenants' ? 'id = id' : 'tenant_id = tenant_id'}`,
        `delete from ${table}`,
      ]) {
        const changed = await app.query(change).catch(({ code }) => ({ rowCount: code }))
        expect([0, '42501', '23001', '428C9']).toContain(changed.rowCount)
      }
    },
  )

  test.each(tables)('cannot give a row of %s to another shop', async (table) => {
    await app.query('begin')
    try {
      const strange = 1_000_000
      const insert = `insert into ${table} (tenant_id) values (${strange})`
      await expect(app.query(insert)).rejects.toMatchObject({
        code: expect.stringMatching(/^(42501|23502)$/),
      })
    } finally {
      await app.query('rollback')
    }
  })
})
