import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { postedMail } from '../fakes/postmark-mails.ts'
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

const inbound_address = 'hash@inbound.postmarkapp.com'

/** The same, where Postmark posts to the first shop; mail goes on leaving by the mail server of the tests. */
export async function startReceiving() {
  const mailing = await startMailing()
  const { api, owner, url } = mailing
  const connect = (config: object) =>
    api.put('/integrations/postmark', { is_enabled: false, config })
  await connect({ server_token: 'token', from_email: 'shop@example.com', inbound_address })
  const { webhook_url } = (await api.get('/integrations/postmark')).body
  const webhook = new URL(webhook_url).pathname

  const post = (body: unknown, headers: Record<string, string> = {}, path = webhook) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  /** The one mail that Postmark numbered so. */
  const messageOf = async (provider_id: string): Promise<Json> => {
    const { rows } = await owner.query('select id from email_messages where provider_id = $1', [
      provider_id,
    ])
    if (rows.length !== 1) throw new Error(`${rows.length} mails ${provider_id}`)
    return (await api.get(`/email/messages/${rows[0].id}`)).body
  }

  return {
    ...mailing,
    connect,
    webhook,
    post,
    messageOf,
    inbound_address,
    /** Posts a mail, and answers it as the shop sees it. */
    async received(change: Record<string, unknown> = {}): Promise<Json> {
      const mail = postedMail(change)
      const { status } = await post(mail)
      if (status !== 200) throw new Error(`Answered ${status}`)
      return messageOf(mail.MessageID)
    },
    threadOf: async ({ thread_id }: Json): Promise<Json> =>
      (await api.get(`/email/threads/${thread_id}`)).body,
  }
}
