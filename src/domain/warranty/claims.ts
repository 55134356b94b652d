import { and, gte, lte, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { guard, insert, mustExist, newId, remove, same, update } from '../../db/rows.ts'
import { day, Id, id, idText, Paging, pageOf, searchText, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { mustBePast } from '../ledger/days.ts'
import { workOrders } from '../workshop/tables.ts'
import { Claim, Metadata, oneClaim, rows } from './claim-record.ts'
import { claimStatuses, warrantyClaims, warrantyConfigs } from './tables.ts'

const Draft = z.object({
  work_order_id: id().describe('The repair that failed; of a warranty repair, that one'),
  description: text(10_000)
    .describe('The defect')
    .meta({ examples: ['The screen flickers again'] }),
  claimed_at: day().optional().describe('Today when absent'),
  metadata: Metadata.optional(),
})

const readable = { can: 'warranty:read', module: 'work_orders' } as const
const writable = { can: 'warranty:write', module: 'work_orders' } as const

const ofCustomer = (id: number | undefined): SQL | undefined =>
  id === undefined
    ? undefined
    : sql`${warrantyClaims.work_order_id} in (
        select ${workOrders.id} from ${workOrders} where ${workOrders.customer_id} = ${id})`

const saying = (q: string | undefined): SQL | undefined =>
  q
    ? sql`strpos(app.fold(concat_ws(' ', ${warrantyClaims.description}, (
        select ${workOrders.ticket_no} from ${workOrders}
        where ${workOrders.id} = ${warrantyClaims.work_order_id}))), btrim(app.fold(${q}))) > 0`
    : undefined

export const listClaims = read(
  {
    ...readable,
    summary: 'List warranty claims',
    query: Paging.extend({
      status: z.enum(claimStatuses).optional(),
      work_order_id: idText().optional().describe('Of the repair that failed'),
      customer_id: idText().optional(),
      warranty_config_id: idText().optional().describe('Filed under this policy'),
      from: day().optional().describe('Claimed on this day or later'),
      to: day().optional().describe('Claimed on this day or earlier'),
      q: searchText().optional().describe('In description and ticket no'),
    }),
    output: pageOf(Claim),
  },
  async (ctx, { query }) => {
    const { status, work_order_id, customer_id, warranty_config_id, from, to } = query
    const where = and(
      same(warrantyClaims.status, status),
      same(warrantyClaims.work_order_id, work_order_id),
      same(warrantyClaims.warranty_config_id, warranty_config_id),
      ofCustomer(customer_id),
      from === undefined ? undefined : gte(warrantyClaims.claimed_at, from),
      to === undefined ? undefined : lte(warrantyClaims.claimed_at, to),
      saying(query.q),
    )
    const [list] = await Promise.all([
      page(ctx, warrantyClaims, query, where, rows),
      mustExist(ctx, workOrders, work_order_id),
      mustExist(ctx, customers, customer_id),
      mustExist(ctx, warrantyConfigs, warranty_config_id),
    ])
    return list
  },
)

/** The database finds the policy, and refuses what it does not cover. */
const byTheDatabase = sql`null`

export const fileClaim = write(
  {
    ...writable,
    summary: 'File warranty claim',
    description:
      'Inside the warranty of a completed work order only: from the day of its completion, so many days as the policy ' +
      'that applies says. Of a warranty repair the completion of the repair that was paid for counts. Refused as ' +
      '`not_completed`, `no_policy`, `warranty_expired` or `claim_pending`.',
    body: Draft,
    output: Claim,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, , claim] = await Promise.all([
      mustBePast(ctx, body.claimed_at, 'claimed_at'),
      insert(ctx, warrantyClaims, {
        ...body,
        warranty_config_id: byTheDatabase,
        warranty_until: byTheDatabase,
      }),
      oneClaim(ctx, newId(warrantyClaims)),
    ])
    return claim
  },
)

export const getClaim = read(
  {
    ...readable,
    summary: 'Get warranty claim',
    params: Id,
    output: Claim,
    on: warrantyClaims,
  },
  (ctx, { params }) => oneClaim(ctx, params.id),
)

/** A decided claim stays as it was decided. Holds it, so that changes and decisions take turns. */
const mustBePending = (ctx: Writing, id: number) =>
  guard(
    ctx,
    sql`(select ${warrantyClaims.status} from ${warrantyClaims}
      where ${warrantyClaims.id} = ${id} for update) = 'pending'`,
    { code: 'not_pending', message: 'The claim was decided already.' },
  )

export const updateClaim = write(
  {
    ...writable,
    summary: 'Update warranty claim',
    description: 'While it is pending.',
    params: Id,
    body: Draft.omit({ work_order_id: true }).partial(),
    output: Claim,
    on: warrantyClaims,
  },
  async (ctx, { params: { id }, body }) => {
    const [, , , claim] = await Promise.all([
      mustBePending(ctx, id),
      mustBePast(ctx, body.claimed_at, 'claimed_at'),
      update(ctx, warrantyClaims, id, body),
      oneClaim(ctx, id),
    ])
    return claim
  },
)

export const deleteClaim = write(
  {
    ...writable,
    summary: 'Delete warranty claim',
    description: 'While it is pending.',
    params: Id,
    on: warrantyClaims,
  },
  async (ctx, { params: { id } }) => {
    await Promise.all([mustBePending(ctx, id), remove(ctx, warrantyClaims, id)])
  },
)
