import type pg from 'pg'
import { account } from './stage.ts'

export interface Scenario {
  name: string
  method: 'GET' | 'POST'
  /** The requests take turns. */
  paths: string[]
  /** Made once per request in turn, so that rows and addresses differ. */
  body?: (n: number) => object
  /** Least share of the bare Worker's throughput. */
  target?: number
  /** At once; 16 when absent. */
  connections?: number
}

export const bare: Scenario = { name: 'bare Worker', method: 'GET', paths: ['/'] }

const words = ['jansen', 'zoe', '0612', 'sofie bakker', 'bedrijf 12', 'smit 40', 'visser', 'emma']

/** What is measured, with ids of rows that are there. */
export async function scenarios(owner: pg.Pool): Promise<Scenario[]> {
  const ids = async (table: string) => {
    const { rows } = await owner.query(`select id from ${table} order by md5(id::text) limit 50`)
    return rows.map(({ id }) => Number(id))
  }
  const [customers, workOrders] = await Promise.all([ids('customers'), ids('work_orders')])
  const searches = (path: string) => words.map((q) => `${path}?q=${encodeURIComponent(q)}`)
  const customer_id = (n: number) => customers[n % customers.length]
  return [
    {
      name: 'log in',
      method: 'POST',
      paths: ['/auth/login'],
      body: () => account,
      // The password's hash takes a core for a while, whoever asks.
      connections: 2,
    },
    {
      name: 'list customers',
      method: 'GET',
      paths: ['/customers', '/customers?page=3'],
      target: 0.6,
    },
    {
      name: 'get customer',
      method: 'GET',
      paths: customers.map((id) => `/customers/${id}`),
      target: 0.6,
    },
    { name: 'search customers', method: 'GET', paths: searches('/customers'), target: 0.6 },
    {
      name: 'create customer',
      method: 'POST',
      paths: ['/customers'],
      body: (n) => ({ first_name: 'Nora', last_name: `New ${n}`, phone: '06-12345678' }),
      target: 0.5,
    },
    {
      name: 'list work orders',
      method: 'GET',
      paths: ['/work-orders', '/work-orders?page=3'],
      target: 0.6,
    },
    {
      name: 'get work order',
      method: 'GET',
      paths: workOrders.map((id) => `/work-orders/${id}`),
      target: 0.6,
    },
    { name: 'search work orders', method: 'GET', paths: searches('/work-orders'), target: 0.6 },
    {
      name: 'create work order',
      method: 'POST',
      paths: ['/work-orders'],
      body: (n) => ({ customer_id: customer_id(n), problem_description: `Problem ${n}` }),
      target: 0.5,
    },
    { name: 'list invoices', method: 'GET', paths: ['/invoices'], target: 0.6 },
    {
      name: 'create invoice',
      method: 'POST',
      paths: ['/invoices'],
      body: (n) => ({
        customer_id: customer_id(n),
        invoice_date: '2026-03-27',
        lines: [{ description: 'Screen', quantity: 1, unit_price: 89 }],
      }),
      target: 0.5,
    },
  ]
}
