import { describe, expect, test } from 'vitest'
import { seen, startVisiting } from './visiting.ts'

const { api, mailbox, customer_id, newQuotation, newInvoice, open } = await startVisiting()

describe('a mail', () => {
  const linksIn = (text = '') => text.match(/http\S+\/p\/[\w-]+\.[\w-]+\.[\w-]+/g) ?? []

  test('of a quotation or an invoice has the link, in the text and as a button', async () => {
    const quotation = await newQuotation()
    const invoice = await newInvoice()
    for (const [path, heading] of [
      [`/quotations/${quotation.id}/send`, quotation.quotation_number],
      [`/invoices/${invoice.id}/send`, invoice.invoice_number],
    ]) {
      mailbox.clear()
      expect((await api.post(path, { message: 'Our <own> words' })).status).toBe(200)
      const mail = mailbox.mails()[0]
      const [address = ''] = linksIn(mail?.text)
      expect(mail?.text).toContain('Our <own> words')
      expect(mail?.html).toContain('Our &lt;own&gt; words')
      expect(mail?.html).toContain(`<a href="${address}"`)
      const page = await open(address)
      expect(page.status).toBe(200)
      expect(seen(page.text)).toContain(heading)
    }
  })

  test('of an invoice that was mailed before is a copy', async () => {
    const { id, invoice_number } = await newInvoice({ customer_id })
    await api.post(`/invoices/${id}/send`)
    expect(mailbox.mails()[0]?.subject).toBe(
      `Factuur ${invoice_number} van Reparatiehuis Amsterdam`,
    )
    await api.post(`/invoices/${id}/send`)
    expect(mailbox.mails()[0]?.subject).toBe(
      `Kopie factuur ${invoice_number} van Reparatiehuis Amsterdam`,
    )
  })
})
