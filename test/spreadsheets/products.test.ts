import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner, url } = await startShops()
const { api } = shop

const csv = { 'Content-Type': 'text/csv' }
const importing = (text: string, query = '') => api.post(`/products/import${query}`, text, csv)
const exported = async (query = '', client = api) => {
  const { status, body } = await client.get(`/products/export${query}`)
  expect(status).toBe(200)
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
}
const product = async (sku: string) =>
  (await api.get(`/products?sku=${encodeURIComponent(sku)}`)).body.data[0] as Json
const report = {
  dry_run: false,
  lines: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  failed: 0,
  errors: [],
  errors_left_out: 0,
  ignored_columns: [],
}

/** Rows per table of the shop, without what is counted apart. */
async function counts() {
  const { rows } = await owner.query(
    `select (select count(*)::int from products) as products, (select count(*)::int from events) as events,
       (select count(*)::int from product_categories) as categories, (select count(*)::int from reactions) as reactions,
       (select count(*)::int from stock_movements) as movements, (select sum(next_no)::int from document_counters) as numbers`,
  )
  return rows[0]
}

test('adds products as a Dutch spreadsheet holds them, with stock and categories', async () => {
  const answer = await importing(
    '\uFEFFArtikelnummer;Naam;Prijs excl. btw;Inkoopprijs;BTW %;Voorraad;Categorie;Actief;Opmerking\r\n' +
      'SCR-1;"Scherm; 6""";€ 1.089,50;45,5;21%;12;Schermen > OLED;ja;mooi\r\n' +
      'SRV-1;"Onderzoek\r\nper uur";"25";;9;;;nee;\r\n',
  )
  expect(answer.body).toEqual({ ...report, lines: 2, created: 2, ignored_columns: ['Opmerking'] })
  expect(answer.status).toBe(200)
  const screen = await product('SCR-1')
  expect(screen).toMatchObject({
    name: 'Scherm; 6"',
    price_excl: 1089.5,
    purchase_price: 45.5,
    vat_rate: 21,
    stock_quantity: 12,
    stock_value: 546,
    is_active: true,
  })
  expect(screen.tax_rate_id).toEqual(expect.any(Number))
  const category = (await api.get(`/product-categories/${screen.category_id}`)).body
  const parent = (await api.get(`/product-categories/${category.parent_id}`)).body
  expect([parent.name, category.name]).toEqual(['Schermen', 'OLED'])
  expect(await product('SRV-1')).toMatchObject({
    name: 'Onderzoek\nper uur',
    vat_rate: 9,
    is_active: false,
    stock_quantity: 0,
  })
  const { rows } = await owner.query(
    `select name from events where entity_id = $1 and entity = 'product' order by id`,
    [screen.id],
  )
  expect(rows[0]).toEqual({ name: 'product.created' })
})

test('changes what is there, but not its stock, and leaves alone what stays the same', async () => {
  const before = await product('SCR-1')
  const answer = await importing('sku,price,stock\nSCR-1,99.00,500\nSRV-1,25,\n')
  expect(answer.body).toEqual({ ...report, lines: 2, updated: 1, unchanged: 1 })
  const after = await product('SCR-1')
  expect(after).toEqual({
    ...before,
    price_excl: 99,
    price_incl: 119.79,
    updated_at: after.updated_at,
  })
})

