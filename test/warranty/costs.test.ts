import { afterEach, beforeAll, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { codesOf, postedOf } from '../ledger/posting.ts'
import { truth } from '../ledger/truth.ts'
import { driving, pickers } from '../warehouse/picking.ts'
import { newPart } from '../warehouse/selling.ts'
import { claimants } from './claiming.ts'

const { shop, owner } = await startShops()
const { api, tenant_id } = shop
const { policy, repaired, claimed, approved } = claimants(shop, owner)
const { generate, line } = pickers(shop, owner)
const { done } = driving(shop)
const posted = (list: number) => postedOf(owner, 'pick_list', list)

beforeAll(() => policy(90))
afterEach(async () => {
  expect(await truth(owner, tenant_id)).toEqual([])
})

/** A claim whose warranty repair takes these parts, and its pick list. */
async function underWarranty(product_id: number, quantity: number) {
  const { id } = await claimed((await repaired(5)).id)
  const order = await approved(id, { lines: [{ description: 'Part', product_id, quantity }] })
  const list = (await generate(order.id)).body
  return { id, order, list }
}
const costOf = async (id: number) => (await api.get(`/warranty/claims/${id}`)).body.cost

test('parts picked under warranty are costs of warranty, until they come back', async () => {
  const screen = await newPart(api, 3, { purchase_price: 45.5 })
  const { id, list } = await underWarranty(screen, 2)
  expect(await costOf(id)).toBe(0)
  const [{ id: line_id }] = list.lines
  await done(list.id, 'pick', { line_id, quantity: 1 })
  expect(await posted(list.id)).toEqual({ cost_warranty: 4550, stock: -4550 })
  expect(await costOf(id)).toBe(45.5)
  await done(list.id, 'pick', { line_id, quantity: 1 })
  expect(await posted(list.id)).toEqual({ cost_warranty: 9100, stock: -9100 })
  expect(await costOf(id)).toBe(91)
  await done(list.id, 'return', { line_id, quantity: 1 })
  expect(await posted(list.id)).toEqual({ cost_warranty: 4550, stock: -4550 })
  await done(list.id, 'return', { line_id, quantity: 1 })
  expect(await posted(list.id)).toEqual({})
  expect(await costOf(id)).toBe(0)
})

test('the account is that of warranty costs, 7070', async () => {
  const part = await newPart(api, 1, { purchase_price: 45.5 })
  const { list } = await underWarranty(part, 1)
  await done(list.id, 'pick', { line_id: list.lines[0].id, quantity: 1 })
  const { rows } = await owner.query(
    `select a.code, l.debit_cents::int as debit, l.credit_cents::int as credit
     from journal_entries e join journal_lines l on l.journal_entry_id = e.id
     join gl_accounts a on a.id = l.account_id
     where e.source = 'pick_list' and e.source_id = $1 order by a.code`,
    [list.id],
  )
  expect(rows).toEqual([
    { code: '3000', debit: 0, credit: 4550 },
    { code: '7070', debit: 4550, credit: 0 },
  ])
})

test('parts of a paid repair stay cost of sales', async () => {
  const part = await newPart(api, 1, { purchase_price: 45.5 })
  const paid = await repaired(5)
  await api.put(`/work-orders/${paid.id}`, { status: 'in_repair' })
  await line(paid.id, part)
  const list = (await generate(paid.id)).body
  await done(list.id, 'pick', { line_id: list.lines[0].id, quantity: 1 })
  expect(await posted(list.id)).toEqual({ cost: 4550, stock: -4550 })
})

test('margin goods are costs of warranty too, out of their own stock', async () => {
  const { margin } = await codesOf(api)
  const phone = await newPart(api, 1, { purchase_price: 100, tax_rate_id: margin })
  const { id, list } = await underWarranty(phone, 1)
  await done(list.id, 'pick', { line_id: list.lines[0].id, quantity: 1 })
  expect(await posted(list.id)).toEqual({ cost_warranty: 10000, stock_margin: -10000 })
  expect(await costOf(id)).toBe(100)
})

test('repairs at once take turns at the stock, and the costs add up', async () => {
  const part = await newPart(api, 10, { purchase_price: 45.5 })
  const repairs = []
  for (let i = 0; i < 5; i++) repairs.push(await underWarranty(part, 2))
  await Promise.all(
    repairs.map(({ list }) => done(list.id, 'pick', { line_id: list.lines[0].id, quantity: 2 })),
  )
  const costs = await Promise.all(repairs.map(({ id }) => costOf(id)))
  expect(costs).toEqual([91, 91, 91, 91, 91])
  const { rows } = await owner.query(
    'select stock_value_cents::int as cents from products where id = $1',
    [part],
  )
  expect(rows).toEqual([{ cents: 0 }])
})
