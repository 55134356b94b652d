import type { Json } from '../harness/client.ts'
import type { Shop, startShops } from '../harness/shop.ts'

type Owner = Awaited<ReturnType<typeof startShops>>['owner']

interface OrderedLine {
  product_id: number
  quantity: number
  unit_price?: number
  work_order_id?: number
  /** What is ordered when absent. */
  max_receivable?: number
}

/** What a test of purchasing needs around a receipt. */
export function makers({ api, tenant_id }: Shop, owner: Owner) {
  let numbers = 0

  const add = async (table: string, values: Record<string, unknown>): Promise<number> => {
    const all = { tenant_id, ...values }
    const places = Object.keys(all).map((_, i) => `$${i + 1}`)
    const { rows } = await owner.query(
      `insert into ${table} (${Object.keys(all).join()}) values (${places.join()}) returning id::int`,
      Object.values(all),
    )
    return rows[0].id
  }
  const made = async (path: string, draft: object): Promise<Json> => {
    const { status, body } = await api.post(path, draft)
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body
  }
  const supplier = (values: object = {}) => add('suppliers', { name: 'Parts & Co', ...values })

  /** An order that was placed, straight in SQL. */
  async function purchaseOrder(lines: OrderedLine[], values: Record<string, unknown> = {}) {
    const supplier_id = (values.supplier_id as number | undefined) ?? (await supplier())
    const po_number = `PO-${++numbers}`
    const id = await add('purchase_orders', {
      status: 'ordered',
      po_number,
      ...values,
      supplier_id,
    })
    const ids: number[] = []
    for (const { unit_price = 10, ...line } of lines) {
      const kept = { max_receivable: line.quantity, ...line, unit_price }
      const total_cents = line.quantity * unit_price * 100
      ids.push(await add('purchase_order_lines', { ...kept, total_cents, purchase_order_id: id }))
    }
    return { id, po_number, supplier_id, lines: ids, line: ids[0] ?? 0 }
  }

  return {
    add,
    supplier,
    purchaseOrder,
    product: async (draft: object = {}): Promise<number> =>
      (await made('/products', { name: 'Screen', price_excl: 20, ...draft })).id,
    workOrder: async (draft: object = {}): Promise<Json> => {
      const { id: customer_id } = await made('/customers', { first_name: 'Someone' })
      return made('/work-orders', { customer_id, ...draft })
    },
    /** The status of an order, and what was received of its lines. */
    async orderOf(id: number): Promise<{ status: string; received: number[] }> {
      const { rows } = await owner.query(
        `select o.status, array_agg(l.received_qty order by l.id) as received
         from purchase_orders o join purchase_order_lines l on l.purchase_order_id = o.id
         where o.id = $1 group by o.id`,
        [id],
      )
      return rows[0]
    },
    /** What the product says it has, what its movements add up to, and what stands in which bins. */
    async stockOf(product_id: number) {
      const { rows } = await owner.query(
        `select p.stock_quantity as stock, p.stock_value_cents::int as value_cents,
           (select coalesce(sum(m.quantity), 0)::int from stock_movements m where m.product_id = p.id) as moved,
           (select coalesce(sum(s.quantity), 0)::int from bin_stock s where s.product_id = p.id) as in_bins
         from products p where p.id = $1`,
        [product_id],
      )
      return rows[0] as { stock: number; moved: number; in_bins: number; value_cents: number }
    },
  }
}
