import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { startVies } from '../fakes/vies.ts'
import { startShops } from '../harness/shop.ts'

const vies = await startVies()
afterAll(() => vies.stop())
const { shop, other, owner } = await startShops({ vars: { VIES_BASE_URL: vies.url } })
const { api } = shop
const number = 'NL123456789B01'

beforeEach(() => owner.query('delete from vat_checks'))

const validate = (body: object) => api.post('/vies/validate', body)

const newCompany = async (vat_number: string | null, country = 'NL') =>
  (await api.post('/companies', { name: 'Acme', vat_number, country })).body

describe('a company', () => {
  test('gets the name that the tax authority has, until its number changes', async () => {
    const { id } = await newCompany('NL 1234.56.789.B01')
    const answer = await api.post(`/companies/${id}/validate-vat`)
    expect(answer).toMatchObject({ status: 200, body: { is_valid: true, name: 'ACME BV' } })
    const { body } = await api.get(`/companies/${id}`)
    expect(body.vat_validated_name).toBe('ACME BV')
    expect(body.vat_validated_at).toBe(answer.body.checked_at)
    await api.put(`/companies/${id}`, { phone: '020-1234567' })
    expect((await api.get(`/companies/${id}`)).body.vat_validated_name).toBe('ACME BV')
    const changed = await api.put(`/companies/${id}`, { vat_number: 'NL000000000B00' })
    expect(changed.body).toMatchObject({ vat_validated_name: null, vat_validated_at: null })
  })

  test('loses it when the number is not valid any more, not when nobody answers', async () => {
    const { id } = await newCompany(number)
    await validate({ vat_number: number, company_id: id })
    await owner.query('delete from vat_checks')
    vies.fail('MS_UNAVAILABLE')
    expect((await api.post(`/companies/${id}/validate-vat`)).status).toBe(503)
    expect((await api.get(`/companies/${id}`)).body.vat_validated_name).toBe('ACME BV')
    vies.businesses.delete(number)
    expect((await api.post(`/companies/${id}/validate-vat`)).body.is_valid).toBe(false)
    expect((await api.get(`/companies/${id}`)).body.vat_validated_at).toBeNull()
    vies.businesses.set(number, { name: 'ACME BV', address: '---' })
  })

  test('is not named by a check of another number', async () => {
    const { id } = await newCompany('NL000000000B00')
    await validate({ vat_number: number, company_id: id })
    expect((await api.get(`/companies/${id}`)).body.vat_validated_at).toBeNull()
    expect((await api.get(`/vies/checks?company_id=${id}`)).body.total).toBe(1)
  })

  test('may have its number without the country', async () => {
    const { id } = await newCompany('123456789', 'DE')
    expect((await api.post(`/companies/${id}/validate-vat`)).body.is_valid).toBe(true)
    const { body } = await api.get(`/companies/${id}`)
    expect(body).toMatchObject({ vat_validated_name: null })
    expect(body.vat_validated_at).toMatch(/Z$/)
  })

  test('without a number, or with none of that form, cannot be checked', async () => {
    const without = await newCompany(null)
    expect(await api.post(`/companies/${without.id}/validate-vat`)).toMatchObject({
      status: 422,
      body: { code: 'no_vat_number' },
    })
    const wrong = await newCompany('NL12')
    const answer = await api.post(`/companies/${wrong.id}/validate-vat`)
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
    expect((await other.api.post(`/companies/${wrong.id}/validate-vat`)).status).toBe(404)
  })
})
