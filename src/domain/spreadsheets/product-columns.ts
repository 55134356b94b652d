import { asDecimal, asFlag, asOneOf, asText, asWholeNumber, type Columns } from './cells.ts'

/** By which a line names its product. */
export const productKeys = {
  sku: { names: ['artikelnummer', 'article number', 'item number'], read: asText },
  barcode: { names: ['ean', 'gtin', 'upc', 'streepjescode'], read: asText },
} satisfies Columns

const kinds = {
  onderdeel: 'part',
  onderdelen: 'part',
  accessoire: 'accessory',
  accessoires: 'accessory',
  dienst: 'service',
  diensten: 'service',
}

/** What a spreadsheet of products holds, in the order in which it is written. */
export const productColumns = {
  id: { names: ['product id'], read: asWholeNumber },
  ...productKeys,
  name: { names: ['naam', 'product', 'productnaam'], read: asText },
  description: { names: ['omschrijving', 'beschrijving'], read: asText },
  kind: { names: ['soort', 'type'], read: asOneOf(kinds) },
  category: { names: ['categorie', 'productgroep', 'groep'], read: asText },
  price_excl: {
    names: ['price', 'prijs', 'verkoopprijs', 'prijs excl', 'prijs excl btw', 'price excl vat'],
    read: asDecimal,
  },
  purchase_price: { names: ['inkoopprijs', 'kostprijs', 'cost', 'cost price'], read: asDecimal },
  vat_rate: { names: ['btw', 'btw %', 'btw percentage', 'vat', 'vat pct'], read: asDecimal },
  stock_quantity: { names: ['voorraad', 'aantal', 'stock', 'quantity'], read: asWholeNumber },
  min_stock: { names: ['minimumvoorraad', 'min voorraad', 'minimum stock'], read: asWholeNumber },
  max_stock: { names: ['maximumvoorraad', 'max voorraad', 'maximum stock'], read: asWholeNumber },
  is_active: { names: ['actief', 'active'], read: asFlag },
  track_serials: { names: ['serienummers', 'serial numbers'], read: asFlag },
  allow_negative_stock: { names: ['negatieve voorraad', 'negative stock'], read: asFlag },
} satisfies Columns