test('reports bad lines with their number in the file, and takes the good ones', async () => {
  const answer = await importing(
    'sku,name,price_excl,kind,min_stock,max_stock,stock_quantity,track_serials\n' +
      'B-1,"Two\nlines",1,part,,,,\n' +
      '\n' +
      'B-2,No price,,,,,,\n' +
      'B-3,Bad price,1.23456,gadget,,,,\n' +
      'B-1,Twice,1,,,,,\n' +
      ',Nameless,1,,,,,\n' +
      'B-4,Stock,1,,5,3,,\n' +
      'B-5,Serials,1,,,,2,ja\n' +
      'B-6,Service,1,service,,,2,\n' +
      'B-7,Shifted,12,50,1,,,,,x\n' +
      'B-8,N\u0000L,1,,,,,\n' +
      'B-9,Good,2,,,,,\n',
  )
  expect(answer.body).toMatchObject({ lines: 11, created: 2, failed: 9 })
  expect(answer.body.errors).toEqual([
    { line: 5, field: 'price_excl', message: 'The price excl field is required.' },
    {
      line: 6,
      field: 'kind',
      message: 'The kind field must be one of: part, accessory, service.',
    },
    {
      line: 6,
      field: 'price_excl',
      message: 'The price excl field must be a price with at most 4 decimals.',
    },
    { line: 7, field: 'sku', message: 'The same product came before, at line 2.' },
    { line: 8, field: 'sku', message: 'The sku field is required, or a barcode.' },
    { line: 9, field: 'max_stock', message: 'The max stock field must be at least min stock.' },
    {
      line: 10,
      field: 'stock_quantity',
      message:
        'The stock quantity field must be 0 for a product that tracks serial numbers; receive it with them.',
    },
    {
      line: 11,
      field: 'stock_quantity',
      message: 'The stock quantity field must be 0 for a service.',
    },
    { line: 12, field: null, message: expect.stringContaining('10 cells, the first line 8') },
    { line: 13, field: 'name', message: 'The name field contains invalid characters.' },
  ])
  expect(await product('B-9')).toMatchObject({ name: 'Good' })
  expect(await product('B-2')).toBeUndefined()
})

test('refuses for a product that is there what its own route refuses', async () => {
  const answer = await importing(
    'sku,kind,track_serials\nSCR-1,service,\nSRV-1,part,1\nB-9,dienst,\n',
  )
  expect(answer.body).toMatchObject({ updated: 2, failed: 1 })
  expect(answer.body.errors).toEqual([
    {
      line: 2,
      field: 'kind',
      message: 'A service has no stock; bring the stock to 0 first.',
    },
  ])
})

test('a dry run says the same, and nothing remains of it', async () => {
  const text = 'sku,name,price,stock,category\nD-1,New,1,5,Made > Here\nSCR-1,Other,,,\nD-2,,1,,\n'
  const before = await counts()
  const dry = await importing(text, '?dry_run=1')
  expect(dry.body).toMatchObject({ dry_run: true, created: 1, updated: 1, failed: 1 })
  expect(await counts()).toEqual(before)
  expect(await product('D-1')).toBeUndefined()
  const real = await importing(text)
  expect(real.body).toEqual({ ...dry.body, dry_run: false })
  expect(await product('D-1')).toMatchObject({ stock_quantity: 5 })
})

test('reads Windows-1252, forms, tabs, and matches by barcode', async () => {
  const bytes = new Uint8Array(
    [...'ean\tname\tprice\n871\tCaf\u00e9 \u0080\t1'].map((c) => c.charCodeAt(0)),
  )
  const form = new FormData()
  form.set('file', new File([bytes], 'list.csv', { type: 'text/csv' }))
  const added = await api.post('/products/import', form)
  expect(added.body).toEqual({ ...report, lines: 1, created: 1 })
  expect((await api.get('/products?barcode=871')).body.data).toMatchObject([{ name: 'Café €' }])
  const again = await api.post('/products/import', form)
  expect(again.body).toEqual({ ...report, lines: 1, unchanged: 1 })
})

