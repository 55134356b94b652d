import { describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer, newDraft, screen } from './invoicing.ts'

const { shop, owner } = await startShops()
const { api } = shop

const customer_id = await newCustomer(api)

const nets = ({ lines }: Json) => lines.map((line: Json) => line.total_excl)

describe('prices including VAT', () => {
  test('100.00 including 21 % is 82.64 and 17.36', async () => {
    const draft = await newDraft(api, {
      prices_include_vat: true,
      lines: [{ ...screen, unit_price: 100 }],
    })
    expect(draft).toMatchObject({
      prices_include_vat: true,
      subtotal: 82.64,
      vat_total: 17.36,
      total: 100,
      lines: [{ unit_price: 100, total_excl: 82.64 }],
      vat_breakdown: [{ vat_rate: 21, category: 'S', base: 82.64, vat: 17.36 }],
    })
  })

  test('VAT is taken out of a rate once, and the lines add up', async () => {
    const lines = Array.from({ length: 9 }, () => ({ ...screen, unit_price: 0.99 }))
    const draft = await newDraft(api, { prices_include_vat: true, lines })
    // 8.91 / 1.21 = 7.36; each by itself would be 0.82, together 7.38.
    expect(draft).toMatchObject({ subtotal: 7.36, vat_total: 1.55, total: 8.91 })
    expect(nets(draft).toSorted()).toEqual([0.81, 0.81, ...Array(7).fill(0.82)])
  })

  test('rates beside each other, and a discount of the line', async () => {
    const draft = await newDraft(api, {
      prices_include_vat: true,
      lines: [
        { ...screen, unit_price: 121, discount_pct: 10 },
        { description: 'Book', unit_price: 21.8, vat_rate: 9 },
        { description: 'Stamp', unit_price: 5, vat_rate: 0 },
      ],
    })
    expect(draft).toMatchObject({ total: 135.7, vat_total: 20.7, subtotal: 115 })
    expect(nets(draft)).toEqual([90, 20, 5])
  })
})

describe('a discount on the document', () => {
  const lines = [
    { ...screen, unit_price: 100 },
    { description: 'Book', unit_price: 50, vat_rate: 9 },
  ]

  test('is spread over the lines in proportion', async () => {
    const draft = await newDraft(api, { discount_pct: 10, lines })
    expect(draft).toMatchObject({
      discount_pct: 10,
      discount_amount: 0,
      discount_total: 15,
      subtotal: 135,
      vat_total: 22.95,
      total: 157.95,
      lines: [{ total_excl: 100 }, { total_excl: 50 }],
      vat_breakdown: [
        { vat_rate: 21, base: 90, vat: 18.9 },
        { vat_rate: 9, base: 45, vat: 4.05 },
      ],
    })
  })

  test('gives the cents that are left to the largest remainders', async () => {
    const thirds = Array.from({ length: 3 }, () => ({ ...screen, unit_price: 10 }))
    const { id, ...draft } = await newDraft(api, { discount_amount: 1, lines: thirds })
    expect(draft).toMatchObject({ discount_total: 1, subtotal: 29 })
    const { rows } = await owner.query(
      'select net_cents::int from invoice_lines where invoice_id = $1 order by position',
      [id],
    )
    expect(rows.map(({ net_cents }) => net_cents)).toEqual([966, 967, 967])
  })

  test('is including VAT where the prices are', async () => {
    const draft = await newDraft(api, {
      prices_include_vat: true,
      discount_amount: 21,
      lines: [{ ...screen, unit_price: 121 }],
    })
    expect(draft).toMatchObject({ total: 100, subtotal: 82.64, discount_total: 17.36 })
  })

  test('takes one form, and no more than there is', async () => {
    for (const [fields, field] of [
      [{ discount_pct: 5, discount_amount: 5 }, 'discount_amount'],
      [{ discount_amount: 150.01 }, 'discount_amount'],
      [{ discount_pct: 101 }, 'discount_pct'],
      [{ discount_amount: -1 }, 'discount_amount'],
      [{ prices_include_vat: 'yes' }, 'prices_include_vat'],
    ] as const) {
      const { status, body } = await api.post('/invoices', {
        customer_id,
        invoice_date: '2026-03-27',
        lines,
        ...fields,
      })
      expect(status, JSON.stringify(fields)).toBe(422)
      expect(Object.keys(body.errors)).toEqual([field])
    }
    const whole = await newDraft(api, { discount_amount: 150, lines })
    expect(whole).toMatchObject({ subtotal: 0, vat_total: 0, total: 0 })
  })
})

describe.for(['invoices', 'quotations'])('a change of %s', (collection) => {
  const make = async (fields: object): Promise<string> => {
    const { status, body } = await api.post(`/${collection}`, {
      customer_id,
      invoice_date: '2026-03-27',
      lines: [{ description: 'Screen', unit_price: 121, id: undefined }],
      ...fields,
    })
    expect(status, JSON.stringify(body)).toBe(201)
    return `/${collection}/${body.id}`
  }

  test('of the way it is priced keeps the lines and their ids', async () => {
    const path = await make({})
    const { lines } = (await api.get(path)).body
    const including = (await api.patch(path, { prices_include_vat: true })).body
    expect(including).toMatchObject({ total: 121, subtotal: 100, lines: [{ id: lines[0].id }] })
    const discounted = (await api.patch(path, { discount_pct: 50 })).body
    expect(discounted).toMatchObject({ total: 60.5, discount_pct: 50, prices_include_vat: true })
    const other = (await api.patch(path, { discount_amount: 21 })).body
    expect(other).toMatchObject({ total: 100, discount_pct: 0, discount_amount: 21 })
    const none = (await api.patch(path, { discount_amount: 0, prices_include_vat: false })).body
    expect(none).toMatchObject({ total: 146.41, discount_total: 0 })
  })

  test('of the lines keeps the way it is priced', async () => {
    const path = await make({ prices_include_vat: true, discount_pct: 10 })
    const changed = await api.put(path, { lines: [{ description: 'Glass', unit_price: 100 }] })
    expect(changed).toMatchObject({
      status: 200,
      body: { total: 90, subtotal: 74.38, discount_pct: 10, prices_include_vat: true },
    })
  })

  test('of the words leaves the sums alone', async () => {
    const path = await make({ prices_include_vat: true, discount_pct: 10 })
    const { total } = (await api.get(path)).body
    expect((await api.patch(path, { notes: 'Hello' })).body).toMatchObject({
      notes: 'Hello',
      total,
    })
  })
})
