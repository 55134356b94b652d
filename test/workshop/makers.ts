import type { Json } from '../harness/client.ts'
import type { Shop, startShops } from '../harness/shop.ts'

type Owner = Awaited<ReturnType<typeof startShops>>['owner']

/** What a test of the workshop needs around a work order; records of other areas straight in SQL. */
export function makers({ api, tenant_id }: Shop, owner: Owner) {
  const add = async (table: string, values: Record<string, unknown>): Promise<number> => {
    const all = { tenant_id, ...values }
    const places = Object.keys(all).map((_, i) => `$${i + 1}`)
    const { rows } = await owner.query(
      `insert into ${table} (${Object.keys(all).join()}) values (${places.join()}) returning id::int`,
      Object.values(all),
    )
    return rows[0].id
  }
  const customer = async (draft: object = {}): Promise<Json> =>
    (await api.post('/customers', { first_name: 'Someone', ...draft })).body
  const order = async (draft: { customer_id?: number; [field: string]: unknown } = {}) => {
    const customer_id = draft.customer_id ?? (await customer()).id
    const { status, body } = await api.post('/work-orders', { ...draft, customer_id })
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body
  }
  return {
    customer,
    order,
    device: (customer_id: number, values: object) => add('devices', { customer_id, ...values }),
    employee: (name: string) => add('employees', { name }),
    branch: () => add('branches', { name: 'Branch' }),
    product: () => add('products', { name: 'OLED screen', price_excl: 10 }),
    invoice: ({ id, customer }: Json) =>
      add('invoices', {
        work_order_id: id,
        customer_id: customer.id,
        invoice_date: '2026-03-27',
      }),
    invoiceLine: (invoice_id: number, work_order_line_id: number) =>
      add('invoice_lines', {
        invoice_id,
        work_order_line_id,
        position: 1,
        description: 'Billed',
        unit_price: 10,
        total_excl_cents: 1000,
        net_cents: 1000,
      }),
    quotation: ({ id, customer }: Json) =>
      add('quotations', {
        work_order_id: id,
        customer_id: customer.id,
        quotation_number: `QU-${id}`,
      }),
  }
}
