import { and } from 'drizzle-orm'
import { matching } from '../../db/rows.ts'
import { streamFrom } from '../../db/transaction.ts'
import { idText, searchText } from '../../schema.ts'
import { call, transact } from '../../verb.ts'
import { inCategory } from '../catalog/categories.ts'
import { products } from '../catalog/tables.ts'
import { describeColumns } from './cells.ts'
import { ImportQuery, Report, readable, Upload } from './report.ts'
import { ExportQuery, sheetFile } from './separator.ts'
import { stockColumns } from './stock-columns.ts'

export const exportStockFile = call(
  {
    summary: 'Export stock as CSV',
    description: 'What stands in each bin, and its value at cost.',
    can: 'stock:read',
    module: 'inventory',
    asks: true,
    query: ExportQuery.extend({
      q: searchText().optional().describe('Name, SKU or barcode'),
      category_id: idText().optional().describe('With the categories under it'),
    }),
    file: 'text/csv',
  },
  async (ctx, { query }) => {
    const { exportStock } = await import('./export-stock.ts')
    const where = and(matching(products.id, 'products', query.q), inCategory(query.category_id))
    return sheetFile('stock', await streamFrom(ctx, (inner) => exportStock(inner, query, where)))
  },
)

export const importStockFile = transact(
  {
    summary: 'Import stock from CSV',
    description:
      `${readable} \`quantity\` is what stands in the \`bin\`, of the product in all without one; \`change\`, in ` +
      'its place, is added to that. The difference becomes a movement of kind `adjust`; what is added without a ' +
      'bin stands where goods come in. Products that track serial numbers, and pieces that pick lists hold, are ' +
      `refused. Columns: ${describeColumns(stockColumns)}.`,
    can: 'stock:write',
    module: 'inventory',
    query: ImportQuery,
    upload: 'text/csv',
    body: Upload,
    output: Report,
  },
  async (ctx, { query, body }) => {
    const { importStock } = await import('./import-stock.ts')
    return importStock(ctx, body.file, query.dry_run === true)
  },
)
