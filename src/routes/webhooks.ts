import { receiveFromMoneybird } from '../domain/bookkeeping/webhook.ts'
import { receiveFromPostmark } from '../domain/mail/webhook.ts'
import { receiveFromMollie, receiveFromStripe } from '../domain/payments/webhooks.ts'
import { receiveFromTwilio } from '../domain/sms/webhooks.ts'
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
  .post('/moneybird/:key', async (c) => {
    const signature = c.req.header('moneybird-signature') ?? ''
    const body = await c.req.text()
    await receiveFromMoneybird(c.get('ctx'), c.req.param('key'), { body, signature })
    return c.body(null, 200)
  })
  .post('/twilio/:key', async (c) => {
    await receiveFromTwilio(c.get('ctx'), c.req.param('key'), {
      url: c.req.url,
      signature: c.req.header('x-twilio-signature') ?? '',
      content_type: c.req.header('content-type') ?? '',
      body: await c.req.text(),
    })
    return c.body('<Response/>', 200, { 'Content-Type': 'text/xml' })
  })
  .post('/postmark/:key', async (c) => {
    await receiveFromPostmark(c.get('ctx'), c.req.param('key'), {
      authorization: c.req.header('authorization'),
      body: () => c.req.json().catch(() => undefined),
    })
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
