import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

/** Two shops whose Worker sends mail to a mailbox, and what their tests do again and again. */
export async function startMailing(vars: Record<string, string> = {}) {
  const mailbox = await startMailbox()
  afterAll(() => mailbox.stop())
  const shops = await startShops({ smtp_url: mailbox.smtp_url, vars })
  const { api } = shops.shop
  let customers = 0
  return {
    ...shops,
    api,
    mailbox,
    /** A customer with an address that nobody else has. */
    async newCustomer(more: object = {}): Promise<Json> {
      customers += 1
      const draft = {
        first_name: 'Jane',
        last_name: 'Smith',
        email: `jane${customers}@example.com`,
      }
      return (await api.post('/customers', { ...draft, ...more })).body
    },
    /** Sends a mail, and answers the conversation that it is in. */
    async send(mail: object = {}): Promise<Json> {
      const { status, body } = await api.post('/email/send', {
        to: 'jane@example.com',
        subject: 'Your repair is ready',
        body_html: '<p>Good news!</p>',
        ...mail,
      })
      if (status !== 200) throw new Error(JSON.stringify(body))
      return (await api.get(`/email/threads/${body.thread_id}`)).body
    },
  }
}
