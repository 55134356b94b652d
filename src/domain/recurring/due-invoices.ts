import { and, asc, eq, gt, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { refusalOf } from '../../db/errors.ts'
import { acrossShops, update, updateWhere } from '../../db/rows.ts'
import { enqueue } from '../../lib/enqueue.ts'
import { Id } from '../../schema.ts'
import { call, read, transact, write } from '../../verb.ts'
import { emailOfNow } from '../customers/email-of-now.ts'
import { companies, customers } from '../customers/tables.ts'
import { sendInvoice } from '../sales/invoice-mail.ts'
import { invoices } from '../sales/tables.ts'
import { lockSchedule, makeInvoice, reasonOf } from './make-invoice.ts'
import { recurringInvoices } from './tables.ts'

/** Schedules that one run of the job takes on; the longest due go first, so the rest is next. */
const maxSchedules = 10_000

const findDue = read(
  {
    summary: 'Find due recurring invoices',
    can: 'tenants:manage',
    output: z.array(z.object({ tenant_id: z.number(), id: z.number() })),
  },
  (ctx) => acrossShops(ctx, sql`app.due_recurring_invoices(${maxSchedules})`),
)

/** Puts a message into the queue for each schedule, of any shop, that has something to do. */
export const queueDueInvoices = call(
  {
    summary: 'Queue due recurring invoices',
    can: 'tenants:manage',
    output: z.object({ due: z.int() }),
  },
  async (ctx) => {
    const due = await findDue(ctx, {})
    const { request_id } = ctx
    const messages = due.map((schedule) => ({
      kind: 'recurring_invoice' as const,
      request_id,
      ...schedule,
    }))
    await enqueue(ctx.env.EVENTS_QUEUE, messages)
    return { due: due.length }
  },
)

const job = { can: 'recurring_invoices:write', params: Id } as const

/** One at a time, so that what was made stays made when the next one fails. */
const makeDue = transact(
  { ...job, summary: 'Make a due invoice', output: z.object({ made: z.boolean() }) },
  async (ctx, { params }) => {
    const row = await lockSchedule(ctx, params.id)
    if (!row?.is_due) return { made: false }
    await makeInvoice(ctx, row.schedule)
    return { made: true }
  },
)

/** Longer than a mail can take; a consumer that died holds up the mails no longer than this. */
const mailing = '5 minutes'

/**
 * The first unsent invoice after the one given, unless somebody else is mailing; it is ours to mail then. To
 * the address of now: the one on the invoice may be what was wrong.
 */
const claimMail = transact(
  {
    ...job,
    summary: 'Claim an invoice to mail',
    body: z.object({ after: z.int() }),
    output: z.object({ invoice_id: z.int(), to: z.string().nullable() }).optional(),
  },
  async (ctx, { params: { id }, body: { after } }) => {
    const row = await lockSchedule(ctx, id)
    if (!row?.schedule.auto_send) return undefined
    const [unsent] = await ctx.db
      .select({
        invoice_id: invoices.id,
        to: emailOfNow,
      })
      .from(invoices)
      .innerJoin(recurringInvoices, eq(recurringInvoices.id, invoices.recurring_invoice_id))
      .innerJoin(customers, eq(customers.id, invoices.customer_id))
      .leftJoin(companies, eq(companies.id, customers.company_id))
      .where(
        and(
          sql`${invoices.id} in (select app.unsent_recurring_invoices(app.tenant(), ${id}))`,
          gt(invoices.id, after),
          sql`coalesce(${recurringInvoices.mailing_until} < app.now(), true)`,
        ),
      )
      .orderBy(asc(invoices.id))
      .limit(1)
    if (unsent) {
      await update(ctx, recurringInvoices, id, {
        mailing_until: sql`app.now() + ${mailing}::interval`,
      })
    }
    return unsent
  },
)

/** Keeps what became of a run; a schedule that was deleted meanwhile needs to know nothing. */
const note = write(
  {
    ...job,
    summary: 'Note the outcome of a run',
    body: z.object({ last_error: z.string().nullable(), mailing_until: z.null().optional() }),
  },
  async (ctx, { params: { id }, body }) => {
    await updateWhere(ctx, recurringInvoices, eq(recurringInvoices.id, id), body)
  },
)

/**
 * Makes every invoice of a schedule whose day has come, missed days included, and mails those that are to be
 * mailed. It may run any number of times and at the same time: the schedule's lock and its claim see to it.
 *
 * @throws what is not the schedule's own fault, so that the queue tries again
 */
export const runSchedule = call(
  { ...job, summary: 'Run a recurring invoice' },
  async (ctx, { params }) => {
    await attempt(ctx, params, {}, async () => {
      for (;;) if (!(await makeDue(ctx, { params })).made) return
    })
    let after = 0
    for (;;) {
      const unsent = await claimMail(ctx, { params, body: { after } })
      if (!unsent) return
      after = unsent.invoice_id
      await attempt(ctx, params, released, async () => {
        await sendInvoice(ctx, {
          params: { id: unsent.invoice_id },
          body: { to: unsent.to, subject: undefined, message: undefined },
        })
        await note(ctx, { params, body: { last_error: null, ...released } })
      })
    }
  },
)

const released = { mailing_until: null }

/** Keeps the reason of a failure where the shop sees it; a refusal holds up nothing else. */
async function attempt(
  ctx: Calling,
  params: { id: number },
  then: { mailing_until?: null },
  work: () => Promise<void>,
) {
  try {
    await work()
  } catch (error) {
    const refusal = refusalOf(error)
    const last_error = refusal ? reasonOf(refusal) : 'It failed unexpectedly and is tried again.'
    await note(ctx, { params, body: { last_error, ...then } })
    if (!refusal || refusal.status >= 500) throw error
  }
}
