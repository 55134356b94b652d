import { and, eq } from 'drizzle-orm'
import * as z from 'zod'
import { page } from '../../db/pages.ts'
import { mustExist, onDays, same } from '../../db/rows.ts'
import { notFound, refused } from '../../refusal.ts'
import { day, flag, Id, idText, Paging, pageOf } from '../../schema.ts'
import { read } from '../../verb.ts'
import { ofBranch } from '../staff/of-branch.ts'
import { branches } from '../staff/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { type Carrier, terms } from './carriers.ts'
import { oneShipment, rows, Shipment, shipmentWithin } from './label-record.ts'
import { shipmentStatuses, shipments } from './tables.ts'

const reading = { can: 'shipments:read', module: 'shipping' } as const

export const listLabels = (carrier: Carrier) =>
  read(
    {
      ...reading,
      summary: `List ${terms[carrier].name} labels`,
      query: Paging.extend({
        status: z.enum(shipmentStatuses).optional(),
        work_order_id: idText().optional(),
        branch_id: idText().optional().describe('Of the work order'),
        tracking_code: z.string().trim().max(50).optional(),
        is_return: flag().optional(),
        from: day().optional().describe('Created on this day or later'),
        to: day().optional().describe('Created on this day or earlier'),
      }),
      output: pageOf(Shipment),
    },
    async (ctx, { query }) => {
      const { status, work_order_id, branch_id, tracking_code, is_return } = query
      const where = and(
        eq(shipments.carrier, carrier),
        same(shipments.status, status),
        same(shipments.work_order_id, work_order_id),
        ofBranch(shipments.work_order_id, workOrders, branch_id),
        same(shipments.tracking_code, tracking_code?.toUpperCase()),
        same(shipments.is_return, is_return),
        onDays(shipments.created_at, query),
      )
      const [, , list] = await Promise.all([
        mustExist(ctx, workOrders, work_order_id),
        mustExist(ctx, branches, branch_id),
        page(ctx, shipments, query, where, rows),
      ])
      return list
    },
  )

export const getLabel = (carrier: Carrier) =>
  read(
    {
      ...reading,
      summary: `Get ${terms[carrier].name} label`,
      params: Id,
      output: Shipment,
      on: shipments,
    },
    (ctx, { params }) => oneShipment(ctx, params.id, carrier),
  )

/** Of any carrier; what webhooks tell. */
export const getShipment = read(
  { ...reading, summary: 'Get label', params: Id, output: Shipment, on: shipments },
  (ctx, { params }) => oneShipment(ctx, params.id),
)

const endings: Record<string, string> = {
  'image/gif': 'gif',
  'image/png': 'png',
  'application/pdf': 'pdf',
}

export const downloadLabel = (carrier: Carrier) =>
  read(
    {
      ...reading,
      summary: `Download ${terms[carrier].name} label`,
      params: Id,
      file: '*/*',
    },
    async (ctx, { params }) => {
      const label = await shipmentWithin(ctx, params.id, carrier)
      const { label_key, label_content_type, tracking_code } = label
      if (!label_key || !label_content_type) {
        throw refused('no_label', `There is no label: it is ${label.status}.`)
      }
      const stored = await ctx.env.FILES.get(label_key)
      if (!stored) throw notFound('File')
      return {
        content: stored.body,
        content_type: label_content_type,
        filename: `${tracking_code ?? params.id}.${endings[label_content_type] ?? 'bin'}`,
        inline: true,
      }
    },
  )
