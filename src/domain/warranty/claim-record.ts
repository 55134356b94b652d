import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, instant, money, Named, Stamps } from '../../schema.ts'
import { customers } from '../customers/tables.ts'
import { users } from '../identity/tables.ts'
import { pickLists, stockMovements } from '../warehouse/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { claimStatuses, warrantyClaims } from './tables.ts'

/** What a client keeps with a claim: up to 50 names of its own. */
export const Metadata = z
  .record(
    z.string().min(1).max(100),
    z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]),
  )
  .refine((given) => Object.keys(given).length <= 50, 'may not have more than 50 names')
  .meta({ examples: [{ photos: 3, seen_by: 'Alice' }] })

/** A claim as every answer shows it. */
export const Claim = z.object({
  id: id().meta({ examples: [15] }),
  status: z.enum(claimStatuses).meta({ examples: ['pending'] }),
  work_order_id: id().meta({ examples: [101] }),
  work_order: z.object({
    id: id().meta({ examples: [101] }),
    ticket_no: z.string().meta({ examples: ['WO-2026-0101'] }),
  }),
  customer: Named,
  description: z.string().meta({ examples: ['The screen flickers again'] }),
  claimed_at: day(),
  warranty_until: day().describe('Last day of the warranty, by the policy that applied'),
  warranty_config_id: id().describe('The policy that applied when it was filed'),
  warranty_work_order_id: id().nullable().describe('Of the repair that an approval made'),
  cost: money().describe('What the parts of that repair cost the shop so far'),
  reason: z.string().nullable().describe('Of a rejection'),
  metadata: Metadata,
  decided_at: instant().nullable(),
  decided_by: Named.nullable(),
  ...Stamps,
})

/** Parts that left the stock for the warranty repair less those that came back, as the books have them. */
const cost_cents = subquery<number>(sql`
  select coalesce(-sum(${stockMovements.value_cents}), 0) from ${pickLists}
  join ${stockMovements} on ${stockMovements.tenant_id} = ${pickLists.tenant_id}
    and ${stockMovements.source} = 'pick_list' and ${stockMovements.source_id} = ${pickLists.id}
  where ${pickLists.tenant_id} = ${warrantyClaims.tenant_id}
    and ${pickLists.work_order_id} = ${warrantyClaims.warranty_work_order_id}`).mapWith(Number)

/** Claims as rows. */
export const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: warrantyClaims.id,
      status: warrantyClaims.status,
      work_order_id: warrantyClaims.work_order_id,
      work_order: { id: workOrders.id, ticket_no: workOrders.ticket_no },
      customer: { id: customers.id, name: sql<string>`coalesce(${customers.name}, '')` },
      description: warrantyClaims.description,
      claimed_at: warrantyClaims.claimed_at,
      warranty_until: warrantyClaims.warranty_until,
      warranty_config_id: warrantyClaims.warranty_config_id,
      warranty_work_order_id: warrantyClaims.warranty_work_order_id,
      cost: cost_cents,
      reason: warrantyClaims.reason,
      metadata: warrantyClaims.metadata,
      decided_at: warrantyClaims.decided_at,
      decided_by: { id: users.id, name: users.name },
      created_at: warrantyClaims.created_at,
      updated_at: warrantyClaims.updated_at,
    })
    .from(warrantyClaims)
    .innerJoin(workOrders, eq(workOrders.id, warrantyClaims.work_order_id))
    .innerJoin(customers, eq(customers.id, workOrders.customer_id))
    .leftJoin(users, eq(users.id, warrantyClaims.decided_by))

/** One claim as answered, by id or by a subquery for it. */
export const oneClaim = async (ctx: Selecting, id: number | SQL<number>) =>
  found((await rowsBy(ctx, rows, warrantyClaims.id, id))[0])
