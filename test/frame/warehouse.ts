import type { Body, Factory } from './factory.ts'
import { onePiece, orderToPick } from './picking.ts'

/** A spreadsheet to import. */
function sheet(text: string): FormData {
  const form = new FormData()
  form.set('file', new File([text], 'sheet.csv', { type: 'text/csv' }))
  return form
}

/** Valid bodies of what happens on the shelves. */
export const warehouseBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/pick-lists/from-work-order': async (f) => ({ work_order_id: await orderToPick(f) }),
  '/pick-lists/{id}/pick': onePiece,
  '/pick-lists/{id}/return': onePiece,
  '/pick-lists/{id}/complete': () => ({}),
  '/pick-lists/{id}/cancel': () => ({}),
  '/stock/adjust': async (f) => ({
    product_id: await f.id('/products'),
    quantity: 5,
    reason: 'Counted',
  }),
  '/stock/returns': async (f) => ({
    product_id: await f.id('/products'),
    quantity: 1,
    reason: 'Does not fit',
  }),
  '/warehouses': async (f) => ({
    name: f.name('Warehouse'),
    branch_id: await f.id('/branches'),
  }),
  '/bins': async (f) => ({ warehouse_id: await f.id('/warehouses'), code: `A-${f.next()}` }),
  '/bins/generate': async (f) => ({
    warehouse_id: await f.id('/warehouses'),
    from: 'A-01',
    to: 'B-05',
  }),
  '/putaway': async (f) => ({
    product_id: await f.id('/products'),
    bin_id: await f.id('/bins'),
    quantity: 5,
  }),
  '/bin-stock/transfer': async (f) => {
    const product_id = await f.id('/products')
    const { data } = (await f.api.get(`/stock/movements?product_id=${product_id}`)).body
    const to_bin_id = await f.id('/bins')
    return { product_id, from_bin_id: data[0].bin_id, to_bin_id, quantity: 5 }
  },
  '/labels': async (f) => ({ kind: 'product', ids: [await f.id('/products')], format: '89x28' }),
  '/stock-counts': async (f) => ({ product_ids: [await f.id('/products')], notes: f.name('Rack') }),
  '/stock-counts/{id}/lines': async (f) => {
    const { body } = await f.api.get(`/stock/movements?product_id=${await f.id('/products')}`)
    const { bin_id, product_id } = body.data[0]
    return { lines: [{ bin_id, product_id, counted_qty: 9 }] }
  },
  '/stock-counts/{id}/apply': () => ({ uncounted: 'zero' }),
  '/products/import': (f) =>
    sheet(`sku,name,price_excl\n${f.name('SKU')},${f.name('Product')},12.5\n`),
  '/stock/import': async (f) => sheet(`product_id,change\n${await f.id('/products')},1\n`),
  '/purchase-orders/import': async (f) => {
    const supplier_id = await f.id('/suppliers')
    const product_id = await f.id('/products')
    return sheet(`supplier_id,product_id,quantity,unit_price\n${supplier_id},${product_id},3,7.5\n`)
  },
}
