import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDatabase } from '../harness/database.ts'

const { owner } = await startDatabase()
afterAll(() => owner.end())

let tenant_id: string

beforeAll(async () => {
  const { rows } = await owner.query(`insert into tenants (name) values ('big') returning id`)
  tenant_id = rows[0].id
  await owner.query(
    `insert into companies (tenant_id, name, phone)
     select $1, 'Company ' || md5(n::text), '020' || (1000000 + n) from generate_series(1, 2000) n`,
    [tenant_id],
  )
  await owner.query(
    `insert into customers (tenant_id, first_name, last_name, email, phone_e164, company_id)
     select $1, 'First' || substr(md5(n::text), 1, 6), 'Last' || substr(md5((n * 7)::text), 1, 6),
       substr(md5((n * 3)::text), 1, 8) || '@mail.example', '+316' || (10000000 + n * 37),
       case when n % 10 = 0 then (select min(id) from companies) + n / 10 - 1 end
     from generate_series(1, 20000) n`,
    [tenant_id],
  )
  await owner.query(
    `insert into devices (tenant_id, customer_id, kind, brand, model, serial_number, imei)
     select tenant_id, id, 'phone', 'Apple', 'iPhone', md5(id::text), lpad((id * 7919)::text, 15, '3')
     from customers`,
  )
  await owner.query('vacuum analyze')
})

/** The plan of a search function's own query, for what was typed. */
async function planOf(noun: string, q: string): Promise<string> {
  const client = await owner.connect()
  try {
    const { rows } = await client.query(
      `select prosrc from pg_proc where oid = ('app.search_' || $1)::regproc`,
      [noun],
    )
    await client.query('begin')
    await client.query(`select set_config('app.tenant_id', $1, true)`, [tenant_id])
    await client.query('set local search_path = public, app, pg_temp')
    await client.query(`prepare search (text) as ${rows[0].prosrc.replaceAll('p_query', '$1')}`)
    const plan = await client.query(`explain execute search (${client.escapeLiteral(q)})`)
    await client.query('rollback')
    await client.query('deallocate search')
    return plan.rows.map((row) => row['QUERY PLAN']).join('\n')
  } finally {
    client.release()
  }
}

test.each(['firstab', 'lastab firstcd', '06-1234 5678', 'jo', 'j', 'unknown@mail.example', '%'])(
  'searching %j reads no table from end to end',
  async (q) => {
    for (const noun of ['customers', 'companies', 'devices']) {
      const plan = await planOf(noun, q)
      expect(plan, noun).toContain(`${noun}_search_idx`)
      expect(plan, noun).not.toContain('Seq Scan')
    }
  },
)
