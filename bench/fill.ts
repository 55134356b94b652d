import pg from 'pg'

export const sizes = { customers: 5000, workOrders: 10_000, invoices: 5000 }

/**
 * Gives a shop the records of some years, in SQL: customers with a device each, work orders of three
 * lines, invoices of two.
 *
 * @param url the owner's connection string
 */
export async function fill(url: string, tenant_id: number): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant_id', $1, false)`, [String(tenant_id)])
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

const pick = (list: string[], n: string) =>
  `(array[${list.map((name) => `'${name}'`).join()}])[1 + (${n}) % ${list.length}]`
const given = [
  'Jan',
  'Sofie',
  'Emma',
  'Daan',
  'Lucas',
  'Julia',
  'Sem',
  'Tess',
  'Finn',
  'Zoë',
  'Noor',
]
// 400 family names of 12 customers each: the commonest Dutch name is borne by one in two hundred.
const roots = [
  'Jan',
  'Bakk',
  'Viss',
  'Smit',
  'Meij',
  'Muld',
  'Hoek',
  'Dijk',
  'Bos',
  'Vel',
  'Ter',
  'Kuip',
].concat(['Brand', 'Hend', 'Pet', 'Wil', 'Ger', 'Zand', 'Berg', 'Post'])
const endings = [
  'sen',
  'er',
  'stra',
  'ma',
  'man',
  'huis',
  'hof',
  'veld',
  'zoon',
  'ink',
  'horst',
  'beek',
].concat(['wijk', 'dam', 'kamp', 'stein', 'dal', 'broek', 'laar', 'mans'])
const brands = ['Apple', 'Samsung', 'Google', 'Sony', 'Nokia', 'Fairphone', 'Xiaomi']

const statements = [
  `insert into companies (name, vat_number)
   select 'Bedrijf ' || n, 'NL' || lpad(n::text, 9, '0') || 'B01' from generate_series(1, 500) n`,
  `insert into customers (first_name, last_name, email, phone, phone_e164, city, company_id)
   select ${pick(given, 'n')}, ${pick(roots, 'n')} || ${pick(endings, 'n / 20')}, 'customer' || n || '@example.com',
     '06' || (10000000 + n * 7919 % 89999999), '+316' || (10000000 + n * 7919 % 89999999), 'Utrecht',
     (select min(id) from companies) + case when n % 5 = 0 then n % 500 end
   from generate_series(1, ${sizes.customers}) n`,
  `insert into devices (customer_id, kind, brand, model, serial_number)
   select id, 'phone', ${pick(brands, 'id::int')}, 'Model ' || id % 40, 'SN' || md5(id::text) from customers`,
  `insert into products (name, sku, price_excl)
   select 'Part ' || n, 'SKU-' || n, (n % 200) + 0.95 from generate_series(1, 1000) n`,
  `insert into work_orders
     (ticket_no, customer_id, device_id, device_brand, device_model, problem_description, status, created_at, updated_at)
   select 'WO-2025-' || lpad(n::text, 5, '0'), d.customer_id, d.id, d.brand, d.model, 'Cracked screen',
     ${pick(['new', 'in_repair', 'waiting_parts', 'completed', 'completed'], 'n')}, moment, moment
   from generate_series(1, ${sizes.workOrders}) n
   join (select row_number() over (order by id) as place, * from devices) d
     on d.place = 1 + n % ${sizes.customers},
   lateral (select now() - (${sizes.workOrders} - n) * interval '50 minutes' as moment) m`,
  `insert into work_order_lines (work_order_id, description, quantity, unit_price, total_excl_cents)
   select w.id, 'Line ' || n, 1, 25 * n, 2500 * n from work_orders w, generate_series(1, 3) n`,
  `insert into work_order_notes (work_order_id, note)
   select id, 'The customer waits for a call.' from work_orders where id % 2 = 0`,
  `insert into invoices (invoice_number, status, issued_at, customer_id, invoice_date, due_date,
     subtotal_cents, vat_cents, total_cents, paid_cents, vat_breakdown)
   select 'INV-2025-' || lpad(n::text, 5, '0'), case when n % 4 = 0 then 'sent' else 'paid' end, moment,
     c.id, moment::date, moment::date + 14, 7500, 1575, 9075, case when n % 4 = 0 then 0 else 9075 end,
     '[{"vat_rate": 21, "category": "S", "base_cents": 7500, "vat_cents": 1575}]'
   from generate_series(1, ${sizes.invoices}) n
   join (select row_number() over (order by id) as place, id from customers) c
     on c.place = 1 + n % ${sizes.customers},
   lateral (select now() - (${sizes.invoices} - n) * interval '90 minutes' as moment) m`,
  `insert into invoice_lines (invoice_id, position, description, quantity, unit_price, total_excl_cents, net_cents)
   select i.id, n, 'Line ' || n, 1, 25 * n, 2500 * n, 2500 * n from invoices i, generate_series(1, 2) n`,
  // What happened in those years was told then.
  'update reactions set done_at = now()',
  'vacuum analyze',
]
