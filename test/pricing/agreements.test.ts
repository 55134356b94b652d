import { describe, expect, test } from 'vitest'
import { check, signaturePng, startAgreeing } from './agreeing.ts'

const { shop, other, owner, api, newCustomer, newBusiness, newService, newAgreement } =
  await startAgreeing()

const signature = { signature_data: signaturePng().toString('base64') }
const activate = (path: string) => api.post(`${path}/activate`)

/** Days from today, in the shop's zone. */
const inDays = async (days: number): Promise<string> => {
  const { rows } = await owner.query(
    `select ((now() at time zone 'Europe/Amsterdam')::date + $1::int)::text as day`,
    [days],
  )
  return rows[0].day
}

describe('the price check', () => {
  test('takes the agreement first, as the reference prints it', async () => {
    const customer_id = await newBusiness(10)
    const service_id = await newService()
    const terms = { customer_id, service_id, valid_until: '2099-12-31' }
    const { id, path } = await newAgreement(terms)
    const draft = await check(api, customer_id, service_id)
    expect(draft.body).toMatchObject({ has_agreement: false, agreement: null })
    await activate(path)
    const { status, body } = await check(api, customer_id, service_id)
    expect(status).toBe(200)
    expect(body).toEqual({
      has_agreement: true,
      agreement: { id, agreed_price: 89, valid_until: '2099-12-31' },
      business_discount_pct: 10,
      recommended_price: 89,
      base_price: 110,
      discount_amount: 21,
    })
  })

  test('then the discount of the business, then the base price', async () => {
    const service_id = await newService({ price_excl: 12.35 })
    expect((await check(api, await newBusiness(12.5), service_id)).body).toEqual({
      has_agreement: false,
      agreement: null,
      business_discount_pct: 12.5,
      recommended_price: 10.81,
      base_price: 12.35,
      discount_amount: 1.54,
    })
    expect((await check(api, await newCustomer(), service_id)).body).toMatchObject({
      business_discount_pct: 0,
      recommended_price: 12.35,
      discount_amount: 0,
    })
  })

  test('knows agreements of today only, their first and last day included', async () => {
    const customer_id = await newCustomer()
    const service_id = await newService()
    const priceIn = async (from: number, until: number | null) => {
      const { path } = await newAgreement({
        customer_id,
        service_id,
        valid_from: await inDays(from),
        valid_until: until === null ? null : await inDays(until),
      })
      await activate(path)
      const { body } = await check(api, customer_id, service_id)
      await owner.query(`update price_agreements set status = 'draft' where customer_id = $1`, [
        customer_id,
      ])
      return body.recommended_price
    }
    expect(await priceIn(0, 0)).toBe(89)
    expect(await priceIn(-10, null)).toBe(89)
    expect(await priceIn(1, null)).toBe(110)
    expect(await priceIn(-10, -1)).toBe(110)
  })

  test('needs both ids, and both must be there', async () => {
    const customer_id = await newCustomer()
    const service_id = await newService()
    expect((await api.get('/pricing/check')).body.errors).toEqual({
      customer_id: ['The customer id field is required.'],
      service_id: ['The service id field is required.'],
    })
    expect((await check(api, 999999, service_id)).status).toBe(404)
    expect((await check(api, customer_id, 999999)).status).toBe(404)
    expect((await check(other.api, customer_id, service_id)).status).toBe(404)
  })
})

describe('a draft', () => {
  test('is made, read, changed and deleted', async () => {
    const customer_id = await newCustomer()
    const service_id = await newService({ name: 'Battery swap' })
    const terms = {
      customer_id,
      service_id,
      agreed_price: 89.5,
      valid_from: '2026-04-01',
    }
    const made = await api.post('/pricing/agreements', terms)
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...terms,
        status: 'draft',
        customer: { id: customer_id, name: 'Jane Smith' },
        service: { id: service_id, name: 'Battery swap' },
        valid_until: null,
        notes: null,
        activated_at: null,
        signed_at: null,
        signature_url: null,
        contract_url: null,
        contract_generated_at: null,
      },
    })
    const path = `/pricing/agreements/${made.body.id}`
    expect((await api.get(path)).body).toEqual(made.body)
    const put = await api.put(path, { agreed_price: '79.00', valid_until: '2026-12-31' })
    expect(put).toMatchObject({
      status: 200,
      body: { agreed_price: 79, valid_until: '2026-12-31' },
    })
    expect((await api.patch(path, { valid_until: null, notes: 'By phone' })).body).toMatchObject({
      valid_until: null,
      notes: 'By phone',
      agreed_price: 79,
    })
    expect((await api.delete(path)).status).toBe(204)
    expect((await api.get(path)).status).toBe(404)
  })

  test('refuses what makes no sense, at the field', async () => {
    const { path, customer_id } = await newAgreement()
    const errors = async (change: object) => (await api.put(path, change)).body.errors
    expect((await api.post('/pricing/agreements', {})).body.errors).toEqual({
      customer_id: ['The customer id field is required.'],
      service_id: ['The service id field is required.'],
      agreed_price: ['The agreed price field is required.'],
      valid_from: ['The valid from field is required.'],
    })
    expect(await errors({ valid_until: '2025-12-31' })).toEqual({
      valid_until: ['The valid until field must be a date after or equal to valid from.'],
    })
    expect(await errors({ agreed_price: -1 })).toHaveProperty('agreed_price')
    expect(await errors({ valid_from: '2026-02-30' })).toHaveProperty('valid_from')
    expect(await errors({ service_id: 999999 })).toEqual({
      service_id: ['The selected service id is invalid.'],
    })
    const strange = await other.api.post('/customers', { first_name: 'Stranger' })
    expect(await errors({ customer_id: strange.body.id })).toHaveProperty('customer_id')
    expect((await other.api.get(path)).status).toBe(404)
    expect((await shop.as.technician.put(path, { notes: '' })).status).toBe(403)
    expect((await shop.as.frontdesk.put(path, { customer_id })).status).toBe(200)
  })
})

