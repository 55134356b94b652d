import { beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer, newDraft, screen } from './invoicing.ts'

const { shop, endpoint } = await startShops()
const { api } = shop
const kor = (on: boolean) => api.patch('/settings', { kor: on })

let standard = 0
let customer_id = 0
let product_id = 0
beforeAll(async () => {
  const { body } = await api.get('/tax-rates?category=standard')
  standard = body[0].id
  customer_id = await newCustomer(api)
  const product: Json = await api.post('/products', { name: 'Phone', price_excl: 200 })
  product_id = product.body.id
})

describe('a shop under the small-business scheme', () => {
  test('charges no VAT, and says so', async () => {
    await kor(true)
    const draft = await newDraft(api, {
      prices_include_vat: true,
      lines: [screen, { product_id }, { ...screen, tax_rate_id: standard }],
    })
    expect(draft).toMatchObject({
      subtotal: 378,
      vat_total: 0,
      total: 378,
      lines: [{ vat_rate: 0 }, { vat_rate: 0, unit_price: 200 }, { vat_rate: 0 }],
      vat_breakdown: [
        {
          vat_rate: 0,
          category: 'E',
          exemption_text:
            'Vrijgesteld van btw op grond van artikel 25 van de Wet op de omzetbelasting',
        },
      ],
    })
    const path = `/invoices/${draft.id}`
    expect((await api.patch(path, { lines: [screen] })).body).toMatchObject({ total: 89 })
    expect((await api.patch(path, { discount_pct: 10 })).body).toMatchObject({
      total: 80.1,
      vat_breakdown: [{ category: 'E', exemption_text: expect.any(String) }],
    })
    const body = { customer_id, lines: [{ description: 'Screen', unit_price: 89 }] }
    const offered = await api.post('/quotations', body, { 'Idempotency-Key': 'kor' })
    expect(offered).toMatchObject({ status: 201, body: { total: 89, vat_total: 0 } })
    await kor(false)
  })
})

describe('what it costs', () => {
  const cost = async (act: () => Promise<{ status: number }>) => {
    endpoint.reset()
    const { status } = await act()
    expect(status).toBeLessThan(300)
    return endpoint.counts.http
  }
  const post = (lines: object[], fields: object = {}) =>
    api.post('/invoices', { customer_id, invoice_date: '2026-03-27', lines, ...fields })

  test('one round trip for lines that say all, two when something is looked up', async () => {
    expect(await cost(() => post([screen, { ...screen, product_id }]))).toBe(1)
    expect(await cost(() => post([screen], { discount_pct: 5, prices_include_vat: true }))).toBe(1)
    expect(await cost(() => post([{ product_id }]))).toBe(2)
    expect(await cost(() => post([{ ...screen, tax_rate_id: standard }]))).toBe(2)
    const { id } = await newDraft(api)
    const patch = (fields: object) => api.patch(`/invoices/${id}`, fields)
    expect(await cost(() => patch({ lines: [screen], notes: 'x' }))).toBe(1)
    expect(await cost(() => patch({ discount_pct: 5 }))).toBe(2)
    // Only now is it another way of pricing than was taken for granted.
    expect(await cost(() => patch({ lines: [screen] }))).toBe(3)
    expect(await cost(() => patch({ lines: [screen], discount_pct: 0, discount_amount: 0 }))).toBe(
      1,
    )
  })

  test('parallel changes of lines and discount all count', async () => {
    const { id } = await newDraft(api, { lines: [{ ...screen, unit_price: 100 }] })
    const answers = await Promise.all([
      ...[10, 20, 30].map((discount_pct) => api.patch(`/invoices/${id}`, { discount_pct })),
      ...[200, 300].map((unit_price) =>
        api.patch(`/invoices/${id}`, { lines: [{ ...screen, unit_price }] }),
      ),
    ])
    for (const { status, body } of answers) {
      expect([200, 422], JSON.stringify(body)).toContain(status)
      if (status === 422) expect(body.code).toBe('look_first')
    }
    const { lines, discount_pct, subtotal } = (await api.get(`/invoices/${id}`)).body
    expect(subtotal).toBe((lines[0].unit_price * (100 - discount_pct)) / 100)
  })
})
