import { and, desc, eq, inArray, type SQL } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { mustExist, rowsBy, update } from '../../db/rows.ts'
import { addDays, dayIn } from '../../lib/dates.ts'
import { assumedDelivery, deliveryDayFrom } from '../../lib/delivery-days.ts'
import { found, invalid, notFound } from '../../refusal.ts'
import { ArrayPaging, day, Id, id, idText, instant, money, Stamps } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { invoices } from '../sales/tables.ts'
import { type ReminderKind, terms_days } from './reminder-texts.ts'
import { channels, reminderKinds, reminders } from './tables.ts'

export const Reminder = z.object({
  id: id(),
  invoice_id: id(),
  invoice_number: z
    .string()
    .nullable()
    .meta({ examples: ['INV-2026-0001'] }),
  kind: z.enum(reminderKinds),
  channel: z.enum(channels),
  recipient: z.string().nullable(),
  sent_at: instant(),
  delivered_on: day()
    .nullable()
    .describe('When it reached the customer, as far as the shop can show'),
  deadline: day().nullable().describe('Last day to pay before what the reminder announces'),
  principal: money().describe('What was open'),
  cost: money()
    .describe('Collection costs that it announces to a consumer, or claims of a business')
    .meta({ examples: [40] }),
  body: z.string().describe('The text as it was sent'),
  ...Stamps,
})

/** What is kept of one that is sent. */
export const ToKeep = z.object({
  kind: z.enum(reminderKinds),
  channel: z.enum(channels),
  recipient: z.string().nullable(),
  delivered_on: z.string().nullable(),
  deadline: z.string(),
  principal_cents: z.number(),
  cost_cents: z.number(),
  body: z.string(),
})

const columns = {
  id: reminders.id,
  invoice_id: reminders.invoice_id,
  invoice_number: invoices.invoice_number,
  kind: reminders.kind,
  channel: reminders.channel,
  recipient: reminders.recipient,
  sent_at: reminders.sent_at,
  delivered_on: reminders.delivered_on,
  deadline: reminders.deadline,
  principal: reminders.principal_cents,
  cost: reminders.cost_cents,
  body: reminders.body,
  created_at: reminders.created_at,
  updated_at: reminders.updated_at,
}

const rows = (ctx: Selecting) =>
  ctx.db.select(columns).from(reminders).innerJoin(invoices, eq(invoices.id, reminders.invoice_id))

/** One reminder as answered, by id or by a subquery for it. */
export async function oneReminder(ctx: Selecting, id: number | SQL<number>) {
  const [reminder] = await rowsBy(ctx, rows, reminders.id, id)
  return found(reminder)
}

/**
 * Last day to pay: so many days from the day after it came. A letter by post counts from a day on which the
 * post comes; as long as nobody knows when it did, from the second such day after it left.
 */
export function deadlineOf(letter: {
  kind: ReminderKind
  channel: string
  sent_on: string
  delivered_on: string | null
}): string {
  const { kind, channel, sent_on, delivered_on } = letter
  const byPost = () => (delivered_on ? deliveryDayFrom(delivered_on) : assumedDelivery(sent_on))
  const came = channel === 'post' ? byPost() : (delivered_on ?? sent_on)
  return addDays(came, terms_days[kind])
}

const listing = {
  can: 'invoices:read',
  module: 'invoices',
  params: Id,
  query: ArrayPaging,
  output: z.array(Reminder),
} as const

export const listInvoiceReminders = read(
  { ...listing, summary: 'List reminders of an invoice' },
  async (ctx, { params, query }) => {
    const where = eq(reminders.invoice_id, params.id)
    const [, list] = await Promise.all([
      mustExist(ctx, invoices, params.id),
      arrayPage(ctx, reminders, query, where, [desc(reminders.id)], rows),
    ])
    return list
  },
)

export const listCustomerReminders = read(
  { ...listing, summary: 'List reminders of a customer' },
  async (ctx, { params, query }) => {
    const own = ctx.db
      .select({ id: invoices.id })
      .from(invoices)
      .where(eq(invoices.customer_id, params.id))
    const where = inArray(reminders.invoice_id, own)
    const [, list] = await Promise.all([
      mustExist(ctx, customers, params.id),
      arrayPage(ctx, reminders, query, where, [desc(reminders.id)], rows),
    ])
    return list
  },
)

export const updateReminder = transact(
  {
    summary: 'Say when a reminder was delivered',
    description:
      'The deadline moves with it. For a letter by post Sundays, Mondays and public holidays do not count as days of delivery.',
    can: 'invoices:issue',
    module: 'invoices',
    params: z.object({ invoice_id: idText(), id: idText() }),
    body: z.object({ delivered_on: day() }),
    output: Reminder,
    on: reminders,
  },
  async (ctx, { params, body: { delivered_on } }) => {
    const [letter] = await ctx.db
      .select({
        kind: reminders.kind,
        channel: reminders.channel,
        sent_at: reminders.sent_at,
        zone: tenants.timezone,
      })
      .from(reminders)
      .innerJoin(tenants, eq(tenants.id, reminders.tenant_id))
      .where(and(eq(reminders.id, params.id), eq(reminders.invoice_id, params.invoice_id)))
    if (!letter) throw notFound()
    const sent_on = dayIn(letter.zone, new Date(letter.sent_at))
    const today = dayIn(letter.zone, ctx.now ?? new Date())
    if (delivered_on < sent_on || delivered_on > today) {
      const rule = `The delivered on field must be a date from ${sent_on} to ${today}.`
      throw invalid({ delivered_on: [rule] })
    }
    await update(ctx, reminders, params.id, {
      delivered_on,
      deadline: deadlineOf({ ...letter, sent_on, delivered_on }),
    })
    return oneReminder(ctx, params.id)
  },
)
