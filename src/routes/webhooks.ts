import { receiveFromMollie, receiveFromStripe } from '../domain/payments/webhooks.ts'
import { findContact } from '../domain/telephony/contact.ts'
import { receiveJournal } from '../domain/telephony/journal.ts'
import { router } from '../http/context.ts'

/** What services outside tell us. The last part of the path names the shop; nobody logs in here. */
export const webhookRoutes = router()
  .post('/mollie/:key', async (c) => {
    await receiveFromMollie(c.get('ctx'), c.req.param('key'), await c.req.text())
    return c.body(null, 200)
  })
  .post('/stripe/:key', async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer())
    const signature = c.req.header('stripe-signature') ?? ''
    await receiveFromStripe(c.get('ctx'), c.req.param('key'), { body, signature })
    return c.body(null, 200)
  })
  .post('/3cx/:key', async (c) => {
    const secret = c.req.header('x-webhook-secret') ?? ''
    const body = await c.req.text()
    await receiveJournal(c.get('ctx'), c.req.param('key'), { body, secret })
    return c.body(null, 200)
  })
  .get('/3cx/:key/contact', async (c) => {
    const secret = c.req.header('x-webhook-secret') ?? ''
    const number = c.req.query('number') ?? ''
    return c.json(await findContact(c.get('ctx'), c.req.param('key'), { number, secret }))
  })
