import { asDay, asDecimal, asText, asWholeNumber, type Columns } from './cells.ts'
import { productKeys } from './product-columns.ts'

/** What a spreadsheet of purchase orders holds that an import reads. */
export const orderColumns = {
  supplier_id: { names: [], read: asWholeNumber },
  supplier: { names: ['leverancier'], read: asText },
  reference: { names: ['referentie', 'kenmerk'], read: asText },
  expected_at: { names: ['leverdatum', 'verwacht', 'delivery date'], read: asDay },
  product_id: { names: [], read: asWholeNumber },
  ...productKeys,
  article_code: { names: ['bestelnummer', 'supplier sku', 'article code'], read: asText },
  quantity: { names: ['aantal', 'qty'], read: asWholeNumber },
  unit_price: { names: ['prijs', 'inkoopprijs', 'price'], read: asDecimal },
} satisfies Columns
