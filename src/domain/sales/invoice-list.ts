import { and, eq, gte, lte, not, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import { syncPage } from '../../db/pages.ts'
import { matching, mustExist, same } from '../../db/rows.ts'
import { day, idText, Syncing, searchText, syncPageOf } from '../../schema.ts'
import { read } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { branches } from '../staff/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import {
  Invoice,
  invoiceKinds,
  invoiceRows,
  invoiceStatuses,
  isOverdue,
  shown,
} from './invoice-record.ts'
import { invoices } from './tables.ts'

const module = 'invoices'

const withStatus = (status: (typeof invoiceStatuses)[number] | undefined) => {
  if (status === 'overdue') return and(eq(invoices.status, 'sent'), isOverdue)
  if (status === 'sent') return and(eq(invoices.status, 'sent'), not(isOverdue))
  return same(invoices.status, status)
}

const search = (q: string | undefined) =>
  q
    ? or(
        sql`position(lower(${q}) in lower(${invoices.invoice_number})) > 0`,
        matching(invoices.customer_id, 'customers', q),
      )
    : undefined

export const listInvoices = read(
  {
    summary: 'List invoices',
    can: 'invoices:read',
    module,
    query: Syncing.extend({
      status: z.enum(invoiceStatuses).optional(),
      customer_id: idText().optional(),
      work_order_id: idText().optional(),
      branch_id: idText().optional(),
      kind: z.enum(invoiceKinds).optional(),
      from: day().optional().describe('Invoice date from'),
      to: day().optional().describe('Invoice date to, that day included'),
      q: searchText().optional().describe('Number, or whatever finds the customer'),
    }),
    output: syncPageOf(Invoice),
  },
  async (ctx, { query }) => {
    const where = and(
      withStatus(query.status),
      same(invoices.customer_id, query.customer_id),
      same(invoices.work_order_id, query.work_order_id),
      same(invoices.branch_id, query.branch_id),
      same(invoices.kind, query.kind),
      query.from === undefined ? undefined : gte(invoices.invoice_date, query.from),
      query.to === undefined ? undefined : lte(invoices.invoice_date, query.to),
      search(query.q),
    )
    const [, , , list] = await Promise.all([
      mustExist(ctx, customers, query.customer_id),
      mustExist(ctx, workOrders, query.work_order_id),
      mustExist(ctx, branches, query.branch_id),
      syncPage(ctx, invoices, query, where, invoiceRows),
    ])
    return { ...list, data: list.data.map(shown) }
  },
)