test('refuses what is no such file', async () => {
  const refused = async (text: string) => {
    const answer = await importing(text)
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
    return answer.body.errors.file[0]
  }
  const before = await counts()
  expect(await refused('')).toBe('The file field is required.')
  expect(await refused('a,b\n1,2\n')).toBe('The first line names no known column.')
  expect(await refused('sku,SKU\n1,2\n')).toBe('The first line names sku more than once.')
  expect(await refused('sku,name,price\nQ-1,Good,1\nQ-2,"open,1\n')).toMatch(/quote is opened/)
  expect(await counts()).toEqual(before)
  const json = await api.post('/products/import', { file: 'sku' })
  expect(json.status).toBe(415)
  expect((await api.post('/products/import', new FormData())).body.errors).toEqual({
    file: ['The file field is required.'],
  })
  const large = await importing(`sku\n${'x'.repeat(20 * 1024 * 1024)}`)
  expect(large.status).toBe(413)
  expect((await shop.as.technician.post('/products/import', 'sku\n1', csv)).status).toBe(403)
})

test('is the same for an Idempotency-Key that comes again', async () => {
  const key = { ...csv, 'Idempotency-Key': crypto.randomUUID() }
  const first = await api.post('/products/import', 'barcode,name,price\nI-1,Once,1', key)
  const again = await api.post('/products/import', 'barcode,name,price\nI-1,Once,1', key)
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
})

test('what was exported is unchanged when it comes back, whatever Excel would make of it', async () => {
  for (const name of ['=1+1', '+31', '-x', '@x', "'=1", "''@", "'quoted'", 'a"b,c;d\ne', '＝1']) {
    await api.post('/products', { name, price_excl: 0.125, sku: name, description: name })
  }
  await api.post('/products', { name: 'No SKU, no barcode', price_excl: 3 })
  const total = (await api.get('/products')).body.total
  for (const query of ['', '?separator=semicolon']) {
    const text = await exported(query)
    expect(text.startsWith('\uFEFFid')).toBe(true)
    expect(text).toContain(`"'-x"`.replaceAll('"', ''))
    expect((await importing(text)).body).toEqual({ ...report, lines: total, unchanged: total })
  }
  expect(await exported('?separator=semicolon')).toContain(';0,125;')
})

test('exports what the list shows under the same filters, of the own shop alone', async () => {
  const lines = (text: string) => text.trim().split('\r\n')
  expect(lines(await exported('?sku=SCR-1'))).toHaveLength(2)
  expect(lines(await exported('', other.api))).toHaveLength(1)
  expect((await api.get('/products/export?category_id=999999')).status).toBe(404)
  expect((await api.get('/products/export?kind=gadget')).status).toBe(422)
  const { headers } = await api.get('/products/export')
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
  expect(headers.get('content-disposition')).toContain('filename="products.csv"')
})

test('imports at the same time add each product once', async () => {
  const text = `sku,name,price,stock,category\n${Array.from({ length: 50 }, (_, i) => `P-${i},Part,1,1,Same > Place`).join('\n')}`
  const answers = await Promise.all([importing(text), importing(text), importing(text)])
  const sums = answers.map(({ body }) => body.created + body.unchanged + body.failed)
  expect(sums).toEqual([50, 50, 50])
  expect(answers.reduce((sum, { body }) => sum + body.created, 0)).toBe(50)
  const { rows } = await owner.query(
    `select count(*)::int as count, sum(stock_quantity)::int as stock from products where sku like 'P-%'`,
  )
  expect(rows[0]).toEqual({ count: 50, stock: 50 })
  const same = await owner.query(`select from product_categories where name in ('Same', 'Place')`)
  expect(same.rowCount).toBe(2)
})

test('an export that nobody reads on ends its transaction', async () => {
  await owner.query(
    `insert into products (tenant_id, name, price_excl, description)
     select $1, 'Filler', 1, repeat('long text ', 200) from generate_series(1, 6000)`,
    [shop.tenant_id],
  )
  const response = await fetch(`${url}/api/products/export`, {
    headers: { Authorization: `Bearer ${api.token}` },
  })
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  await expect
    .poll(
      async () => {
        const { rows } = await owner.query(
          `select count(*)::int as count from pg_stat_activity where state like 'idle in transaction%'`,
        )
        return rows[0].count
      },
      { timeout: 20_000 },
    )
    .toBe(0)
})
