import { and, eq, gte, lte, ne, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import { page } from '../../db/pages.ts'
import { matching, mustExist, removeWhere, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  day,
  Id,
  id,
  idText,
  Paging,
  pageOf,
  percent,
  quantity,
  searchText,
  text,
  unitPrice,
} from '../../schema.ts'
import { read, transact, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { ofBranch } from '../staff/of-branch.ts'
import { branches } from '../staff/tables.ts'
import { serials } from '../warehouse/moves.ts'
import { addCreditNote, addLines, creditFor, lockIssued } from './credit-note-draft.ts'
import {
  CreditNote,
  CreditNoteDetail,
  creditNoteRows,
  creditNoteStatuses,
  mustBeOpen,
  mustNotBeRestocked,
  oneCreditNote,
  shown,
} from './credit-note-record.ts'
import { creditNoteLines, creditNotes, invoices } from './tables.ts'

const module = 'invoices'

const Line = z
  .object({
    invoice_line_id: id()
      .optional()
      .describe('The invoice line that it takes back; what that line says need not be repeated'),
    description: text(2000)
      .optional()
      .meta({ examples: ['Screen replacement'] }),
    qty: quantity().optional().describe('1 when absent; all that is left of a named line'),
    unit_price: unitPrice().optional().describe('With or without VAT, as on the invoice'),
    vat_pct: percent()
      .optional()
      .describe('21 when absent, or that of the named line')
      .meta({ examples: [21] }),
    serials: serials()
      .optional()
      .describe(
        'With `restock`, of a product that tracks serial numbers: the pieces that came back',
      ),
  })
  .superRefine((line, issues) => {
    if (line.invoice_line_id !== undefined) return
    for (const field of ['description', 'unit_price'] as const) {
      if (line[field] !== undefined) continue
      issues.addIssue({ code: 'custom', path: [field], message: 'is required' })
    }
  })

const fields = {
  reason: text(1000).meta({ examples: ['Screen was faulty'] }),
  lines: z.array(Line).min(1).max(500).optional(),
  full: z
    .literal(true)
    .optional()
    .describe('In place of lines: everything that was not credited yet'),
}

const Draft = z
  .object({
    invoice_id: id(),
    restock: z
      .boolean()
      .optional()
      .describe(
        'The goods came back too: of each line what the invoice sold goes into the stock again, where it ' +
          'left and at what it cost. What pick lists took comes back through them.',
      ),
    ...fields,
  })
  .refine(({ lines, full }) => (lines === undefined) !== (full === undefined), {
    path: ['lines'],
    error: 'must be absent when full is given',
    // Said beside what else is wrong.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })

const Changes = z.object(fields).partial()

const askedOf = (draft: z.output<typeof Changes>) => (draft.full ? 'full' : draft.lines)

const search = (q: string | undefined) =>
  q
    ? or(
        sql`position(lower(${q}) in lower(${creditNotes.credit_note_number})) > 0`,
        sql`exists (select from ${invoices} where ${invoices.id} = ${creditNotes.invoice_id}
          and position(lower(${q}) in lower(${invoices.invoice_number})) > 0)`,
        matching(creditNotes.customer_id, 'customers', q),
      )
    : undefined

export const listCreditNotes = read(
  {
    summary: 'List credit notes',
    description: 'Voided ones only when asked for by `status`.',
    can: 'credit_notes:read',
    module,
    query: Paging.extend({
      status: z.enum(creditNoteStatuses).optional(),
      invoice_id: idText().optional(),
      customer_id: idText().optional(),
      branch_id: idText().optional().describe('Of the invoice'),
      from: day().optional().describe('Credit date from'),
      to: day().optional().describe('Credit date to, that day included'),
      q: searchText()
        .optional()
        .describe('Number, number of the invoice, or whatever finds the customer'),
    }),
    output: pageOf(CreditNote),
  },
  async (ctx, { query }) => {
    const where = and(
      query.status === undefined
        ? ne(creditNotes.status, 'voided')
        : eq(creditNotes.status, query.status),
      same(creditNotes.invoice_id, query.invoice_id),
      same(creditNotes.customer_id, query.customer_id),
      ofBranch(creditNotes.invoice_id, invoices, query.branch_id),
      query.from === undefined ? undefined : gte(creditNotes.credit_date, query.from),
      query.to === undefined ? undefined : lte(creditNotes.credit_date, query.to),
      search(query.q),
    )
    const [, , , list] = await Promise.all([
      mustExist(ctx, invoices, query.invoice_id),
      mustExist(ctx, customers, query.customer_id),
      mustExist(ctx, branches, query.branch_id),
      page(ctx, creditNotes, query, where, creditNoteRows),
    ])
    return { ...list, data: list.data.map(shown) }
  },
)

export const createCreditNote = transact(
  {
    summary: 'Create credit note',
    description:
      'Of an issued invoice, at most what was not credited yet of each line and each VAT rate. A line belongs to the invoice line that it names, else to the one with the same description and rate, else to its rate.',
    can: 'credit_notes:write',
    module,
    body: Draft,
    output: CreditNoteDetail,
    status: 201,
  },
  async (ctx, { body }) => {
    const invoice = await lockIssued(ctx, body.invoice_id)
    const { id } = await addCreditNote(ctx, invoice, {
      reason: body.reason,
      asked: askedOf(body) ?? 'full',
      restock: body.restock,
      serials: body.lines?.map((line) => line.serials ?? null),
    })
    return oneCreditNote(ctx, id)
  },
)

export const getCreditNote = read(
  {
    summary: 'Credit note detail',
    can: 'credit_notes:read',
    module,
    params: Id,
    output: CreditNoteDetail,
    on: creditNotes,
  },
  (ctx, { params }) => oneCreditNote(ctx, params.id),
)

export const updateCreditNote = transact(
  {
    summary: 'Update credit note',
    description:
      'Reason or lines of an open one. `lines`, when given, replace all lines, unless its goods are in stock again.',
    can: 'credit_notes:write',
    module,
    params: Id,
    body: Changes,
    output: CreditNoteDetail,
    on: creditNotes,
  },
  async (ctx, { params: { id }, body }) => {
    await mustBeOpen(ctx, id)
    const asked = askedOf(body)
    if (asked) await mustNotBeRestocked(ctx, id)
    const { lines = [], totals } = asked ? await recredited(ctx, id, asked) : {}
    await update(ctx, creditNotes, id, { reason: body.reason, ...totals })
    if (asked) {
      await removeWhere(ctx, creditNoteLines, eq(creditNoteLines.credit_note_id, id))
      await addLines(ctx, id, lines)
    }
    return oneCreditNote(ctx, id)
  },
)

async function recredited(
  ctx: Parameters<typeof creditFor>[0],
  id: number,
  asked: Parameters<typeof creditFor>[2],
) {
  const [note] = await ctx.db
    .select({ invoice_id: creditNotes.invoice_id })
    .from(creditNotes)
    .where(eq(creditNotes.id, id))
  const invoice = await lockIssued(ctx, found(note).invoice_id)
  return creditFor(ctx, invoice, asked, id)
}

export const deleteCreditNote = write(
  {
    summary: 'Delete credit note',
    description:
      'An open one only, and none whose goods are in stock again. It is voided: its number stays.',
    can: 'credit_notes:write',
    module,
    params: Id,
    on: creditNotes,
  },
  async (ctx, { params: { id } }) => {
    await Promise.all([
      mustBeOpen(ctx, id),
      mustNotBeRestocked(ctx, id),
      update(ctx, creditNotes, id, { status: 'voided', voided_at: sql`app.now()` }),
    ])
  },
)
