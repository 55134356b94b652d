import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const csv = { 'Content-Type': 'text/csv' }
const importing = (text: string, query = '') => api.post(`/stock/import${query}`, text, csv)
const exported = async (query = '') =>
  new TextDecoder().decode((await api.get(`/stock/export${query}`)).body)

const row = async (statement: string, values: unknown[]) =>
  Number((await owner.query(`${statement} returning id`, values)).rows[0].id)
const [main] = (
  await owner.query('select id from warehouses where tenant_id = $1 and is_default', [
    shop.tenant_id,
  ])
).rows
const second = await row(`insert into warehouses (tenant_id, name) values ($1, 'Attic')`, [
  shop.tenant_id,
])
const addBin = (warehouse_id: number, code: string) =>
  row('insert into bins (tenant_id, warehouse_id, code) values ($1, $2, $3)', [
    shop.tenant_id,
    warehouse_id,
    code,
  ])
await addBin(main.id, 'A-01')
await addBin(second, 'A-01')
await addBin(second, 'Z-01')

const add = async (sku: string, draft: object = {}) => {
  const { status, body } = await api.post('/products', {
    name: `Part ${sku}`,
    sku,
    price_excl: 1,
    purchase_price: 10,
    ...draft,
  })
  expect(status).toBe(201)
  return body.id as number
}
const stock = async (id: number) => (await api.get(`/products/${id}`)).body.stock_quantity
const places = async (id: number) =>
  (
    await owner.query(
      `select w.name || '/' || b.code as place, s.quantity from bin_stock s join bins b on b.id = s.bin_id
       join warehouses w on w.id = b.warehouse_id where s.product_id = $1 and s.quantity <> 0 order by 1`,
      [id],
    )
  ).rows

test('brings stock to what was counted, in all or in a bin, as movements', async () => {
  const one = await add('S-1', { stock_quantity: 5 })
  const two = await add('S-2')
  const text =
    'Artikelnummer;Magazijn;Locatie;Aantal;Mutatie;Kostprijs;Reden\n' +
    'S-1;;;8;;12,50;\n' +
    'S-2;Attic;z-01;4;;;Geteld\n' +
    'S-2;;A-01;;3;;\n'
  const dry = await importing(text, '?dry_run=1')
  expect(dry.body).toMatchObject({ dry_run: true, lines: 3, updated: 3, failed: 0, errors: [] })
  expect(await stock(one)).toBe(5)
  expect((await importing(text)).body).toEqual({ ...dry.body, dry_run: false })
  expect(await stock(one)).toBe(8)
  expect(await stock(two)).toBe(7)
  expect(await places(two)).toEqual([
    { place: 'Attic/Z-01', quantity: 4 },
    { place: expect.stringMatching(/\/A-01$/), quantity: 3 },
  ])
  const movements = (await api.get(`/stock/movements?product_id=${one}`)).body.data
  expect(movements[0]).toMatchObject({
    kind: 'adjust',
    quantity: 3,
    reason: 'Import',
    unit_cost: 12.5,
  })
  const less = await importing('sku,bin,warehouse,quantity\nS-2,Z-01,Attic,1\nS-1,,,0\n')
  expect(less.body).toMatchObject({ updated: 2, failed: 0 })
  expect([await stock(one), await stock(two)]).toEqual([0, 4])
})

