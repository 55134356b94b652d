import { expect, test } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startShops } from '../harness/shop.ts'
import { newDraft } from './invoicing.ts'

const mailbox = await startMailbox()
const { shop } = await startShops({ smtp_url: mailbox.smtp_url })
await mailbox.stop()

test('keeps an invoice issued when its mail fails, and sends it when the server is back', async () => {
  const draft = await newDraft(shop.api, { due_date: '2099-01-01' })
  const path = `/invoices/${draft.id}`
  const key = { 'Idempotency-Key': 'send-twice' }
  expect(await shop.api.post(`${path}/send`, {}, key)).toMatchObject({
    status: 502,
    body: { code: 'mail_failed' },
  })
  const issued = await shop.api.get(path)
  expect(issued.body).toMatchObject({ status: 'sent', sent_at: null })
  const back = await startMailbox({ smtp_port: Number(new URL(mailbox.smtp_url).port) })
  try {
    const sent = await shop.api.post(`${path}/send`, {}, key)
    expect(sent).toMatchObject({
      status: 200,
      body: { invoice_number: issued.body.invoice_number, sent_at: expect.any(String) },
    })
    expect(back.mails()).toHaveLength(1)
  } finally {
    await back.stop()
  }
})
