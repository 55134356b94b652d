import { PDFDocument } from 'pdf-lib'
import { extractText, getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'
import { scan } from './scanning.ts'

const { shop, other, owner, url } = await startShops()
const { api } = shop

const product = async (draft: object) => {
  const { body } = await api.post('/products', { price_excl: 89, ...draft })
  return body.id as number
}
const screen = { name: 'iPhone 15 Screen', sku: 'SCR-IP15-BLK', barcode: '8712345678906' }

const textOf = async (pdf: Uint8Array) => {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf).slice()), {
    mergePages: true,
  })
  return text
}
const sizesOf = async (pdf: Uint8Array) =>
  (await PDFDocument.load(pdf)).getPages().map((page) => {
    const { width, height } = page.getSize()
    return `${Math.round((width / 72) * 25.4)}x${Math.round((height / 72) * 25.4)}`
  })

async function bin(code: string) {
  const { rows } = await owner.query(
    `insert into bins (tenant_id, warehouse_id, code)
     select tenant_id, id, $2 from warehouses where tenant_id = $1 returning id`,
    [shop.tenant_id, code],
  )
  return Number(rows[0].id)
}
async function order() {
  const customer = await api.post('/customers', { first_name: 'Jane', last_name: 'Smith' })
  const draft = { customer_id: customer.body.id, device_brand: 'Apple', device_model: 'iPhone 14' }
  return (await api.post('/work-orders', draft)).body
}

test('a product label says name, SKU and price incl. VAT, and its barcode scans', async () => {
  const id = await product(screen)
  const answer = await api.get(`/products/${id}/label`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/pdf')
  expect(answer.headers.get('content-disposition')).toContain(
    `inline; filename="label-product-${id}.pdf"`,
  )
  expect(await sizesOf(answer.body)).toEqual(['62x29'])
  expect(await textOf(answer.body)).toMatch(
    /iPhone 15 Screen.*107,69.*SCR-IP15-BLK.*8712345678906/s,
  )
  expect(await scan(answer.body)).toEqual([{ text: '8712345678906', code: 'EAN_13' }])
})

test.each(['62x29', '89x28', '100x50'])('every code scans on a label of %s mm', async (format) => {
  const ids = [
    await product({ ...screen, sku: `EAN-${format}` }),
    await product({ name: 'No EAN', barcode: '8712345678905' }),
    await product({ name: 'Only a SKU', sku: `sku ${format}/~` }),
    await product({ name: 'Only an id' }),
    await product({ name: 'An accent', barcode: 'ÉCLAIR-1' }),
    await product({ name: 'Too long for bars', barcode: 'X1y'.repeat(33) }),
  ]
  const texts = [
    '8712345678906',
    '8712345678905',
    `sku ${format}/~`,
    String(ids[3]),
    'ÉCLAIR-1',
    'X1y'.repeat(33),
  ]
  const kinds = ['EAN_13', 'CODE_128', 'CODE_128', 'CODE_128', 'QR_CODE', 'QR_CODE']
  const bars = await api.post('/labels', { kind: 'product', ids, format })
  expect(bars.status).toBe(200)
  expect(await sizesOf(bars.body)).toEqual(ids.map(() => format))
  expect(await scan(bars.body)).toEqual(texts.map((text, i) => ({ text, code: kinds[i] })))
  const squares = await api.post('/labels', { kind: 'product', ids, format, code: 'qr' })
  expect(await scan(squares.body)).toEqual(texts.map((text) => ({ text, code: 'QR_CODE' })))
})

test('bins and work orders have labels too, those without the name of the customer', async () => {
  const bins = [await bin('A-01-02'), await bin('A-01-01')]
  const shelf = await api.post('/labels', { kind: 'bin', ids: bins, format: '89x28' })
  expect((await scan(shelf.body)).map(({ text }) => text)).toEqual(['A-01-02', 'A-01-01'])
  expect(await textOf(shelf.body)).toContain('A-01-02')
  const { id, ticket_no } = await order()
  const ticket = await api.get(`/work-orders/${id}/label?format=100x50&code=qr&copies=2`)
  const read = { text: ticket_no, code: 'QR_CODE' }
  expect(await scan(ticket.body)).toEqual([read, read])
  const said = await textOf(ticket.body)
  expect(said).toMatch(/WO-.*Apple iPhone 14/s)
  expect(said).not.toMatch(/Jane|Smith/)
})

test('the copies of a label come together, and equal labels are equal files', async () => {
  const ids = [
    await product({ name: 'One', sku: 'ONE' }),
    await product({ name: 'Two', sku: 'TWO' }),
  ]
  const order = { kind: 'product', ids, copies: 3 }
  const { body } = await api.post('/labels', order)
  const texts = (await scan(body)).map(({ text }) => text)
  expect(texts).toEqual(['ONE', 'ONE', 'ONE', 'TWO', 'TWO', 'TWO'])
  expect((await api.post('/labels', order)).body).toEqual(body)
})

test('no name breaks a label', async () => {
  const names = ['x'.repeat(255), 'word '.repeat(50), '📱 テスト', 'ไทย\nzwei', '\u202eabc']
  const ids = await Promise.all(names.map((name) => product({ name })))
  for (const code of ['code128', 'qr']) {
    const { status, body } = await api.post('/labels', { kind: 'product', ids, code })
    expect(status).toBe(200)
    expect((await scan(body)).map(({ text }) => text)).toEqual(ids.map(String))
  }
})

test('refuses what cannot be printed', async () => {
  const id = await product({ name: 'One' })
  const theirs = await other.api.post('/products', { name: 'Theirs', price_excl: 1 })
  for (const query of ['format=10x10', 'code=aztec', 'copies=0', 'copies=101', 'copies=x']) {
    const answer = await api.get(`/products/${id}/label?${query}`)
    expect(answer.status).toBe(422)
    expect(Object.keys(answer.body.errors)).toEqual([query.split('=')[0]])
  }
  expect((await api.get(`/products/${theirs.body.id}/label`)).status).toBe(404)
  expect((await api.get('/work-orders/999999/label')).status).toBe(404)
  for (const [body, field] of [
    [{ ids: [id] }, 'kind'],
    [{ kind: 'customer', ids: [id] }, 'kind'],
    [{ kind: 'product', ids: [] }, 'ids'],
    [{ kind: 'product', ids: [id, theirs.body.id] }, 'ids.1'],
    [{ kind: 'bin', ids: [999_999] }, 'ids.0'],
    [{ kind: 'product', ids: Array(11).fill(id), copies: 100 }, 'copies'],
    [{ kind: 'product', ids: [id], copies: 0 }, 'copies'],
  ] as const) {
    const answer = await api.post('/labels', body)
    expect(answer.status, JSON.stringify(body)).toBe(422)
    expect(Object.keys(answer.body.errors)).toEqual([field])
  }
})

test('a token prints the labels of what it may read', async () => {
  const { rows } = await owner.query(
    `select id from users where tenant_id = $1 and role = 'technician'`,
    [shop.tenant_id],
  )
  const token = await newToken(owner, shop.tenant_id, Number(rows[0].id), ['stock:read'])
  const scanner = new Client(url, token)
  const id = await product({ name: 'One' })
  expect((await scanner.get(`/products/${id}/label`)).status).toBe(200)
  const ticket = await order()
  expect((await scanner.get(`/work-orders/${ticket.id}/label`)).status).toBe(403)
  for (const ids of [[ticket.id], [999_999]]) {
    expect((await scanner.post('/labels', { kind: 'work_order', ids })).status).toBe(403)
  }
})
