import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { guard, update } from '../../db/rows.ts'
import { formatDate } from '../../lib/dates.ts'
import { formatMoney } from '../../lib/money.ts'
import { invalid, refused } from '../../refusal.ts'
import { Id, optionalEmail, optionalText } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { mailCustomer } from '../mail/correspondence.ts'
import { optionalLine } from '../mail/fields.ts'
import { linkedMail, linkLabels } from '../portal/linked-mail.ts'
import { linkForMail } from '../portal/links.ts'
import { filenameOf, pdfOf, type QuotationToPrint, quotationToPrint } from './quotation-document.ts'
import { quotations } from './tables.ts'

const onQuotation = { can: 'quotations:write', module: 'quotations', params: Id } as const

export const sendQuotation = call(
  {
    ...onQuotation,
    summary: 'Send quotation to customer',
    description:
      'Sends the quotation PDF via email to the customer and sets status to sent. When the mail fails (502) nothing has changed. A sent quotation can be sent again.',
    body: z.object({
      to: optionalEmail().describe("The customer's address when absent"),
      subject: optionalLine(),
      message: optionalText(5000),
    }),
    output: z.object({
      message: z.string().meta({ examples: ['Quotation sent'] }),
      status: z.string().meta({ examples: ['sent'] }),
    }),
    on: quotations,
  },
  async (ctx, { params, body }) => {
    const printed = await readToPrint(ctx, { params })
    if (printed.status !== 'draft' && printed.status !== 'sent') {
      throw refused(
        'quotation_closed',
        'An accepted, rejected or expired quotation cannot be sent.',
      )
    }
    const to = body.to ?? printed.buyer.email
    if (!to) throw invalid({ to: ['The to field is required: the customer has no e-mail.'] })
    const wording = wordingOf(printed)
    const { quotation, locale } = printed
    const [content, url] = await Promise.all([
      pdfOf(printed, 'quotation'),
      linkForMail(ctx, 'quotation', quotation),
    ])
    await mailCustomer(ctx, {
      to,
      customer_id: quotation.customer_id,
      about: { entity: 'quotation', id: quotation.id },
      subject: body.subject ?? wording.subject,
      ...linkedMail(body.message ?? wording.text, { label: linkLabels.quotation[locale], url }),
      attachments: [{ filename: filenameOf(printed), content_type: 'application/pdf', content }],
    })
    await markSent(ctx, { params, body: { version: printed.quotation.updated_at } })
    return { message: 'Quotation sent', status: 'sent' }
  },
)

const readToPrint = read(
  {
    ...onQuotation,
    summary: 'Read quotation to print',
    output: z.custom<QuotationToPrint>(),
  },
  (ctx, { params }) => quotationToPrint(ctx, params.id),
)

/** What was mailed is what stays: an edit in the meantime leaves it unsent, to be sent again. */
const markSent = write(
  { ...onQuotation, summary: 'Mark quotation as sent', body: z.object({ version: z.string() }) },
  async (ctx, { params: { id }, body: { version } }) => {
    await Promise.all([
      guard(
        ctx,
        sql`exists (
          select from ${quotations}
          where ${quotations.id} = ${id} and ${quotations.updated_at} = ${version}::timestamptz for update)`,
        {
          code: 'changed_meanwhile',
          message: 'The quotation was changed while it was mailed; send it again.',
        },
      ),
      update(ctx, quotations, id, { status: 'sent', sent_at: sql`app.now()` }),
    ])
  },
)

/** The mail when the shop has no words of its own. */
function wordingOf({ quotation, buyer, shop, locale }: QuotationToPrint) {
  const { quotation_number: number, total_cents, valid_until } = quotation
  const total = formatMoney(total_cents, locale)
  const day = valid_until && formatDate(valid_until, locale)
  return locale === 'en'
    ? {
        subject: `Quotation ${number} from ${shop.name}`,
        text: `Dear ${buyer.name},

Please find attached quotation ${number}, ${total} including VAT${day ? `, valid until ${day}` : ''}.
Do you agree? Please let us know by replying to this mail.

Kind regards,
${shop.name}`,
      }
    : {
        subject: `Offerte ${number} van ${shop.name}`,
        text: `Beste ${buyer.name},

Bijgaand ontvangt u offerte ${number}, ${total} inclusief btw${day ? `, geldig tot en met ${day}` : ''}.
Gaat u akkoord? Laat het ons weten door deze mail te beantwoorden.

Met vriendelijke groet,
${shop.name}`,
      }
}
