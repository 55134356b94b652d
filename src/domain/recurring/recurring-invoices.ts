import { and, desc, eq, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import {
  guard,
  insert,
  mustExist,
  newId,
  remove,
  removeWhere,
  same,
  subquery,
  update,
  updateWhere,
} from '../../db/rows.ts'
import { ArrayPaging, day, flag, Id, id, idText, optionalText } from '../../schema.ts'
import { read, write, writeAfterLook } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { areComplete, completeLines, mustBePlain, plain, type Ready } from '../sales/line-prices.ts'
import { InvoiceLinesInput, type PricedLine, priced, productsMustExist } from '../sales/lines.ts'
import { invoices } from '../sales/tables.ts'
import { branches } from '../staff/tables.ts'
import {
  oneSchedule,
  RecurringInvoice,
  RecurringInvoiceDetail,
  scheduleRows,
  writing,
} from './recurring-invoice-record.ts'
import { frequencies, recurringInvoiceLines, recurringInvoices } from './tables.ts'

/** A slip of the pen must not ask for centuries of invoices. */
const isNear = (date: string) => date >= '2000-01-01' && date <= '2999-12-31'

const Draft = z.object({
  customer_id: id(),
  frequency: z.enum(frequencies),
  next_run_date: day()
    .refine(isNear, 'must lie between 2000-01-01 and 2999-12-31')
    .describe(
      'Day of the first invoice. Its day of the month is aimed at from then on: after 31 January come 28 February and 31 March',
    ),
  lines: InvoiceLinesInput.min(1),
  auto_send: z.boolean().optional().describe('Issue and e-mail each invoice; false when absent'),
  active: z.boolean().optional().describe('false pauses the schedule'),
  notes: optionalText(5000).describe('Notes of each invoice'),
  branch_id: id()
    .nullable()
    .optional()
    .describe('Of each invoice; of whoever makes the schedule when absent'),
})

export const listRecurringInvoices = read(
  {
    summary: 'List recurring invoices',
    description: 'All schedules with their next run date, newest first.',
    can: 'recurring_invoices:read',
    module: 'invoices',
    query: ArrayPaging.extend({
      customer_id: idText().optional(),
      branch_id: idText().optional(),
      active: flag().optional(),
    }),
    output: z.array(RecurringInvoice),
  },
  async (ctx, { query }) => {
    const where = and(
      same(recurringInvoices.customer_id, query.customer_id),
      same(recurringInvoices.branch_id, query.branch_id),
      same(recurringInvoices.active, query.active),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, customers, query.customer_id),
      mustExist(ctx, branches, query.branch_id),
      arrayPage(ctx, recurringInvoices, query, where, [desc(recurringInvoices.id)], scheduleRows),
    ])
    return list
  },
)

export const getRecurringInvoice = read(
  {
    summary: 'Get recurring invoice',
    can: 'recurring_invoices:read',
    module: 'invoices',
    params: Id,
    output: RecurringInvoiceDetail,
    on: recurringInvoices,
  },
  (ctx, { params }) => oneSchedule(ctx, params.id),
)

export const createRecurringInvoice = writeAfterLook(
  {
    summary: 'Create recurring invoice',
    can: 'recurring_invoices:write',
    module: 'invoices',
    body: Draft,
    output: RecurringInvoiceDetail,
    status: 201,
  },
  {
    needless: ({ body }) => areComplete(body.lines),
    see: (ctx, { body }) => completeLines(ctx, { ...body, day: sql`${body.next_run_date}::date` }),
  },
  async (ctx, { body: { lines, ...draft } }, completed) => {
    const day = sql`${draft.next_run_date}::date`
    const document = priced<Ready<LineDraft>>(completed ?? plain(lines, day))
    const [, , , , schedule] = await Promise.all([
      productsMustExist(ctx, lines),
      completed ? undefined : mustBePlain(ctx, lines, day),
      insert(ctx, recurringInvoices, {
        ...draft,
        ...document.totals,
        anchor_day: dayOf(draft.next_run_date),
      }),
      insertLines(ctx, newId(recurringInvoices), document.lines),
      oneSchedule(ctx, newId(recurringInvoices)),
    ])
    return schedule
  },
)

