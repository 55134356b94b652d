import { asc, eq, gte, inArray } from 'drizzle-orm'
import type { Transacting } from '../../src/context.ts'
import { orderSuggested } from '../../src/domain/purchasing/from-suggestions.ts'
import { orderPurchaseOrder } from '../../src/domain/purchasing/order.ts'
import { createPurchaseOrder } from '../../src/domain/purchasing/purchase-orders.ts'
import { receiveOrder } from '../../src/domain/purchasing/receiving.ts'
import { orderSpecially } from '../../src/domain/purchasing/special-orders.ts'
import { createSupplierProduct } from '../../src/domain/purchasing/supplier-products.ts'
import { createSupplier } from '../../src/domain/purchasing/suppliers.ts'
import { branches } from '../../src/domain/staff/tables.ts'
import { applyStockCount } from '../../src/domain/warehouse/apply-count.ts'
import { createBin } from '../../src/domain/warehouse/bins.ts'
import { generateBins } from '../../src/domain/warehouse/bins-generate.ts'
import { countLines } from '../../src/domain/warehouse/count-lines.ts'
import { putGoodsAway } from '../../src/domain/warehouse/putaway.ts'
import { createStockCount } from '../../src/domain/warehouse/stock-counts.ts'
import { binStock, bins, warehouses } from '../../src/domain/warehouse/tables.ts'
import { transferStock } from '../../src/domain/warehouse/transfer.ts'
import { createWarehouse, updateWarehouse } from '../../src/domain/warehouse/warehouses.ts'
import { drafted } from './acting.ts'
import type { Shop } from './shop.ts'
import type { Story } from './story.ts'

const suppliers = [
  { name: 'Onderdelenhuis Almere', email: 'orders@onderdelenhuis.example', lead_time_days: 2 },
  { name: 'MobileParts Europe', email: 'sales@mobileparts.example', lead_time_days: 5 },
  { name: 'Accessoire Groothandel', email: 'verkoop@accessoire.example', lead_time_days: 3 },
]

/** Shelves and suppliers; what is in stock stands on its shelf, each product on its own. */
export async function equipWarehouse(ctx: Transacting, goods: Shop['goods']): Promise<void> {
  const [dock] = await ctx.db.select().from(bins).where(eq(bins.kind, 'receiving'))
  const warehouse_id = dock?.warehouse_id ?? 0
  await generateBins(ctx, { body: { warehouse_id, from: 'A-01-01', to: 'D-04-06' } })
  const shelves = await ctx.db
    .select({ id: bins.id })
    .from(bins)
    .where(eq(bins.kind, 'storage'))
    .orderBy(asc(bins.code))
  const [parts, others, accessories] = await Promise.all(
    suppliers.map((body) => createSupplier(ctx, { body: drafted(createSupplier, body) })),
  )
  for (const [place, { id: product_id, ...item }] of goods.entries()) {
    if (item.kind === 'service') continue
    const supplier =
      item.kind === 'accessory' ? accessories : item.category === 'Camera' ? others : parts
    const supplier_id = supplier?.id ?? 0
    Object.assign(goods[place] ?? {}, { supplier_id })
    await createSupplierProduct(ctx, {
      body: drafted(createSupplierProduct, {
        supplier_id,
        product_id,
        article_code: `${item.sku}-${place}`,
        unit_price: item.purchase_price,
        is_preferred: true,
      }),
    })
    if (item.stock_quantity === 0) continue
    const bin_id = shelves[place % shelves.length]?.id ?? 0
    const body = { product_id, bin_id, quantity: item.stock_quantity }
    await putGoodsAway(ctx, { body: drafted(putGoodsAway, body) })
  }
}

