import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy, subquery } from '../../db/rows.ts'
import { totalsOf } from '../../lib/money.ts'
import { found } from '../../refusal.ts'
import { id, instant, money, Named, Stamps } from '../../schema.ts'
import { customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { invoices } from '../sales/tables.ts'
import { OrderSla, slaOf } from '../sla/order-sla.ts'
import { employees } from '../staff/tables.ts'
import { letterOf } from '../tax/codes.ts'
import { priorities, workOrderStatuses, workOrders } from './tables.ts'
import { Line, linesOf } from './work-order-lines.ts'
import { Note, notesOf } from './work-order-notes.ts'

const shape = {
  id: id().meta({ examples: [101] }),
  ticket_no: z.string().meta({ examples: ['WO-2026-0101'] }),
  customer: Named,
  device_id: id().nullable(),
  device_brand: z
    .string()
    .nullable()
    .meta({ examples: ['Apple'] }),
  device_model: z
    .string()
    .nullable()
    .meta({ examples: ['iPhone 15 Pro'] }),
  category: z
    .string()
    .nullable()
    .describe('Kind of repair')
    .meta({ examples: ['screen'] }),
  problem_description: z
    .string()
    .nullable()
    .meta({ examples: ['Cracked screen'] }),
  status: z.object({
    slug: z.string().meta({ examples: ['in_repair'] }),
    label: z.string().meta({ examples: ['In Repair'] }),
  }),
  priority: z.enum(priorities),
  assigned_to: id().nullable().describe('Employee'),
  assignee: Named.nullable(),
  branch_id: id().nullable(),
  sla_config_id: id().nullable().describe('The agreement that it names itself'),
  warranty_of_id: id().nullable().describe('The paid repair that it does again under warranty'),
  expected_ready_at: instant().nullable(),
  completed_at: instant().nullable(),
  invoice_id: id().nullable().describe('The newest invoice that is not cancelled'),
  totals: z.object({ subtotal: money(), vat_total: money(), total: money() }),
}

/** A work order in a list. */
export const WorkOrderRow = z.object({
  ...shape,
  lines_count: z.int(),
  notes_count: z.int(),
  ...Stamps,
})

/** A work order by itself; lines as entered, notes newest first. */
export const WorkOrder = z.object({
  ...shape,
  sla: OrderSla.nullable(),
  lines: z.array(Line),
  notes: z.array(Note),
  ...Stamps,
})

const columns = {
  id: workOrders.id,
  ticket_no: workOrders.ticket_no,
  customer: { id: workOrders.customer_id, name: customers.name },
  device_id: workOrders.device_id,
  device_brand: workOrders.device_brand,
  device_model: workOrders.device_model,
  category: workOrders.category,
  problem_description: workOrders.problem_description,
  status: { slug: workOrders.status, label: workOrderStatuses.label },
  priority: workOrders.priority,
  assigned_to: workOrders.assigned_to,
  assignee: { id: employees.id, name: employees.name },
  branch_id: workOrders.branch_id,
  sla_config_id: workOrders.sla_config_id,
  warranty_of_id: workOrders.warranty_of_id,
  expected_ready_at: workOrders.expected_ready_at,
  completed_at: workOrders.completed_at,
  invoice_id: subquery(sql`
    select max(${invoices.id}) from ${invoices}
    where ${invoices.work_order_id} = ${workOrders.id} and ${invoices.status} <> 'cancelled'`).mapWith(
    Number,
  ),
  line_sums: workOrders.line_sums,
  kor: subquery<boolean>(
    sql`select ${tenants.kor} from ${tenants} where ${tenants.id} = app.tenant()`,
  ),
  notes_count: workOrders.notes_count,
  created_at: workOrders.created_at,
  updated_at: workOrders.updated_at,
}

/** Work orders as rows; `shown` makes of them what is answered. */
export const rows = (ctx: Selecting) =>
  ctx.db
    .select(columns)
    .from(workOrders)
    .innerJoin(customers, eq(customers.id, workOrders.customer_id))
    .innerJoin(workOrderStatuses, eq(workOrderStatuses.slug, workOrders.status))
    .leftJoin(employees, eq(employees.id, workOrders.assigned_to))

export function shown(row: Awaited<ReturnType<typeof rows>>[number]) {
  const { line_sums, kor, customer, ...order } = row
  const { subtotal_cents, vat_cents, total_cents } = totalsOf(
    line_sums.map(({ category, ...sum }) => ({
      ...sum,
      category: kor ? 'E' : category && letterOf(category),
    })),
  )
  return {
    ...order,
    customer: { id: customer.id, name: customer.name ?? '' },
    lines_count: line_sums.reduce((sum, { lines }) => sum + lines, 0),
    totals: { subtotal: subtotal_cents, vat_total: vat_cents, total: total_cents },
  }
}

/** One work order as answered, by id or by a subquery for it. */
export async function one(ctx: Selecting, id: number | SQL<number>) {
  const [[row], sla, lines, notes] = await Promise.all([
    rowsBy(ctx, rows, workOrders.id, id),
    slaOf(ctx, id),
    linesOf(ctx, id),
    notesOf(ctx, id),
  ])
  return { ...shown(found(row)), sla, lines, notes }
}
