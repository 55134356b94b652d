import { eq, type SQL, sql } from 'drizzle-orm'
import { products } from '../catalog/tables.ts'
import { recurringInvoiceLines } from '../recurring/tables.ts'
import { creditNoteLines, invoiceLines, quotationLines } from '../sales/tables.ts'
import { workOrderLines } from '../workshop/tables.ts'

/** How many products have the tax rate. */
export const productsWith = (tax_rate_id: number): SQL<number> =>
  sql`(select count(*) from ${products} where ${eq(products.tax_rate_id, tax_rate_id)})`

const lineTables = [
  workOrderLines,
  quotationLines,
  invoiceLines,
  creditNoteLines,
  recurringInvoiceLines,
]

/** How many lines of documents have it, those of drafts too. */
export const documentLinesWith = (tax_rate_id: number): SQL<number> => {
  const counts = lineTables.map(
    (lines) => sql`(select count(*) from ${lines} where ${eq(lines.tax_rate_id, tax_rate_id)})`,
  )
  return sql`(${sql.join(counts, sql` + `)})`
}
