import { expect } from 'vitest'
import { startShopsWithMail } from '../harness/mail.ts'

/** Two shops, the first with a customer, and how it makes quotations for her. */
export async function startQuoting() {
  const shops = await startShopsWithMail()
  const { api } = shops.shop
  const jane = await api.post('/customers', {
    first_name: 'Jane',
    last_name: 'Smith',
    email: 'jane@example.com',
  })
  const customer_id: number = jane.body.id

  /** The body of the reference, for the customer. */
  const printed = (given: object = {}) => ({
    customer_id,
    valid_until: '2126-04-30',
    lines: [{ description: 'Screen replacement', qty: 1, unit_price: 120.0, vat_pct: 21 }],
    ...given,
  })
  const newQuotation = async (given: object = {}) => {
    const { status, body } = await api.post('/quotations', printed(given))
    expect(status).toBe(201)
    return { ...body, path: `/quotations/${body.id}` }
  }
  const statusOf = async (path: string) => (await api.get(path)).body.status
  return { ...shops, api, customer_id, printed, newQuotation, statusOf }
}