/** The warehouse is the first branch's; each other one has a cupboard of its own, with a little of what sells. */
export async function stockBranches(ctx: Transacting): Promise<void> {
  const [first, ...others] = await ctx.db
    .select({ id: branches.id, name: branches.name })
    .from(branches)
    .orderBy(asc(branches.id))
  const [main] = await ctx.db
    .select({ id: warehouses.id })
    .from(warehouses)
    .where(eq(warehouses.is_default, true))
  if (!first || !main) return
  await updateWarehouse(ctx, { params: main, body: { branch_id: first.id } })
  const plenty = await ctx.db
    .select({ product_id: binStock.product_id, from_bin_id: binStock.bin_id })
    .from(binStock)
    .where(gte(binStock.quantity, 8))
    .orderBy(asc(binStock.product_id))
    .limit(10)
  for (const { id: branch_id, name } of others) {
    const draft = drafted(createWarehouse, { name: `Winkel ${name}`, branch_id })
    const { id: warehouse_id } = await createWarehouse(ctx, { body: draft })
    const shelf = drafted(createBin, { warehouse_id, code: 'W-01' })
    const { id: to_bin_id } = await createBin(ctx, { body: shelf })
    for (const goods of plenty) {
      await transferStock(ctx, {
        body: drafted(transferStock, { ...goods, to_bin_id, quantity: 2 }),
      })
    }
  }
}

type Item = Shop['goods'][number]

/** Orders eight pieces of a product that ran out, and takes them in; they wait to be put away. */
export async function restock(ctx: Transacting, item: Item): Promise<void> {
  await receive(ctx, await placeOrder(ctx, [item], 8), 8)
}

async function placeOrder(ctx: Transacting, items: readonly Item[], quantity: number) {
  const lines = items.map(({ id: product_id }) => ({ product_id, quantity }))
  const body = { supplier_id: items[0]?.supplier_id ?? 0, lines }
  const { id } = await createPurchaseOrder(ctx, { body: drafted(createPurchaseOrder, body) })
  return orderPurchaseOrder(ctx, { params: { id } })
}

type Placed = Awaited<ReturnType<typeof placeOrder>>

const receive = (ctx: Transacting, { id, lines }: Placed, received_qty: number) =>
  receiveOrder(ctx, {
    params: { id },
    body: { reference: null, lines: lines.map((line) => ({ po_line_id: line.id, received_qty })) },
  })

/** A part that comes for one repair: ordered now, and taken in when it comes. */
export async function orderPart(ctx: Transacting, work_order_id: number, part: Item) {
  const { purchase_order_id: id, po_line_id } = await orderSpecially(ctx, {
    params: { id: work_order_id },
    body: { product_id: part.id },
  })
  await orderPurchaseOrder(ctx, { params: { id } })
  return (later: Transacting) =>
    receiveOrder(later, {
      params: { id },
      body: { reference: null, lines: [{ po_line_id, received_qty: 1 }] },
    })
}

/** What is under way in the warehouse today: orders in every status, and a shelf that was counted. */
export function planWarehouse(story: Story): void {
  const { goods } = story.shop
  const parts = goods.filter(({ kind, category }) => kind === 'part' && category !== 'Camera')
  story.at(story.openingHour(3), 'manager', (ctx) => placeOrder(ctx, parts.slice(0, 3), 10))
  story.at(story.openingHour(5), 'manager', async (ctx) => {
    await receive(ctx, await placeOrder(ctx, parts.slice(3, 5), 6), 4)
  })
  story.at(story.openingHour(1), 'manager', (ctx) => orderSuggested(ctx, { body: {} }))
  story.at(story.openingHour(8), 'technician', (ctx) => countSome(ctx, parts.slice(5, 9)))
}

/** One piece fewer than the books say, of the first that has any. */
async function countSome(ctx: Transacting, items: readonly Item[]) {
  const product_ids = items.map(({ id }) => id)
  const { id, lines } = await createStockCount(ctx, {
    body: drafted(createStockCount, { product_ids, blind: true, notes: 'Schermen en batterijen' }),
  })
  if (lines.length === 0) return
  const standing = await ctx.db
    .select()
    .from(binStock)
    .where(inArray(binStock.product_id, product_ids))
  const counted = lines.map(({ id: line_id, bin_id, product_id }, place) => {
    const here = standing.find((s) => s.bin_id === bin_id && s.product_id === product_id)
    return { line_id, counted_qty: Math.max(0, (here?.quantity ?? 0) - (place === 0 ? 1 : 0)) }
  })
  await countLines(ctx, { params: { id }, body: drafted(countLines, { lines: counted }) })
  await applyStockCount(ctx, { params: { id }, body: {} })
}