describe('an agreement in force', () => {
  test('is activated from a draft, once', async () => {
    const { id, path } = await newAgreement()
    const answer = await activate(path)
    expect(answer).toMatchObject({ status: 200, body: { id, status: 'active' } })
    expect(answer.body.activated_at).toMatch(/Z$/)
    expect(await activate(path)).toMatchObject({ status: 422, body: { code: 'not_draft' } })
    const { rows } = await owner.query(
      `select name from events where entity = 'price_agreement' and entity_id = $1 order by id`,
      [id],
    )
    expect(rows.map(({ name }) => name)).toContain('price_agreement.activated')
  })

  test('stays as it is: active, signed or expired', async () => {
    const { path: active } = await newAgreement()
    await activate(active)
    const { path: signed } = await newAgreement()
    await api.post(`${signed}/sign`, signature)
    const { path: expired } = await newAgreement({ valid_until: await inDays(-1) })
    await activate(expired)
    for (const path of [active, signed, expired]) {
      const refused = { status: 422, body: { code: 'not_draft' } }
      expect(await api.put(path, { notes: 'x' })).toMatchObject(refused)
      expect(await api.patch(path, { agreed_price: 1 })).toMatchObject(refused)
      expect(await api.delete(path)).toMatchObject(refused)
    }
    const again = await api.post(`${expired}/sign`, signature)
    expect(again).toMatchObject({ status: 422, body: { code: 'not_signable' } })
  })

  test.each([
    ['the same days', '2026-01-01', '2026-12-31', 422],
    ['its last day', '2026-12-31', null, 422],
    ['the days before', '2025-01-01', '2025-12-31', 200],
    ['the days after', '2027-01-01', null, 200],
  ])('leaves room to another for %s: %s to %s', async (_, valid_from, valid_until, status) => {
    const terms = { customer_id: await newCustomer(), service_id: await newService() }
    const days = { valid_from: '2026-01-01', valid_until: '2026-12-31' }
    const first = await newAgreement({ ...terms, ...days })
    await activate(first.path)
    const second = await newAgreement({ ...terms, valid_from, valid_until })
    const answers = [await activate(second.path)]
    if (status === 422) answers.push(await api.post(`${second.path}/sign`, signature))
    for (const answer of answers) {
      expect(answer.status).toBe(status)
      if (status === 200) continue
      expect(answer.body).toMatchObject({ code: 'agreement_overlap' })
      expect(answer.body.errors).toEqual({
        valid_from: [
          'Another agreement in force for this customer and service covers some of the same days.',
        ],
      })
    }
    const elsewhere = await newAgreement({ ...terms, ...days, service_id: await newService() })
    expect((await activate(elsewhere.path)).status).toBe(200)
  })

  test('is one of two that are activated at once', async () => {
    const terms = { customer_id: await newCustomer(), service_id: await newService() }
    const drafts = await Promise.all([1, 2, 3, 4].map(() => newAgreement(terms)))
    const answers = await Promise.all(drafts.map(({ path }) => activate(path)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422])
  })
})

test('the list is filtered by customer, status and words', async () => {
  const customer_id = await newCustomer({ first_name: 'Zoë', last_name: 'Quist' })
  const ids: Record<string, number> = {}
  for (const status of ['draft', 'active', 'signed', 'expired']) {
    const service_id = await newService({ name: `Special ${status} zx81` })
    const valid_until = status === 'expired' ? await inDays(-1) : await inDays(0)
    const { id, path } = await newAgreement({ customer_id, service_id, valid_until })
    if (status === 'active' || status === 'expired') await activate(path)
    if (status === 'signed') await api.post(`${path}/sign`, signature)
    ids[status] = id
  }
  const listed = async (query: string) => {
    const { body } = await api.get(`/pricing/agreements?${query}`)
    return body.data.map(({ id }: { id: number }) => id)
  }
  const all = [ids.expired, ids.signed, ids.active, ids.draft]
  expect(await listed(`customer_id=${customer_id}`)).toEqual(all)
  for (const [status, id] of Object.entries(ids)) {
    expect(await listed(`customer_id=${customer_id}&status=${status}`), status).toEqual([id])
    expect(await listed(`search=${status} zx81`), status).toEqual([id])
  }
  expect(await listed('search=zoe quist')).toEqual(all)
  expect(await listed('search=%25')).toEqual([])
  const page = await api.get(`/pricing/agreements?customer_id=${customer_id}&per_page=3`)
  expect(page.body).toMatchObject({ current_page: 1, last_page: 2, per_page: 3, total: 4 })
  expect((await api.get('/pricing/agreements?status=cancelled')).status).toBe(422)
  expect((await api.get('/pricing/agreements?customer_id=999999')).status).toBe(404)
})
