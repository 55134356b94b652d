import type pg from 'pg'

/** The rows of a shop that figures are about, as the database's owner sees them. */
export interface Records {
  zone: string
  statuses: { slug: string; kind: string }[]
  employees: Map<number, string>
  orders: {
    id: number
    branch_id: number | null
    customer_id: number
    status: string
    assigned_to: number | null
    created_at: Date
    completed_at: Date | null
  }[]
  invoices: {
    id: number
    branch_id: number | null
    customer_id: number
    work_order_id: number | null
    status: string
    issued: boolean
    invoice_date: string
    due_date: string
    subtotal: number
    due: number
    paid: number
    paid_at: Date | null
  }[]
  credits: { invoice_id: number; credit_date: string; subtotal: number }[]
  movements: {
    product_id: number
    branch_id: number | null
    kind: string
    quantity: number
    created_at: Date
  }[]
  products: { id: number; name: string; value: number; quantity: number }[]
  /** Pieces of a product in the warehouses of a branch, bin by bin. */
  stock: { branch_id: number | null; product_id: number; quantity: number }[]
}

/** Whole numbers of Postgres come as text. */
const numbers = <T>(rows: Record<string, unknown>[]) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
      ]),
    ),
  ) as T[]

export async function recordsOf(owner: pg.Pool, tenant_id: number): Promise<Records> {
  const all = async <T>(query: string) => numbers<T>((await owner.query(query, [tenant_id])).rows)
  const [shop] = await all<{ zone: string }>('select timezone as zone from tenants where id = $1')
  const staff = await all<{ id: number; name: string }>(
    'select id, name from employees where tenant_id = $1',
  )
  return {
    zone: shop?.zone ?? '',
    statuses: await all('select slug, kind from work_order_statuses where tenant_id = $1'),
    employees: new Map(staff.map(({ id, name }) => [id, name])),
    orders: await all('select * from work_orders where tenant_id = $1'),
    invoices: await all(
      `select id, branch_id, customer_id, work_order_id, status, issued_at is not null as issued, paid_at,
         invoice_date::text, coalesce(due_date, invoice_date)::text as due_date, subtotal_cents as subtotal,
         due_cents as due, paid_cents as paid from invoices where tenant_id = $1`,
    ),
    credits: await all(
      `select invoice_id, credit_date::text, subtotal_cents as subtotal from credit_notes
       where tenant_id = $1 and status <> 'voided'`,
    ),
    movements: await all(
      `select m.product_id, w.branch_id, m.kind, m.quantity, m.created_at from stock_movements m
       join bins b on b.id = m.bin_id join warehouses w on w.id = b.warehouse_id where m.tenant_id = $1`,
    ),
    products: await all(
      `select id, name, stock_value_cents as value, stock_quantity as quantity from products where tenant_id = $1`,
    ),
    stock: await all(
      `select w.branch_id, s.product_id, s.quantity from bin_stock s join bins b on b.id = s.bin_id
       join warehouses w on w.id = b.warehouse_id where s.tenant_id = $1`,
    ),
  }
}