const dayOf = (date: string) => Number(date.slice(8))

type LineDraft = z.output<typeof InvoiceLinesInput>[number]
type NewLines = PricedLine<Ready<LineDraft>>[]

const insertLines = (
  ctx: Writing,
  recurring_invoice_id: number | ReturnType<typeof newId>,
  lines: NewLines,
) =>
  insert(
    ctx,
    recurringInvoiceLines,
    lines.map(({ id: _, ...line }) => ({ ...line, recurring_invoice_id })),
  )

/** The schedule's customer and next day, unless the body names others. */
const termsOf = (id: number, { customer_id, next_run_date }: Partial<z.output<typeof Draft>>) => {
  const kept = (column: PgColumn) =>
    subquery<number>(
      sql`select ${column} from ${recurringInvoices} where ${recurringInvoices.id} = ${id}`,
    )
  return {
    customer_id: customer_id ?? kept(recurringInvoices.customer_id),
    day: next_run_date ? sql`${next_run_date}::date` : kept(recurringInvoices.next_run_date),
  }
}

export const updateRecurringInvoice = writeAfterLook(
  {
    ...writing,
    summary: 'Update recurring invoice',
    description:
      'Changes what is made from now on. `lines`, when given, replace all lines; a new `next_run_date` lies after the invoices that were made.',
    body: Draft.partial(),
    output: RecurringInvoiceDetail,
  },
  {
    needless: ({ body }) => areComplete(body.lines ?? []),
    see: (ctx, { params, body }) =>
      completeLines(ctx, { lines: body.lines ?? [], ...termsOf(params.id, body) }),
  },
  async (ctx, { params: { id }, body }, completed) => {
    const { lines, ...draft } = body
    const { day } = termsOf(id, body)
    const document = lines && priced<Ready<LineDraft>>(completed ?? plain(lines, day))
    const { next_run_date } = draft
    const [, , , , , schedule] = await Promise.all([
      productsMustExist(ctx, lines ?? []),
      completed ? undefined : mustBePlain(ctx, lines ?? [], day),
      update(ctx, recurringInvoices, id, {
        ...draft,
        ...document?.totals,
        anchor_day: next_run_date === undefined ? undefined : dayOf(next_run_date),
      }),
      next_run_date && mustBeNext(ctx, id, next_run_date),
      document && replaceLines(ctx, id, document.lines),
      oneSchedule(ctx, id),
    ])
    return schedule
  },
)

/** After the update, which locks the schedule: a day has one invoice, and later ones stay behind it. */
const mustBeNext = (ctx: Writing, id: number, next_run_date: string) =>
  guard(
    ctx,
    sql`not exists (
      select from ${invoices}
      where ${invoices.recurring_invoice_id} = ${id} and ${invoices.recurring_date} >= ${next_run_date})`,
    {
      code: 'already_generated',
      message: 'The schedule has made the invoice of that day or of a later one.',
      field: 'next_run_date',
    },
  )

const replaceLines = (ctx: Writing, id: number, lines: NewLines) =>
  Promise.all([
    removeWhere(ctx, recurringInvoiceLines, eq(recurringInvoiceLines.recurring_invoice_id, id)),
    insertLines(ctx, id, lines),
  ])

export const deleteRecurringInvoice = write(
  {
    ...writing,
    summary: 'Delete recurring invoice',
    description: 'Cancels and deletes the schedule. Existing generated invoices are not affected.',
  },
  async (ctx, { params: { id } }) => {
    await Promise.all([
      lock(ctx, id),
      updateWhere(ctx, invoices, eq(invoices.recurring_invoice_id, id), {
        recurring_invoice_id: null,
      }),
      remove(ctx, recurringInvoices, id),
    ])
  },
)

/** First, so that no run makes one more invoice of the schedule in the meantime. */
const lock = async (ctx: Writing, id: number) =>
  await ctx.db
    .select({ id: recurringInvoices.id })
    .from(recurringInvoices)
    .where(eq(recurringInvoices.id, id))
    .for('update')
