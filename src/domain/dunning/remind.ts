import { asc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { guard, insert, newId, remove } from '../../db/rows.ts'
import { sendMail } from '../../integrations/smtp/client.ts'
import { collectionCosts } from '../../lib/collection-costs.ts'
import { percentOf } from '../../lib/money.ts'
import { found, invalid, refused } from '../../refusal.ts'
import { Id, optionalEmail, optionalText } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { linkedMail, linkLabels } from '../portal/linked-mail.ts'
import { linkTo } from '../portal/links.ts'
import {
  filenameOf,
  type InvoiceToPrint,
  invoiceToPrint,
  pdfOf,
} from '../sales/invoice-document.ts'
import { isOverdue } from '../sales/invoice-record.ts'
import { invoices } from '../sales/tables.ts'
import { deadlineOf, oneReminder, Reminder } from './reminder-record.ts'
import { letterOf, type ReminderKind, type ToRemind } from './reminder-texts.ts'
import { channels, reminderKinds, reminders } from './tables.ts'

export const remindInvoice = call(
  {
    summary: 'Remind of an invoice',
    description:
      'Mails a reminder of an overdue invoice with its PDF, or keeps the text of a letter that goes by post: a reminder, a second one, then the final notice, each once. The final notice to a consumer is the letter with 14 days that the law asks for before collection costs (BW 6:96); to a business it claims them. When the mail fails (502) nothing has changed.',
    can: 'invoices:issue',
    module: 'invoices',
    params: Id,
    body: z.object({
      kind: z.enum(reminderKinds).optional().describe('The next one when absent'),
      channel: z.enum(channels).optional().describe('`email` when absent'),
      to: optionalEmail().describe("The customer's address when absent"),
      message: optionalText(5000).describe(
        'In place of our words; before them in a final notice, whose words the law asks for',
      ),
    }),
    output: Reminder,
    on: invoices,
    status: 201,
  },
  async (ctx, { params, body }) => {
    const { channel = 'email', message } = body
    const { printed, is_overdue, today, sent } = await readOverdue(ctx, { params })
    if (!is_overdue) {
      throw refused(
        'not_overdue',
        'Only an overdue invoice with something open can be reminded of.',
      )
    }
    const kind = nextOf(sent, body.kind)
    const to = body.to ?? printed.buyer.email
    if (channel === 'email' && !to) {
      throw invalid({ to: ['The to field is required: the customer has no e-mail.'] })
    }
    const told = toldOf(printed, kind, message)
    const letter = letterOf(told)
    const delivered_on = channel === 'email' ? today : null
    const { reminder, url } = await keepReminder(ctx, {
      params,
      body: {
        customer_id: printed.invoice.customer_id,
        kind,
        channel,
        recipient: channel === 'email' ? (to ?? null) : null,
        delivered_on,
        deadline: deadlineOf({ kind, channel, sent_on: today, delivered_on }),
        principal_cents: told.open_cents,
        cost_cents: told.cost_cents,
        body: letter.text,
      },
    })
    if (channel === 'post' || !to) return reminder
    try {
      const { shop, locale } = printed
      const content = await pdfOf(
        printed,
        kind === 'final_notice' ? { kind: 'copy' } : { kind: 'reminder', reminder_date: today },
      )
      await sendMail(ctx.env, {
        to,
        subject: letter.subject,
        ...linkedMail(letter.text, { label: linkLabels.invoice[locale], url }),
        from_name: shop.name,
        ...(shop.email && { reply_to: shop.email }),
        attachments: [{ filename: filenameOf(printed), content_type: 'application/pdf', content }],
      })
    } catch (error) {
      await dropReminder(ctx, { params: { id: reminder.id } })
      throw error
    }
    return reminder
  },
)

/** The reminder to send now. Throws a Refusal (422) when it was sent, or is not the next one. */
function nextOf(sent: readonly ReminderKind[], asked: ReminderKind | undefined): ReminderKind {
  const next = reminderKinds.find((kind) => !sent.includes(kind))
  if (next === undefined || (asked && sent.includes(asked))) {
    throw refused('already_sent', 'This reminder was already sent.')
  }
  if (asked && asked !== next) {
    throw refused('wrong_order', `The ${next.replaceAll('_', ' ')} comes first.`)
  }
  return next
}

const vatOnCosts_pct = 21

function toldOf(
  { invoice, buyer, shop, locale }: InvoiceToPrint,
  kind: ReminderKind,
  message: string | null | undefined,
): ToRemind {
  const open_cents = invoice.due_cents ?? 0
  const costs_cents = kind === 'final_notice' ? collectionCosts(open_cents) : 0
  return {
    kind,
    locale,
    buyer: buyer.name,
    shop: shop.name,
    iban: shop.iban,
    invoice_number: invoice.invoice_number ?? '',
    invoice_date: invoice.invoice_date,
    due_date: invoice.due_date ?? invoice.invoice_date,
    open_cents,
    cost_cents: costs_cents + (shop.kor ? percentOf(costs_cents, vatOnCosts_pct) : 0),
    cost_has_vat: shop.kor,
    is_business: buyer.company !== null,
    message,
  }
}

interface Overdue {
  printed: InvoiceToPrint
  is_overdue: boolean
  /** In the shop's zone. */
  today: string
  sent: ReminderKind[]
}

const readOverdue = read(
  {
    summary: 'Read invoice to remind of',
    can: 'invoices:issue',
    params: Id,
    output: z.custom<Overdue>(),
  },
  async (ctx, { params: { id } }) => {
    const [printed, [state], sent] = await Promise.all([
      invoiceToPrint(ctx, id),
      ctx.db
        .select({ is_overdue: sql<boolean>`${isOverdue}`, today: sql<string>`app.today()::text` })
        .from(invoices)
        .where(eq(invoices.id, id)),
      ctx.db
        .select({ kind: reminders.kind })
        .from(reminders)
        .where(eq(reminders.invoice_id, id))
        .orderBy(asc(reminders.id)),
    ])
    return { printed, ...found(state), sent: sent.map(({ kind }) => kind) }
  },
)

const ToKeep = z.object({
  customer_id: z.number(),
  kind: z.enum(reminderKinds),
  channel: z.enum(channels),
  recipient: z.string().nullable(),
  delivered_on: z.string().nullable(),
  deadline: z.string(),
  principal_cents: z.number(),
  cost_cents: z.number(),
  body: z.string(),
})

/** Before the mail leaves, so that of two at once only one does. The link is not kept with the text. */
const keepReminder = write(
  {
    summary: 'Keep a reminder',
    can: 'invoices:issue',
    params: Id,
    body: ToKeep,
    output: z.object({ reminder: Reminder, url: z.string().nullable() }),
  },
  async (ctx, { params: { id }, body: { customer_id, ...reminder } }) => {
    const [, , url, kept] = await Promise.all([
      guard(
        ctx,
        sql`exists (select from ${invoices} where ${invoices.id} = ${id} and ${isOverdue}
          and ${invoices.due_cents} = ${reminder.principal_cents} for update)`,
        { code: 'changed_meanwhile', message: 'The invoice was paid or changed meanwhile.' },
      ),
      insert(ctx, reminders, { ...reminder, invoice_id: id }),
      linkTo(ctx, 'invoice', id, customer_id),
      oneReminder(ctx, newId(reminders)),
    ])
    return { reminder: kept, url }
  },
)

/** The mail did not leave. */
const dropReminder = write(
  { summary: 'Drop a reminder that was not sent', can: 'invoices:issue', params: Id },
  async (ctx, { params }) => {
    await remove(ctx, reminders, params.id)
  },
)
