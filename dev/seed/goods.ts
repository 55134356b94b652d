import type { deviceKinds } from '../../src/domain/customers/tables.ts'
import type { Random } from './random.ts'

type DeviceKind = (typeof deviceKinds)[number]

interface Model {
  kind: DeviceKind
  brand: string
  model: string
}

const phone = (brand: string, ...models: string[]) =>
  models.map((model): Model => ({ kind: 'phone', brand, model }))
const other = (kind: DeviceKind, brand: string, ...models: string[]) =>
  models.map((model): Model => ({ kind, brand, model }))

export const models: Model[] = [
  ...phone(
    'Apple',
    'iPhone 12',
    'iPhone 13',
    'iPhone 14',
    'iPhone 15',
    'iPhone 15 Pro',
    'iPhone 16',
  ),
  ...phone('Samsung', 'Galaxy S22', 'Galaxy S23', 'Galaxy S24', 'Galaxy A54'),
  ...phone('Google', 'Pixel 7', 'Pixel 8'),
  ...other('tablet', 'Apple', 'iPad 10', 'iPad Air 5'),
  ...other('laptop', 'Apple', 'MacBook Air M1', 'MacBook Pro 14'),
  ...other('laptop', 'Lenovo', 'ThinkPad T14', 'IdeaPad 5'),
  ...other('console', 'Sony', 'PlayStation 5'),
  ...other('console', 'Nintendo', 'Switch OLED'),
]

/** What is wrong, and what is done about it: the place of a service in `services`, a part by its kind. */
export const complaints = [
  { problem: 'Scherm gebarsten na een val', service: 0, part: 'Scherm' },
  { problem: 'Batterij loopt snel leeg', service: 1, part: 'Batterij' },
  { problem: 'Laadt niet meer op', service: 2, part: 'Laadconnector' },
  { problem: 'Camera is wazig', service: 3, part: 'Camera' },
  { problem: 'Waterschade, gaat niet aan', service: 4, part: undefined },
  { problem: 'Valt uit tijdens gebruik', service: 5, part: 'Batterij' },
  { problem: 'Data overzetten naar een nieuw toestel', service: 6, part: undefined },
] as const

export const services = [
  { name: 'Scherm vervangen', price_excl: '45' },
  { name: 'Batterij vervangen', price_excl: '25' },
  { name: 'Laadconnector vervangen', price_excl: '35' },
  { name: 'Camera vervangen', price_excl: '35' },
  { name: 'Reiniging na waterschade', price_excl: '59.5' },
  { name: 'Onderzoek', price_excl: '20.6612' },
  { name: 'Data overzetten', price_excl: '29' },
]

const partPrices = [
  ['Scherm', 60, 190],
  ['Batterij', 19, 55],
  ['Laadconnector', 9, 25],
  ['Camera', 22, 70],
] as const

const accessories = [
  ['Hoesje transparant', '12.3554'],
  ['Screenprotector glas', '16.5'],
  ['USB-C-kabel 1 m', '8.2231'],
  ['USB-C-lader 20 W', '16.5289'],
  ['Powerbank 10.000 mAh', '24.75'],
  ['Draadloze oordopjes', '41.2810'],
  ['HDMI-kabel 2 m', '9.9'],
  ['Laptopstandaard', '28.9256'],
] as const

export interface Goods {
  name: string
  sku: string
  kind: 'part' | 'accessory' | 'service'
  category: string
  price_excl: string
  purchase_price: string | null
  stock_quantity: number
  min_stock: number
}

export const categories = [
  'Scherm',
  'Batterij',
  'Laadconnector',
  'Camera',
  'Accessoires',
  'Diensten',
]

/** About 80 products: four parts for each model, accessories, and the work itself. */
export function inventGoods(random: Random): Goods[] {
  const parts = models.slice(0, 16).flatMap((model) =>
    partPrices.map(([kind, lowest, highest]): Goods => {
      const cost = random.between(lowest, highest)
      return {
        name: `${kind} ${model.model}`,
        sku: `${kind.slice(0, 3)}-${model.model}`.toUpperCase().replaceAll(' ', '-'),
        kind: 'part',
        category: kind,
        price_excl: (cost * 1.6).toFixed(2),
        purchase_price: String(cost),
        stock_quantity: random.between(2, 8),
        min_stock: 2,
      }
    }),
  )
  const extras = accessories.map(
    ([name, price_excl], place): Goods => ({
      name,
      sku: `ACC-${String(place + 1).padStart(3, '0')}`,
      kind: 'accessory',
      category: 'Accessoires',
      price_excl,
      purchase_price: String(Math.round(Number(price_excl) * 45) / 100),
      stock_quantity: random.between(10, 40),
      min_stock: 5,
    }),
  )
  const work = services.map(
    ({ name, price_excl }, place): Goods => ({
      name,
      sku: `DIENST-${place + 1}`,
      kind: 'service',
      category: 'Diensten',
      price_excl,
      purchase_price: null,
      stock_quantity: 0,
      min_stock: 0,
    }),
  )
  return [...parts, ...extras, ...work]
}
