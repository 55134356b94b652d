import { receiveFromPostmark } from '../domain/mail/webhook.ts'
import { receiveFromMollie, receiveFromStripe } from '../domain/payments/webhooks.ts'
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
  .post('/postmark/:key', async (c) => {
    await receiveFromPostmark(c.get('ctx'), c.req.param('key'), {
      authorization: c.req.header('authorization'),
      body: () => c.req.json().catch(() => undefined),
    })
    return c.body(null, 200)
  })
