import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import { newCustomer } from '../sales/invoicing.ts'

export const labour = { description: 'Labour', quantity: 1, unit_price: 200, vat_rate: 21 }

/** How a shop makes work orders and quotations of € 242.00, by their paths, and takes deposits on them. */
export const depositing = (api: Client) => ({
  async newWorkOrder(line: object = labour): Promise<string> {
    const customer_id = await newCustomer(api)
    const { body } = await api.post('/work-orders', { customer_id, problem_description: 'Cracked' })
    await api.post(`/work-orders/${body.id}/lines`, line)
    return `/work-orders/${body.id}`
  },

  async newQuotation(): Promise<string> {
    const { body } = await api.post('/quotations', {
      customer_id: await newCustomer(api),
      lines: [{ description: 'Screen', qty: 1, unit_price: 200, vat_pct: 21 }],
    })
    return `/quotations/${body.id}`
  },

  /** € 100.00 unless said otherwise. */
  async deposit(path: string, fields: object = {}): Promise<Json> {
    const answer = await api.post(`${path}/deposit`, { amount: 100, ...fields })
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body
  },
})

export const idOf = (path: string) => Number(path.split('/').at(-1))
