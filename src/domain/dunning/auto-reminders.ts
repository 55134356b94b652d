import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { insertMissing } from '../../db/rows.ts'
import { Id } from '../../schema.ts'
import { call, transact, write } from '../../verb.ts'
import { emailOfNow } from '../customers/email-of-now.ts'
import { companies, customers } from '../customers/tables.ts'
import { callShops, shopsFrom } from '../engine/call-shops.ts'
import { callWhenDone, finish, type ReactionHandler } from '../engine/reaction.ts'
import { reactions } from '../engine/tables.ts'
import { tenants } from '../identity/tables.ts'
import { linkForMail } from '../portal/links.ts'
import { isOverdue } from '../sales/invoice-record.ts'
import { invoices } from '../sales/tables.ts'
import { mailReminder, nextAfter, readOverdue, wordReminder } from './reminder-mail.ts'
import { ToKeep } from './reminder-record.ts'
import { reminderKinds, reminders } from './tables.ts'

/** Shops that one run of the job takes on; the rest is next. */
const mostShops = 20_000

/** Reminders that a shop sends by itself in a day. */
const mostReminders = 1_000

const queueShops = write(
  {
    summary: 'Queue the shops that remind by themselves',
    can: 'tenants:manage',
    output: z.array(z.number()),
  },
  (ctx) => shopsFrom(ctx, sql`app.queue_auto_reminders(${mostShops})`),
)

/** Has each shop that wants it look, once in its day, for invoices to remind of. */
export const queueAutoReminders = call(
  {
    summary: 'Queue automatic reminders',
    can: 'tenants:manage',
    output: z.object({ shops: z.int() }),
  },
  async (ctx) => {
    const shops = await queueShops(ctx, {})
    await callShops(ctx, shops)
    return { shops: shops.length }
  },
)

/** Switching it on does not stir up what has been left alone for longer. */
const longestSilence_days = 30

/**
 * The friendly ones only: what costs money, people send. The second waits for its day and for the deadline that
 * the first one set.
 */
const remindersDue = sql`
  select ${invoices.id}, sent.next
  from ${invoices}
  join ${tenants} on ${tenants.id} = ${invoices.tenant_id}
  join ${customers} on ${customers.id} = ${invoices.customer_id}
  left join ${companies} on ${companies.id} = ${customers.company_id}
  cross join lateral (
    select case when count(*) = 0 then 'reminder' when array_agg(kind) = '{reminder}' then 'second_reminder' end as next,
      ${tenants.reminder_days} ->> count(*)::int as days, max(deadline) as deadline
    from ${reminders} where invoice_id = ${invoices.id}) sent
  where ${isOverdue} and ${emailOfNow} is not null and sent.next is not null
    and ${invoices.due_date} + sent.days::int between app.today() - ${longestSilence_days}::int and app.today()
    and coalesce(sent.deadline < app.today(), true)
    and not exists (select from ${reactions} where key = 'reminder:' || ${invoices.id} || '/' || sent.next)
  order by ${invoices.due_date}, ${invoices.id} limit ${mostReminders}`

const queueReminders = transact(
  {
    summary: 'Queue the reminders of a shop',
    can: 'invoices:issue',
    params: Id,
  },
  async (ctx, { params }) => {
    if (!(await finish(ctx, params))) return
    await ctx.db.execute(sql`
      insert into ${reactions} (kind, key, subject_id, payload)
      select 'reminder', 'reminder:' || id || '/' || next, id, jsonb_build_object('kind', next)
      from (${remindersDue}) due on conflict do nothing`)
    await callWhenDone(ctx)
  },
)

/** A shop's run of the day: a reaction per reminder that is due. */
export const queueShopReminders: ReactionHandler = async (ctx, { id }) => {
  await queueReminders(ctx, { params: { id } })
}

const Asked = z.object({ kind: z.enum(reminderKinds) })

/** Mails a reminder, unless somebody else did or the invoice was paid meanwhile, and keeps it. */
export const sendDueReminder: ReactionHandler = async (ctx, { id, subject_id, payload }) => {
  const { kind } = Asked.parse(payload)
  const params = { id: Number(subject_id) }
  const reaction = { id }
  const system = { ...ctx, caller: { ...ctx.caller, job: 'auto-reminders' } }
  const overdue = await readOverdue(system, { params })
  const to = overdue.email
  if (!overdue.is_overdue || !to || nextAfter(overdue.sent) !== kind) {
    await endReminder(system, { params, body: { reaction, kept: null } })
    return
  }
  const { letter, kept } = wordReminder(overdue, { kind, channel: 'email', to })
  const url = await linkForMail(system, 'invoice', overdue.printed.invoice)
  await mailReminder(system, overdue, { kind, to, letter, url })
  await endReminder(system, { params, body: { reaction, kept } })
}

const endReminder = write(
  {
    summary: 'End an automatic reminder',
    can: 'invoices:issue',
    params: Id,
    body: z.object({ reaction: z.object({ id: z.number() }), kept: ToKeep.nullable() }),
  },
  async (ctx, { params: { id }, body: { reaction, kept } }) => {
    await Promise.all([
      finish(ctx, reaction),
      kept && insertMissing(ctx, reminders, { ...kept, invoice_id: id }),
    ])
  },
)
