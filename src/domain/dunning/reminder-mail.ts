import { asc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { collectionCosts } from '../../lib/collection-costs.ts'
import { percentOf } from '../../lib/money.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read } from '../../verb.ts'
import { emailOfNow } from '../customers/email-of-now.ts'
import { companies, customers } from '../customers/tables.ts'
import { mailCustomer } from '../mail/correspondence.ts'
import { linkedMail, linkLabels } from '../portal/linked-mail.ts'
import {
  filenameOf,
  type InvoiceToPrint,
  invoiceToPrint,
  pdfOf,
} from '../sales/invoice-document.ts'
import { isOverdue } from '../sales/invoice-record.ts'
import { invoices } from '../sales/tables.ts'
import { deadlineOf } from './reminder-record.ts'
import { type Letter, letterOf, type ReminderKind, type ToRemind } from './reminder-texts.ts'
import { type channels, reminderKinds, reminders } from './tables.ts'

export interface Overdue {
  printed: InvoiceToPrint
  is_overdue: boolean
  /** In the shop's zone. */
  today: string
  /** The customer's address of now; the one on the invoice may be what was wrong. */
  email: string | null
  sent: ReminderKind[]
}

export const readOverdue = read(
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
        .select({
          is_overdue: sql<boolean>`${isOverdue}`,
          today: sql<string>`app.today()::text`,
          email: emailOfNow,
        })
        .from(invoices)
        .innerJoin(customers, eq(customers.id, invoices.customer_id))
        .leftJoin(companies, eq(companies.id, customers.company_id))
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

/** The reminder that comes after those that were sent; undefined after the last. */
export const nextAfter = (sent: readonly ReminderKind[]): ReminderKind | undefined =>
  reminderKinds.find((kind) => !sent.includes(kind))

/** The reminder as it is said, and as it is kept. */
export function wordReminder(
  { printed, today }: Overdue,
  asked: {
    kind: ReminderKind
    channel: (typeof channels)[number]
    to: string | null
    message?: string | null | undefined
  },
) {
  const { kind, channel, to, message } = asked
  const told = toldOf(printed, kind, message)
  const letter = letterOf(told)
  const delivered_on = channel === 'email' ? today : null
  const kept = {
    kind,
    channel,
    recipient: to,
    delivered_on,
    deadline: deadlineOf({ kind, channel, sent_on: today, delivered_on }),
    principal_cents: told.open_cents,
    cost_cents: told.cost_cents,
    body: letter.text,
  }
  return { letter, kept }
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

/**
 * Mails it with the invoice. Each kind is one mail per invoice and address, whoever sends it.
 *
 * @throws Refusal 502 `mail_failed`
 */
export async function mailReminder(
  ctx: Calling,
  { printed, today }: Overdue,
  { kind, to, letter, url }: { kind: ReminderKind; to: string; letter: Letter; url: string | null },
) {
  const { invoice, locale } = printed
  const as =
    kind === 'final_notice'
      ? { kind: 'copy' as const }
      : { kind: 'reminder' as const, reminder_date: today }
  await mailCustomer(ctx, {
    key: `reminder:${invoice.id}/${kind}/${to}`,
    to,
    customer_id: invoice.customer_id,
    about: { entity: 'invoice', id: invoice.id },
    subject: letter.subject,
    ...linkedMail(letter.text, { label: linkLabels.invoice[locale], url }),
    attachments: [
      {
        filename: filenameOf(printed),
        content_type: 'application/pdf',
        content: await pdfOf(printed, as),
      },
    ],
  })
}
