import * as z from 'zod'
import { streamFrom } from '../../db/transaction.ts'
import { day, idText } from '../../schema.ts'
import { call, transact } from '../../verb.ts'
import { purchaseOrderStatuses } from '../purchasing/tables.ts'
import { describeColumns } from './cells.ts'
import { orderColumns } from './order-columns.ts'
import { ImportQuery, Report, readable, Upload } from './report.ts'
import { ExportQuery, sheetFile } from './separator.ts'

export const exportPurchaseOrderFile = call(
  {
    summary: 'Export purchase orders as CSV',
    description: 'A line for each line of an order.',
    can: 'purchase_orders:read',
    module: 'inventory',
    asks: true,
    query: ExportQuery.extend({
      status: z.enum(purchaseOrderStatuses).optional(),
      supplier_id: idText().optional(),
      from: day().optional(),
      to: day().optional(),
    }),
    file: 'text/csv',
  },
  async (ctx, { query }) => {
    const { exportOrders } = await import('./export-orders.ts')
    return sheetFile(
      'purchase-orders',
      await streamFrom(ctx, (inner) => exportOrders(inner, query)),
    )
  },
)

export const importPurchaseOrderFile = transact(
  {
    summary: 'Import purchase orders from CSV',
    description:
      `${readable} Makes draft purchase orders, one for each supplier and reference, expected when the first of ` +
      'its lines says; `created` counts orders. A product is named by its id, SKU, barcode or what the supplier ' +
      'calls it. A line without a price has that of the supplier, else the purchase price. At most 10,000 lines. ' +
      `Columns: ${describeColumns(orderColumns)}.`,
    can: 'purchase_orders:write',
    module: 'inventory',
    query: ImportQuery,
    upload: 'text/csv',
    body: Upload,
    output: Report,
  },
  async (ctx, { query, body }) => {
    const { importOrders } = await import('./import-orders.ts')
    return importOrders(ctx, body.file, query.dry_run === true)
  },
)
