import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { guard, insert, newId, remove } from '../../db/rows.ts'
import { invalid, refused } from '../../refusal.ts'
import { Id, optionalEmail, optionalText } from '../../schema.ts'
import { call, write } from '../../verb.ts'
import { linkTo } from '../portal/links.ts'
import { isOverdue } from '../sales/invoice-record.ts'
import { invoices } from '../sales/tables.ts'
import { mailReminder, nextAfter, readOverdue, wordReminder } from './reminder-mail.ts'
import { oneReminder, Reminder, ToKeep } from './reminder-record.ts'
import type { ReminderKind } from './reminder-texts.ts'
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
    const overdue = await readOverdue(ctx, { params })
    if (!overdue.is_overdue) {
      throw refused(
        'not_overdue',
        'Only an overdue invoice with something open can be reminded of.',
      )
    }
    const kind = nextOf(overdue.sent, body.kind)
    const to = channel === 'email' ? (body.to ?? overdue.printed.buyer.email) : null
    if (channel === 'email' && !to) {
      throw invalid({ to: ['The to field is required: the customer has no e-mail.'] })
    }
    const { letter, kept } = wordReminder(overdue, { kind, channel, to, message })
    const { reminder, url } = await keepReminder(ctx, {
      params,
      body: { ...kept, customer_id: overdue.printed.invoice.customer_id },
    })
    if (!to) return reminder
    try {
      await mailReminder(ctx, overdue, { kind, to, letter, url })
    } catch (error) {
      await dropReminder(ctx, { params: { id: reminder.id } })
      throw error
    }
    return reminder
  },
)

/** The reminder to send now. Throws a Refusal (422) when it was sent, or is not the next one. */
function nextOf(sent: readonly ReminderKind[], asked: ReminderKind | undefined): ReminderKind {
  const next = nextAfter(sent)
  if (next === undefined || (asked && sent.includes(asked))) {
    throw refused('already_sent', 'This reminder was already sent.')
  }
  if (asked && asked !== next) {
    throw refused('wrong_order', `The ${next.replaceAll('_', ' ')} comes first.`)
  }
  return next
}

/** Before the mail leaves, so that of two at once only one does. The link is not kept with the text. */
const keepReminder = write(
  {
    summary: 'Keep a reminder',
    can: 'invoices:issue',
    params: Id,
    body: ToKeep.extend({ customer_id: z.number() }),
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
