import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { update } from '../../db/rows.ts'
import { formatDate } from '../../lib/dates.ts'
import { invalid, refused } from '../../refusal.ts'
import { Id, optionalEmail, optionalText } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { mailCustomer } from '../mail/correspondence.ts'
import { optionalLine } from '../mail/fields.ts'
import { filenameOf, type PurchaseOrderToPrint, pdfOf, purchaseOrderToPrint } from './document.ts'
import { orderPurchaseOrder } from './order.ts'
import { purchaseOrderStatuses, purchaseOrders } from './tables.ts'

const onPurchaseOrder = {
  can: 'purchase_orders:write',
  module: 'inventory',
  params: Id,
} as const

export const sendPurchaseOrder = call(
  {
    ...onPurchaseOrder,
    summary: 'Send purchase order to supplier',
    description:
      'Mails the PDF to the supplier. A draft is ordered first, and stays ordered when the mail fails (502). ' +
      'An order can be sent again.',
    body: z.object({
      to: optionalEmail().describe("The supplier's address when absent"),
      subject: optionalLine(),
      message: optionalText(5000),
    }),
    output: z.object({
      message: z.string().meta({ examples: ['Purchase order sent'] }),
      status: z.enum(purchaseOrderStatuses).meta({ examples: ['ordered'] }),
    }),
    on: purchaseOrders,
  },
  async (ctx, { params, body }) => {
    const known = await readToPrint(ctx, { params })
    const { status } = known.order
    if (status === 'received' || status === 'cancelled') {
      throw refused(
        'purchase_order_closed',
        'A received or cancelled purchase order cannot be sent.',
      )
    }
    const to = body.to ?? known.supplier.email
    if (!to) throw invalid({ to: ['The to field is required: the supplier has no e-mail.'] })
    // An order that a supplier has in hand is one; the other way round a mail could be sent of a draft.
    if (status === 'draft') await orderPurchaseOrder(ctx, { params })
    const printed = status === 'draft' ? await readToPrint(ctx, { params }) : known
    const wording = wordingOf(printed)
    await mailCustomer(ctx, {
      to,
      customer_id: null,
      subject: body.subject ?? wording.subject,
      text: body.message ?? wording.text,
      attachments: [
        {
          filename: filenameOf(printed),
          content_type: 'application/pdf',
          content: await pdfOf(printed),
        },
      ],
    })
    await markSent(ctx, { params })
    return { message: 'Purchase order sent', status: printed.order.status }
  },
)

const readToPrint = read(
  {
    ...onPurchaseOrder,
    summary: 'Read purchase order to print',
    output: z.custom<PurchaseOrderToPrint>(),
  },
  (ctx, { params }) => purchaseOrderToPrint(ctx, params.id),
)

const markSent = write(
  { ...onPurchaseOrder, summary: 'Mark purchase order as sent' },
  async (ctx, { params }) => {
    await update(ctx, purchaseOrders, params.id, { sent_at: sql`app.now()` })
  },
)

/** The mail when the shop has no words of its own. */
function wordingOf({ order, supplier, shop, locale }: PurchaseOrderToPrint) {
  const { po_number: number, expected_at } = order
  const day = expected_at && formatDate(expected_at, locale)
  return locale === 'en'
    ? {
        subject: `Purchase order ${number} from ${shop.name}`,
        text: `Dear ${supplier.name},

Please find attached our order ${number}.${day ? ` We would like to have it by ${day}.` : ''}
Please confirm it by replying to this mail.

Kind regards,
${shop.name}`,
      }
    : {
        subject: `Bestelling ${number} van ${shop.name}`,
        text: `Beste ${supplier.name},

Bijgaand ontvangt u onze bestelling ${number}.${day ? ` Wij ontvangen haar graag uiterlijk op ${day}.` : ''}
Wilt u haar bevestigen door deze mail te beantwoorden?

Met vriendelijke groet,
${shop.name}`,
      }
}
