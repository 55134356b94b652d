import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDatabase } from '../harness/database.ts'

const { owner } = await startDatabase()
afterAll(() => owner.end())

let tenant_id: string

beforeAll(async () => {
  const client = await owner.connect()
  // Without triggers: a history of 40,000 rows is not what is looked at.
  await client.query('set session_replication_role = replica')
  const { rows } = await client.query(`insert into tenants (name) values ('big') returning id`)
  tenant_id = rows[0].id
  await client.query(
    `insert into companies (tenant_id, name, phone)
     select $1, 'Company ' || md5(n::text), '020' || (1000000 + n) from generate_series(1, 20000) n`,
    [tenant_id],
  )
  await client.query(
    `insert into customers (tenant_id, first_name, last_name, email, phone_e164, company_id)
     select $1, 'First' || substr(md5(n::text), 1, 6), 'Last' || substr(md5((n * 7)::text), 1, 6),
       substr(md5((n * 3)::text), 1, 8) || '@mail.example', '+316' || (10000000 + n * 37),
       case when n % 10 = 0 then (select min(id) from companies) + n / 10 - 1 end
     from generate_series(1, 20000) n`,
    [tenant_id],
  )
  await client.query(
    `insert into devices (tenant_id, customer_id, kind, brand, model, serial_number, imei)
     select tenant_id, id, 'phone', 'Apple', 'iPhone', md5(id::text), lpad((id * 7919)::text, 15, '3')
     from customers`,
  )
  await client.query('set session_replication_role = origin')
  await client.query('vacuum analyze customers, companies, devices')
  client.release()
})

/** The plans of what a search function runs inside, as auto_explain tells them. */
async function plansOf(noun: string, q: string): Promise<string> {
  const client = await owner.connect()
  const plans: string[] = []
  const listen = ({ message }: { message?: string | undefined }) => plans.push(message ?? '')
  client.on('notice', listen)
  try {
    await client.query(`load 'auto_explain'`)
    await client.query('begin')
    await client.query(`select set_config('app.tenant_id', $1, true)`, [tenant_id])
    await client.query('set local auto_explain.log_nested_statements = on')
    await client.query('set local auto_explain.log_min_duration = 0')
    await client.query('set local client_min_messages = log')
    await client.query(`select app.search_${noun}($1)`, [q])
    await client.query('rollback')
  } finally {
    client.off('notice', listen)
    client.release()
  }
  return plans.join('\n')
}

test.each(['firstab', 'lastab firstcd', '06-1234 5678', 'jo', 'j', 'unknown@mail.example'])(
  'searching %j reads no table from end to end',
  async (q) => {
    for (const noun of ['customers', 'companies', 'devices']) {
      const plan = await plansOf(noun, q)
      expect(plan, noun).toContain(`${noun}_search_idx`)
      expect(plan, noun).not.toContain('Seq Scan')
    }
  },
)
