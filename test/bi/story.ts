import { addDays, dayIn } from '../../src/lib/dates.ts'
import type { Client } from '../harness/client.ts'
import { newCustomer, newIssued, screen } from '../sales/invoicing.ts'

/**
 * Some weeks of a shop: two branches, two engineers, work orders on their way, invoices paid, open and
 * overdue. Answers the id of the branch "Noord", where one half of it happened.
 */
export async function tellFigures(api: Client): Promise<number> {
  const today = dayIn('Europe/Amsterdam', new Date())
  const made = async (path: string, draft: object) => {
    const { status, body } = await api.post(path, draft)
    if (status !== 201) throw new Error(`${path}: ${JSON.stringify(body)}`)
    return body
  }
  const north = (await made('/branches', { name: 'Noord' })).id
  const south = (await made('/branches', { name: 'Zuid' })).id
  const engineers = [
    (await made('/employees', { name: 'Jan Bakker', role: 'Technician' })).id,
    (await made('/employees', { name: 'Samira el Amrani', role: 'Technician' })).id,
  ]
  const product_id = (await made('/products', { name: 'iPhone 14 scherm', price_excl: 89 })).id
  await api.post('/stock/adjust', { product_id, quantity: 20 })
  const customer_id = await newCustomer(api)
  for (const n of [0, 1, 2, 3, 4, 5]) {
    const branch_id = n % 2 ? south : north
    const assigned_to = engineers[n % 3 === 0 ? 0 : 1]
    const order = await made('/work-orders', { customer_id, branch_id, assigned_to })
    if (n < 4) await api.post(`/work-orders/${order.id}/status`, { status: 'in_repair' })
    if (n < 3) await api.post(`/work-orders/${order.id}/status`, { status: 'completed' })
    const invoice_date = addDays(today, -n * 9)
    const { id, total } = await newIssued(api, {
      customer_id,
      work_order_id: order.id,
      invoice_date,
      due_date: addDays(invoice_date, 14),
      lines: [{ ...screen, product_id, unit_price: 89 + 10 * n }],
    })
    if (n % 3 === 1) await made(`/invoices/${id}/payments`, { amount: total, method: 'pin' })
  }
  return north
}
