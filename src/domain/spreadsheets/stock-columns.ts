import { asDecimal, asText, asWholeNumber, type Columns } from './cells.ts'
import { productKeys } from './product-columns.ts'

/** What a spreadsheet of stock holds that an import reads. */
export const stockColumns = {
  product_id: { names: [], read: asWholeNumber },
  ...productKeys,
  warehouse: { names: ['magazijn'], read: asText },
  bin: { names: ['locatie', 'location', 'vak'], read: asText },
  quantity: { names: ['aantal', 'geteld', 'counted', 'stock', 'voorraad'], read: asWholeNumber },
  change: { names: ['mutatie', 'adjustment'], read: asWholeNumber },
  unit_cost: { names: ['kostprijs', 'cost', 'purchase price'], read: asDecimal },
  reason: { names: ['reden'], read: asText },
} satisfies Columns
