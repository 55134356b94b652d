import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert, update } from '../../db/rows.ts'
import { found, refused } from '../../refusal.ts'
import { Id, id, optionalText, quantity, text } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { emailOfNow } from '../customers/email-of-now.ts'
import { companies, customers } from '../customers/tables.ts'
import { react } from '../engine/reaction.ts'
import { tenants } from '../identity/tables.ts'
import { branches } from '../staff/tables.ts'
import { taxOfNew } from '../tax/assigned.ts'
import { workOrderLines, workOrders } from '../workshop/tables.ts'
import { writeNote } from '../workshop/work-order-notes.ts'
import { rejectionLetter } from './rejection-letter.ts'
import { warrantyClaims } from './tables.ts'

const deciding = { can: 'warranty:write', module: 'work_orders', params: Id } as const

export const approveClaim = transact(
  {
    ...deciding,
    summary: 'Approve warranty claim',
    description:
      'Creates the warranty work order: for the same customer, device and branch, its lines without a price. ' +
      'Parts picked for it are booked as costs of warranty. Once.',
    body: z.object({
      lines: z
        .array(
          z.object({
            description: text(1000).meta({ examples: ['Screen replacement'] }),
            product_id: id().nullable().optional(),
            quantity: quantity().optional().describe('1 when absent'),
          }),
        )
        .max(100)
        .optional()
        .describe('Parts and labour to do it with; the defect alone when absent'),
      assigned_to: id().nullable().optional().describe('Employee'),
      notes: optionalText(10_000).describe('An internal note on the warranty work order'),
    }),
    output: z.object({
      message: z.string().meta({ examples: ['Claim approved'] }),
      warranty_work_order_id: id().meta({ examples: [250] }),
    }),
    on: warrantyClaims,
  },
  async (ctx, { params, body: { lines, assigned_to, notes } }) => {
    const { claim, order, locale } = await lockPending(ctx, params.id)
    const [added] = await insert(ctx, workOrders, {
      customer_id: order.customer_id,
      device_id: order.device_id,
      device_brand: order.device_brand,
      device_model: order.device_model,
      category: order.category,
      priority: order.priority,
      branch_id: openBranch(order.branch_id),
      problem_description: claim.description,
      assigned_to,
      warranty_of_id: order.warranty_of_id ?? order.id,
    })
    const work_order_id = found(added).id
    const work = lines?.length ? lines : [{ description: theDefect(claim.description, locale) }]
    await insert(
      ctx,
      workOrderLines,
      work.map((line) => ({
        ...line,
        ...taxOfNew({}, line.product_id),
        work_order_id,
        unit_price: '0',
        total_excl_cents: 0,
      })),
    )
    if (notes) await writeNote(ctx, work_order_id, { note: notes })
    await decide(ctx, params.id, { status: 'approved', warranty_work_order_id: work_order_id })
    return { message: 'Claim approved', warranty_work_order_id: work_order_id }
  },
)

/** A branch that was closed meanwhile takes in no new work. */
const openBranch = (id: number | null): SQL =>
  sql`(select ${branches.id} from ${branches}
    where ${branches.id} = ${id} and ${branches.deleted_at} is null)`

const longestLine = 1000

const theDefect = (description: string, locale: string) =>
  `${locale === 'en' ? 'Warranty' : 'Garantie'}: ${description}`.slice(0, longestLine)

export const rejectClaim = transact(
  {
    ...deciding,
    summary: 'Reject warranty claim',
    description: 'Mails the reason to the customer, where there is an address that takes mail.',
    body: z.object({
      reason: text(5000)
        .describe('Told to the customer')
        .meta({ examples: ['The device was dropped'] }),
    }),
    output: z.object({
      message: z.string().meta({ examples: ['Claim rejected'] }),
      status: z.literal('rejected'),
      customer_notified: z.boolean().describe('false: there is no address, or it takes no mail'),
    }),
    on: warrantyClaims,
  },
  async (ctx, { params, body: { reason } }) => {
    const { order, email, ...told } = await lockPending(ctx, params.id)
    await decide(ctx, params.id, { status: 'rejected', reason })
    if (email) {
      await react(ctx, {
        kind: 'mail',
        key: `warranty_claim:${params.id}/rejected`,
        payload: {
          to: email,
          ...rejectionLetter({ ...told, ticket_no: order.ticket_no, reason }),
          outside: {
            customer_id: order.customer_id,
            about: { entity: 'work_order', id: order.id },
          },
        },
      })
    }
    return { message: 'Claim rejected', status: 'rejected' as const, customer_notified: !!email }
  },
)

/**
 * The claim that is to be decided, locked, with the repair that failed and whom to write to.
 *
 * @throws Refusal 422 `not_pending`
 */
async function lockPending(ctx: Transacting, id: number) {
  const [row] = await ctx.db
    .select({
      claim: warrantyClaims,
      order: workOrders,
      customer: sql<string>`coalesce(${customers.name}, '')`,
      email: sql<string | null>`case
        when ${customers.email} is null or ${customers.email_bounced_at} is null then ${emailOfNow} end`,
      shop: tenants.name,
      locale: tenants.locale,
    })
    .from(warrantyClaims)
    .innerJoin(workOrders, eq(workOrders.id, warrantyClaims.work_order_id))
    .innerJoin(customers, eq(customers.id, workOrders.customer_id))
    .leftJoin(companies, eq(companies.id, customers.company_id))
    .innerJoin(tenants, eq(tenants.id, warrantyClaims.tenant_id))
    .where(eq(warrantyClaims.id, id))
    .for('update', { of: warrantyClaims })
  const { claim, ...rest } = found(row)
  if (claim.status !== 'pending') throw refused('not_pending', 'The claim was decided already.')
  return { claim, ...rest }
}

type Decision = Partial<typeof warrantyClaims.$inferInsert>

const decide = (ctx: Transacting, id: number, decision: Decision) =>
  update(ctx, warrantyClaims, id, {
    ...decision,
    decided_at: sql`app.now()`,
    decided_by: sql`app.user_id()`,
  })
