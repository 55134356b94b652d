import { sql } from 'drizzle-orm'
import { check, date, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { invoices } from '../sales/tables.ts'

export const reminderKinds = ['reminder', 'second_reminder', 'final_notice'] as const

export const channels = ['email', 'post'] as const

/** A reminder that was sent: the proof of it, each kind once per invoice. */
export const reminders = pgTable(
  'reminders',
  {
    ...tenantColumns,
    invoice_id: reference().notNull(),
    /** `final_notice`: the 14-day letter to a consumer, the notice of default to a business. */
    kind: text({ enum: reminderKinds }).notNull(),
    channel: text({ enum: channels }).notNull().default('email'),
    recipient: text(),
    sent_at: instant().notNull().default(sql`app.now()`),
    /** When it reached the customer, as far as the shop can show. */
    delivered_on: date({ mode: 'string' }),
    /** Last day to pay without costs. */
    deadline: date({ mode: 'string' }),
    principal_cents: cents().notNull(),
    /** Collection costs (Besluit BIK) that it announces or claims. */
    cost_cents: cents().notNull().default(0),
    /** The text as it was sent. */
    body: text().notNull(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.invoice_id, invoices),
    unique('reminders_kind_unique').on(t.tenant_id, t.invoice_id, t.kind),
    check(
      'reminders_kind_check',
      sql`${t.kind} in ('reminder', 'second_reminder', 'final_notice')`,
    ),
    check('reminders_channel_check', sql`${t.channel} in ('email', 'post')`),
  ],
)
