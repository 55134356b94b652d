import type pg from 'pg'
import { ibans } from '../bank/statements.ts'
import type { Answer, Client, Json } from '../harness/client.ts'
import type { Shop } from '../harness/shop.ts'
import { bookCommands } from './book-commands.ts'
import { goodsCommands } from './goods-commands.ts'
import { codesOf, done, newCompany } from './posting.ts'
import { salesCommands } from './sales-commands.ts'

/** What a shop has to do business with, for histories of its books. */
export interface World {
  owner: pg.Pool
  shop: Shop
  api: Client
  /** A consumer, and businesses to which VAT is shifted, in the EU and outside. */
  customers: { consumer: number; NL: number; DE: number; CH: number }
  codes: Record<string, number>
  accounts: Record<string, number>
  supplier_id: number
  /** Plain, may be short, under the margin scheme, changes its scheme. */
  products: number[]
  order: Json
  work_orders: number[]
  /** Ids of what was made, by kind. */
  made: Record<Kind, number[]>
}

const kinds = [
  'drafts',
  'invoices',
  'notes',
  'payments',
  'receipts',
  'entries',
  'bills',
  'bill_payments',
  'settlements',
] as const
type Kind = (typeof kinds)[number]

/** One thing that somebody does; not every command reads every field. */
export interface Step {
  command: CommandName
  /** Which one of what there is. */
  which: number
  other: number
  quantity: number
  /** Euros. */
  amount: number
  /** How many days ago. */
  age: number
  flag: boolean
}

/** Nothing when the shop has nothing to do it with. */
export type Command = (world: World, step: Step) => Promise<Answer | undefined>

const commands = { ...salesCommands, ...goodsCommands, ...bookCommands } satisfies Record<
  string,
  Command
>
export type CommandName = keyof typeof commands
export const commandNames = Object.keys(commands) as CommandName[]

export const perform = (world: World, step: Step) =>
  (commands[step.command] as Command)(world, step)

export const nth = <T>(list: readonly T[], place: number): T | undefined =>
  list[place % (list.length || 1)]

/** A day so many days ago. */
export const ago = (days: number) =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

/** Remembers what was made. */
export const keep = ({ made }: World, kind: Kind, answer: Answer) => {
  if (answer.status === 201) made[kind].push(answer.body.id)
  return answer
}

/** Does it to one of a kind, if there is any. */
export const withOne = (
  { made }: World,
  kind: Kind,
  { which }: Step,
  act: (id: number) => Promise<Answer | undefined>,
) => {
  const id = nth(made[kind], which)
  return id === undefined ? Promise.resolve(undefined) : act(id)
}

/** A shop just founded gets customers, goods, an order and the settings of this history. */
export async function buildWorld(owner: pg.Pool, shop: Shop, settings: object): Promise<World> {
  const { api } = shop
  await done(api.put('/settings', { ...settings, over_receipt_pct: 50, iban: ibans.ing }))
  const codes = await codesOf(api)
  const product = async (fields: object) =>
    (await done(api.post('/products', { name: 'Part', price_excl: 10, ...fields }))).id
  const products = [
    await product({ stock_quantity: 7, purchase_price: '3.33' }),
    await product({ allow_negative_stock: true, purchase_price: 5 }),
    await product({ tax_rate_id: codes.margin, stock_quantity: 3, purchase_price: 60 }),
    await product({ stock_quantity: 2, purchase_price: '41.15' }),
  ]
  const supplier_id = (await done(api.post('/suppliers', { name: 'Parts BV' }))).id
  const lines = products.map((product_id) => ({ product_id, quantity: 20, unit_price: '4.505' }))
  const draft = await done(api.post('/purchase-orders', { supplier_id, lines }))
  const { rows } = await owner.query(
    'select coalesce(role, code) as name, id from gl_accounts where tenant_id = $1',
    [shop.tenant_id],
  )
  const consumer = (await done(api.post('/customers', { first_name: 'Jan' }))).id
  const work = async () => (await done(api.post('/work-orders', { customer_id: consumer }))).id
  const company = (country: string) => newCompany(owner, shop, country)
  return {
    owner,
    shop,
    api,
    customers: {
      consumer,
      NL: await company('NL'),
      DE: await company('DE'),
      CH: await company('CH'),
    },
    codes,
    accounts: Object.fromEntries(rows.map(({ name, id }) => [name, Number(id)])),
    supplier_id,
    products,
    order: await done(api.post(`/purchase-orders/${draft.id}/order`, {})),
    work_orders: [await work(), await work()],
    made: Object.fromEntries(kinds.map((kind) => [kind, [] as number[]])) as World['made'],
  }
}
