import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { update } from '../../db/rows.ts'
import { formatDate } from '../../lib/dates.ts'
import { formatMoney } from '../../lib/money.ts'
import { invalid, refused } from '../../refusal.ts'
import { Id, optionalEmail, optionalText } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { mailCustomer } from '../mail/correspondence.ts'
import { optionalLine } from '../mail/fields.ts'
import { linkedMail, linkLabels } from '../portal/linked-mail.ts'
import { linkForMail } from '../portal/links.ts'
import { filenameOf, type InvoiceToPrint, invoiceToPrint, pdfOf } from './invoice-document.ts'
import { issueInvoice } from './invoice-issue.ts'
import { InvoiceDetail, oneInvoice } from './invoice-record.ts'
import { invoices } from './tables.ts'

export const sendInvoice = call(
  {
    summary: 'Send invoice',
    description:
      'Issues a draft, and mails the PDF with a link to the page of the customer. What was mailed before goes as a copy. When the mail fails (502) the invoice stays issued and can be sent again.',
    can: 'invoices:issue',
    module: 'invoices',
    params: Id,
    body: z.object({
      to: optionalEmail().describe("The customer's address when absent"),
      subject: optionalLine(),
      message: optionalText(5000),
    }),
    output: InvoiceDetail,
    on: invoices,
  },
  async (ctx, { params, body }) => {
    const draft = await printable(ctx, { params })
    if (draft.invoice.status === 'cancelled') {
      throw refused('cancelled', 'A cancelled invoice cannot be sent.')
    }
    const to = body.to ?? draft.buyer.email
    if (!to) throw invalid({ to: ['The to field is required: the customer has no e-mail.'] })
    if (draft.invoice.status === 'draft') await issueInvoice(ctx, { params, body: {} })
    const printed = draft.invoice.status === 'draft' ? await printable(ctx, { params }) : draft
    const wording = wordingOf(printed)
    const { invoice, locale } = printed
    const [content, url] = await Promise.all([
      pdfOf(printed, invoice.sent_at ? { kind: 'copy' } : {}),
      linkForMail(ctx, 'invoice', invoice),
    ])
    await mailCustomer(ctx, {
      // A copy is another mail; the first one is the same until it is known to have left.
      ...(invoice.sent_at === null && { key: `invoice:${invoice.id}/${to}` }),
      to,
      customer_id: invoice.customer_id,
      about: { entity: 'invoice', id: invoice.id },
      subject: body.subject ?? wording.subject,
      ...linkedMail(body.message ?? wording.text, { label: linkLabels.invoice[locale], url }),
      attachments: [{ filename: filenameOf(printed), content_type: 'application/pdf', content }],
    })
    return markSent(ctx, { params })
  },
)

const printable = read(
  {
    summary: 'Read invoice to print',
    can: 'invoices:read',
    params: Id,
    output: z.custom<InvoiceToPrint>(),
  },
  (ctx, { params }) => invoiceToPrint(ctx, params.id),
)

const markSent = write(
  { summary: 'Mark invoice as sent', can: 'invoices:issue', params: Id, output: InvoiceDetail },
  async (ctx, { params: { id } }) => {
    const [, invoice] = await Promise.all([
      update(ctx, invoices, id, { sent_at: sql`app.now()` }),
      oneInvoice(ctx, id),
    ])
    return invoice
  },
)

/** The mail when the shop has no words of its own; an amount is asked only while it is open. */
function wordingOf({ invoice, buyer, shop, locale }: InvoiceToPrint) {
  const { invoice_number, due_cents, due_date } = invoice
  const open = formatMoney(due_cents ?? 0, locale)
  const day = due_date && formatDate(due_date, locale)
  const isOpen = (due_cents ?? 0) > 0
  const isCopy = invoice.sent_at !== null
  if (locale === 'en') {
    return {
      subject: `${isCopy ? 'Copy of invoice' : 'Invoice'} ${invoice_number} from ${shop.name}`,
      text: letter(
        `Dear ${buyer.name},`,
        `Please find attached ${isCopy ? 'a copy of ' : ''}invoice ${invoice_number}.`,
        isOpen && `We kindly ask you to pay ${open}${day ? ` by ${day}` : ''}.`,
        `Kind regards,\n${shop.name}`,
      ),
    }
  }
  return {
    subject: `${isCopy ? 'Kopie factuur' : 'Factuur'} ${invoice_number} van ${shop.name}`,
    text: letter(
      `Beste ${buyer.name},`,
      `Bijgaand ontvangt u ${isCopy ? 'een kopie van ' : ''}factuur ${invoice_number}.`,
      isOpen && `Wilt u ${open}${day ? ` uiterlijk op ${day}` : ''} overmaken?`,
      `Met vriendelijke groet,\n${shop.name}`,
    ),
  }
}

const letter = (...paragraphs: (string | false)[]) => paragraphs.filter(Boolean).join('\n\n')
