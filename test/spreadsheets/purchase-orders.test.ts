import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const csv = { 'Content-Type': 'text/csv' }
const importing = (text: string, query = '') =>
  api.post(`/purchase-orders/import${query}`, text, csv)
const exported = async (query = '', client = api) =>
  new TextDecoder().decode((await client.get(`/purchase-orders/export${query}`)).body)

const row = async (statement: string, values: unknown[]) =>
  Number((await owner.query(`${statement} returning id`, values)).rows[0].id)
const supplier = (name: string, customer_number: string | null = null) =>
  row('insert into suppliers (tenant_id, name, customer_number) values ($1, $2, $3)', [
    shop.tenant_id,
    name,
    customer_number,
  ])
const product = async (sku: string, draft: object = {}) =>
  (await api.post('/products', { name: sku, sku, price_excl: 1, ...draft })).body.id as number

const parts = await supplier('Parts BV', 'C-100')
const glass = await supplier('Glass NV')
const screen = await product('SCR', { purchase_price: 40 })
await product('BAT')
await product('SRV', { kind: 'service' })
await row(
  `insert into supplier_products (tenant_id, supplier_id, product_id, article_code, unit_price)
   values ($1, $2, $3, 'P-77', 38.5)`,
  [shop.tenant_id, parts, screen],
)

const orders = async (): Promise<Json[]> =>
  (
    await owner.query(
      `select o.po_number, o.supplier_id::int, o.status, o.reference, o.expected_at::text, o.total_cents::int,
         array_agg(l.quantity order by l.id) as quantities, array_agg(l.article_code order by l.id) as codes
       from purchase_orders o join purchase_order_lines l on l.purchase_order_id = o.id group by o.id order by o.id`,
    )
  ).rows

const text =
  'Leverancier;Referentie;Leverdatum;SKU;Bestelnummer;Aantal;Prijs\n' +
  'parts bv;W-1;27-3-2026;;P-77;2;\n' +
  'Glass NV;W-1;;SCR;;1;\n' +
  'C-100;W-1;;BAT;B-1;10;1,005\n'

test('makes a draft order per supplier and reference, with the prices and codes of the supplier', async () => {
  const dry = await importing(text, '?dry_run=1')
  expect(dry.body).toMatchObject({ dry_run: true, lines: 3, created: 2, failed: 0, errors: [] })
  expect(await orders()).toEqual([])
  expect((await importing(text)).body).toEqual({ ...dry.body, dry_run: false })
  const draft = { status: 'draft', reference: 'W-1' }
  const numbers = (await orders()).map(({ po_number }) => po_number.slice(-4))
  expect(numbers).toEqual(['0001', '0002'])
  expect(await orders()).toMatchObject([
    {
      ...draft,
      supplier_id: parts,
      expected_at: '2026-03-27',
      total_cents: 8705,
      quantities: [2, 10],
      codes: ['P-77', 'B-1'],
    },
    { ...draft, supplier_id: glass, expected_at: null, total_cents: 4000, quantities: [1] },
  ])
})

test('exports the lines under filters, of the own shop alone', async () => {
  const lines = (sheet: string) => sheet.trim().split('\r\n')
  const all = lines(await exported())
  expect(all).toHaveLength(4)
  expect(all[1]).toMatch(/,draft,\d+,Parts BV,W-1,2026-03-27,\d+,SCR,SCR,P-77,2,0,0,38.5,77$/)
  expect(lines(await exported(`?supplier_id=${glass}&status=draft`))).toHaveLength(2)
  expect(lines(await exported('?status=received'))).toHaveLength(1)
  expect(lines(await exported('?to=2020-01-01'))).toHaveLength(1)
  expect(lines(await exported('', other.api))).toHaveLength(1)
  expect((await api.get('/purchase-orders/export?supplier_id=999999')).status).toBe(404)
  expect((await api.get('/purchase-orders/export?status=lost')).status).toBe(422)
})

test('an export can be ordered again', async () => {
  const answer = await importing(await exported(`?supplier_id=${parts}`))
  expect(answer.body).toMatchObject({ lines: 2, created: 1, failed: 0 })
  expect((await orders()).at(-1)).toMatchObject({ supplier_id: parts, total_cents: 8705 })
})

test('reports bad lines, and orders the good ones', async () => {
  const answer = await importing(
    'supplier,sku,article_code,quantity,unit_price,expected_at\n' +
      'Nobody,SCR,,1,,\n' +
      ',SCR,,1,,\n' +
      'Glass NV,NOPE,,1,,\n' +
      'Glass NV,,P-77,1,,\n' +
      'Glass NV,,,1,,\n' +
      'Glass NV,SRV,,1,,\n' +
      'Glass NV,BAT,,1,,\n' +
      'Glass NV,SCR,,0,,\n' +
      'Glass NV,SCR,,1,,30-2-2026\n' +
      'Glass NV,SCR,,999999,9999999,\n' +
      'Glass NV,SCR,,3,2,\n',
  )
  expect(answer.body).toMatchObject({ lines: 11, created: 1, failed: 10 })
  expect(
    answer.body.errors.map(({ line, field, message }: Json) => `${line} ${field} ${message}`),
  ).toEqual([
    '2 supplier The selected supplier is invalid.',
    '3 supplier The supplier field is required.',
    '4 sku The selected sku is invalid.',
    '5 article_code The selected article code is invalid.',
    '6 sku The sku field is required, or an article code.',
    '7 null A service has no stock.',
    '8 unit_price The unit price field is required: neither the supplier nor the product has a price.',
    '9 quantity The quantity field must be at least 1.',
    '10 expected_at The expected at field must be a valid date (YYYY-MM-DD).',
    '11 null The total may not be greater than 100000000.00.',
  ])
  expect((await orders()).at(-1)).toMatchObject({ total_cents: 600, quantities: [3] })
})

test('refuses a file of too many lines, and another shop has none of our suppliers', async () => {
  const before = await orders()
  const long = await importing(`supplier,sku,quantity\n${'Glass NV,SCR,1\n'.repeat(10_001)}`)
  expect(long.body.errors).toEqual({ file: ['The file may not have more than 10000 lines.'] })
  expect(await orders()).toEqual(before)
  const theirs = await other.api.post('/purchase-orders/import', text, csv)
  expect(theirs.body).toMatchObject({ created: 0, failed: 3 })
})
