import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newIssued, screen } from '../sales/invoicing.ts'
import { newPeriod, openPeriodOn, postDirectly, today } from './returning.ts'

const { shop, other, owner } = await startShops()

const book = (day: string, sales: number, purchases: number) =>
  postDirectly(owner, shop.tenant_id, day, [
    ['bank', sales, 0],
    ['sales_margin', 0, sales, 'ms'],
    ['stock_margin', purchases, 0, 'mp'],
    ['bank', 0, purchases],
  ])

const closingOf = async (id: number) => {
  const { rows } = await owner.query(
    `select l.role, (l.debit_cents - l.credit_cents)::int as cents from journal_entries e
     join journal_lines l on l.journal_entry_id = e.id
     where e.source = 'btw_period' and e.source_id = $1 order by l.position`,
    [id],
  )
  return rows.map(({ role, cents }: Json) => [role, cents])
}

test('a loss goes to the next periods of the year, open or closed, and no further', async () => {
  const { api } = shop
  const [january, february, december, next] = [
    await newPeriod(api, { year: 2020, month: 1 }),
    await newPeriod(api, { year: 2020, month: 2 }),
    await newPeriod(api, { year: 2020, month: 12 }),
    await newPeriod(api, { year: 2021, month: 1 }),
  ]
  await book('2020-01-15', 500_00, 900_00)
  await book('2020-02-15', 1_500_00, 900_00)
  await book('2020-12-15', 100_00, 300_00)
  await book('2021-01-15', 121_00, 60_50)
  const shown = async ({ id }: Json) => (await api.get(`/btw-periods/${id}`)).body
  const loss = { sales: 500, purchases: 900, carried: 0, margin: -400, vat: 0, carry_over: -400 }
  const gain = { carried: -400, margin: 200, vat: 34.71, carry_over: 0, single_margins: 0 }
  for (const state of ['open', 'closed']) {
    expect(await shown(january), state).toMatchObject({ margin: loss, total_vat: 0 })
    expect(await shown(february), state).toMatchObject({ margin: gain, total_vat: 34 })
    expect((await shown(february)).boxes['1a'], state).toEqual({
      turnover: 165.29,
      vat: 34.71,
      turnover_filed: 165,
      vat_filed: 34,
    })
    expect((await shown(december)).margin, state).toMatchObject({ margin: -200, carry_over: 0 })
    expect((await shown(next)).margin, state).toMatchObject({ carried: 0, margin: 60.5, vat: 10.5 })
    if (state === 'closed') break
    expect((await api.post(`/btw-periods/${january.id}/close`)).status).toBe(200)
    expect(await shown(february)).toMatchObject({ margin: gain, total_vat: 34 })
    for (const { id } of [february, december, next]) {
      expect((await api.post(`/btw-periods/${id}/close`)).status).toBe(200)
    }
  }
  expect(await closingOf(january.id)).toEqual([])
  expect(await closingOf(february.id)).toEqual([
    ['sales_margin', 34_71],
    ['vat_margin', -34_71],
    ['vat_margin', 34_71],
    ['vat_return', -34_00],
    ['vat_rounding', -71],
  ])
})

test.each([
  // Sold for 300 what was bought for 179: global, both stand in the return; by piece, the margin alone.
  ['global', { sales: 300, purchases: 358, margin: -58, single_margins: 0, vat: 0 }],
  ['individual', { sales: 0, purchases: 0, margin: 0, single_margins: 121, vat: 21 }],
])('goods bought and sold under the %s method', async (margin_method, margin) => {
  const { api } = margin_method === 'global' ? shop : other
  await api.put('/settings', { margin_method })
  const rates = (await api.get('/tax-rates')).body
  const { id: tax_rate_id } = rates.find(({ category }: Json) => category === 'margin')
  const product = await api.post('/products', { name: 'Used phone', price_excl: 300, tax_rate_id })
  const received = await api.post('/receiving/direct', {
    product_id: product.body.id,
    quantity: 2,
    unit_cost: 179,
  })
  expect(received.status).toBe(201)
  const line = { ...screen, product_id: product.body.id, unit_price: 300, tax_rate_id }
  const invoice = await newIssued(api, {
    invoice_date: today,
    lines: [{ ...line, vat_rate: undefined }],
  })
  expect(invoice).toMatchObject({ total: 300, vat_total: 0 })
  const { id } = await openPeriodOn(api, today)
  expect((await api.get(`/btw-periods/${id}`)).body.margin).toMatchObject(margin)
})