test('is unchanged when an export comes back; its values add up to the cent', async () => {
  const id = await add('S-3', { purchase_price: 3.3333 })
  await importing('sku,bin,warehouse,change\nS-3,A-01,,1\nS-3,A-01,Attic,1\nS-3,Z-01,,5\n')
  const text = await exported()
  const lines = text.trim().split('\r\n')
  expect(lines[0]).toBe(
    '\uFEFFproduct_id,sku,barcode,name,warehouse,bin,quantity,unit_cost,value'.replace(
      '\uFEFF',
      '',
    ),
  )
  const values = lines
    .filter((line) => line.includes('S-3'))
    .map((line) => Number(line.split(',').at(-1)))
  expect(values).toHaveLength(3)
  const { stock_value } = (await api.get(`/products/${id}`)).body
  expect(Math.round(values.reduce((sum, value) => sum + value * 100, 0))).toBe(stock_value * 100)
  const again = await importing(text)
  expect(again.body).toMatchObject({
    lines: lines.length - 1,
    unchanged: lines.length - 1,
    updated: 0,
    failed: 0,
    ignored_columns: ['name', 'value'],
  })
  const dutch = await exported('?separator=semicolon&q=S-3')
  expect(dutch).toContain(';3,33')
  expect((await importing(dutch)).body).toMatchObject({ unchanged: 3, failed: 0 })
})

test('reports what cannot be, with the line, and does the rest', async () => {
  const held = await add('S-4', { stock_quantity: 5 })
  await add('S-5', { kind: 'service' })
  await add('S-6', { track_serials: true })
  await add('S-7', { stock_quantity: 2 })
  const customer_id = (await api.post('/customers', { first_name: 'A' })).body.id
  const order = (await api.post('/work-orders', { customer_id, problem_description: 'Broken' }))
    .body
  const list = await row(
    'insert into pick_lists (tenant_id, work_order_id, pick_list_number) values ($1, $2, $3)',
    [shop.tenant_id, order.id, 'PL-1'],
  )
  await row(
    'insert into pick_list_lines (tenant_id, pick_list_id, product_id, quantity, reserved_qty) values ($1, $2, $3, 4, 4)',
    [shop.tenant_id, list, held],
  )
  const answer = await importing(
    'sku,barcode,warehouse,bin,quantity,change\n' +
      'S-4,,,,3,\n' +
      'S-5,,,,1,\n' +
      'S-6,,,,1,\n' +
      'S-7,,,A-01,,-1\n' +
      'S-7,,,,,-3\n' +
      'S-7,,,Q-99,1,\n' +
      'S-9,,,,1,\n' +
      ',,,,1,\n' +
      'S-7,,,,1,1\n' +
      'S-7,,,,-1,\n' +
      'S-2,,,,1.5,\n' +
      'S-4,,,,4,\n',
  )
  expect(
    answer.body.errors.map(({ line, field, message }: Record<string, string>) => [
      line,
      field,
      message,
    ]),
  ).toEqual([
    [2, 'quantity', 'The stock is reserved for pick lists.'],
    [3, null, 'A service has no stock.'],
    [4, 'quantity', 'Part S-6 needs the serial number of each piece.'],
    [5, 'quantity', 'There is not enough stock.'],
    [6, null, 'The same stock came before, at line 5.'],
    [7, 'bin', 'The selected bin is invalid.'],
    [8, 'sku', 'The selected sku is invalid.'],
    [9, 'sku', 'The sku field is required, or a barcode.'],
    [10, 'quantity', 'The quantity field must be given, or else the change, not both.'],
    [11, 'quantity', 'The quantity field must be at least 0.'],
    [12, 'quantity', 'The quantity field must be an integer.'],
    [13, null, 'The same stock came before, at line 2.'],
  ])
  expect(await stock(held)).toBe(5)
  expect((await other.api.post('/stock/import', 'sku,quantity\nS-1,3\n', csv)).body).toMatchObject({
    failed: 1,
  })
})

test('sales at the same time are neither lost nor met in a circle', async () => {
  const ids = await Promise.all(
    ['C-1', 'C-2', 'C-3'].map((sku) => add(sku, { stock_quantity: 20 })),
  )
  const imports = Array.from({ length: 4 }, () => importing('sku,change\nC-3,1\nC-1,1\nC-2,1\n'))
  const adjusts = ids
    .toReversed()
    .flatMap((product_id) =>
      Array.from({ length: 4 }, () => api.post('/stock/adjust', { product_id, quantity: -1 })),
    )
  const answers = await Promise.all([...imports, ...adjusts])
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(await Promise.all(ids.map(stock))).toEqual([20, 20, 20])
})
