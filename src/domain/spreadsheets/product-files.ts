import { streamFrom } from '../../db/transaction.ts'
import { call, transact } from '../../verb.ts'
import { ProductFilters } from '../catalog/products.ts'
import { describeColumns } from './cells.ts'
import { productColumns } from './product-columns.ts'
import { ImportQuery, Report, readable, Upload } from './report.ts'
import { ExportQuery, sheetFile } from './separator.ts'

export const exportProductFile = call(
  {
    summary: 'Export products as CSV',
    description: 'With the headers that `POST /products/import` reads.',
    can: 'products:read',
    module: 'inventory',
    asks: true,
    query: ProductFilters.extend(ExportQuery.shape),
    file: 'text/csv',
  },
  async (ctx, { query }) => {
    const { exportProducts } = await import('./export-products.ts')
    return sheetFile('products', await streamFrom(ctx, (inner) => exportProducts(inner, query)))
  },
)

export const importProductFile = transact(
  {
    summary: 'Import products from CSV',
    description:
      `${readable} A line is the product of its \`id\`, else of its \`sku\`, else of its \`barcode\`; when it is ` +
      'not there it is added, by the rules of `POST /products`. `stock_quantity` counts for new products alone: ' +
      'that of others is changed by `POST /stock/import`. A `category` is a path, `Screens > OLED`; what is ' +
      `missing of it is made. Columns: ${describeColumns(productColumns)}.`,
    can: 'products:write',
    module: 'inventory',
    query: ImportQuery,
    upload: 'text/csv',
    body: Upload,
    output: Report,
  },
  async (ctx, { query, body }) => {
    const { importProducts } = await import('./import-products.ts')
    return importProducts(ctx, body.file, query.dry_run === true)
  },
)
