import { afterEach, describe, expect, test } from 'vitest'
import { device, startAdvisedShop } from './advised-shop.ts'

const { shop, other, owner, openai, suggest, consultations } = await startAdvisedShop()
const { api } = shop

afterEach(async () => {
  await owner.query('delete from consultations')
  await owner.query('delete from assistant_configs')
})

describe('the configuration', () => {
  test('is as the reference prints it', async () => {
    expect((await api.get('/ai/config')).body).toEqual({
      enabled: true,
      openai_model: 'gpt-4o-mini',
      diagnosis_cost: 0,
      diagnosis_tax_rate_id: null,
      max_suggestions: 5,
      daily_token_limit: 200_000,
      created_at: null,
      updated_at: null,
    })
    const { id } = (await api.get('/tax-rates')).body[0]
    const wanted = {
      enabled: true,
      openai_model: 'gpt-4o',
      diagnosis_cost: 25,
      diagnosis_tax_rate_id: id,
      max_suggestions: 3,
    }
    const { status, body } = await api.put('/ai/config', wanted)
    expect({ status, ...body }).toMatchObject({
      status: 200,
      ...wanted,
      daily_token_limit: 200_000,
    })
    expect((await api.get('/ai/config')).body).toEqual(body)
    const patched = await api.patch('/ai/config', { max_suggestions: 4 })
    expect(patched.body).toMatchObject({ ...wanted, max_suggestions: 4 })
    expect((await other.api.get('/ai/config')).body.max_suggestions).toBe(5)
  })

  test.each([
    ['max_suggestions', 0],
    ['max_suggestions', 11],
    ['diagnosis_cost', -1],
    ['diagnosis_cost', 1.234],
    ['diagnosis_tax_rate_id', 999_999_999],
    ['daily_token_limit', -1],
    ['enabled', 'yes'],
    ['openai_model', 7],
  ])('%s may not be %j', async (field, value) => {
    const { status, body } = await api.put('/ai/config', { [field]: value })
    expect({ status, fields: Object.keys(body.errors) }).toEqual({ status: 422, fields: [field] })
  })

  test('of another version is not overwritten', async () => {
    await api.put('/ai/config', { max_suggestions: 4 })
    const stale = { 'If-Match': '"1-a"' }
    expect((await api.put('/ai/config', { max_suggestions: 6 }, stale)).status).toBe(412)
  })

  test('a technician reads it, and does not change it', async () => {
    expect((await shop.as.technician.get('/ai/config')).status).toBe(200)
    expect((await shop.as.technician.put('/ai/config', {})).status).toBe(403)
  })
})

describe('the tokens of a day', () => {
  test('are held back before they are spent: of ten at once only those that fit are asked', async () => {
    await suggest()
    const { rows } = await owner.query(`select tokens from consultations`)
    expect(rows).toEqual([{ tokens: 1000 }])
    await owner.query('delete from consultations')
    // What one holds back lies between one and two times 4000.
    await api.put('/ai/config', { daily_token_limit: 16_500 })
    const since = openai.requests.length
    openai.next(/responses/, ...Array.from({ length: 10 }, () => ({ late_ms: 400 })))
    const answers = await Promise.all(Array.from({ length: 10 }, () => suggest()))
    const passed = answers.filter(({ status }) => status === 200)
    const held = answers.filter(({ status }) => status === 429)
    expect(passed.length + held.length).toBe(10)
    expect(passed.length).toBeGreaterThanOrEqual(2)
    expect(passed.length).toBeLessThanOrEqual(4)
    expect(openai.requests.length - since).toBe(passed.length)
    expect(held[0]?.body.code).toBe('daily_limit_reached')
    const wait_s = Number(held[0]?.headers.get('retry-after'))
    expect(wait_s).toBeGreaterThan(0)
    expect(wait_s).toBeLessThanOrEqual(25 * 3600)
    // What was not used is there again.
    expect((await suggest()).status).toBe(200)
  })

  test('of yesterday, and of a question whose Worker is gone, are there again', async () => {
    await api.put('/ai/config', { daily_token_limit: 8000 })
    await suggest()
    await owner.query(`update consultations set tokens = 8000`)
    expect((await suggest()).status).toBe(429)
    await owner.query(`update consultations set created_at = now() - interval '25 hours'`)
    expect((await suggest()).status).toBe(200)
    await owner.query(`update consultations set tokens = 8000, outcome = 'running'`)
    await owner.query(`update consultations set created_at = now()`)
    expect((await suggest()).status).toBe(429)
    await owner.query(`update consultations set created_at = now() - interval '11 minutes'`)
    expect((await suggest()).status).toBe(200)
    expect(await consultations()).toMatchObject([
      { outcome: 'answered' },
      { outcome: 'failed' },
      { outcome: 'failed' },
    ])
  })

  test('are none with a limit of 0', async () => {
    await api.put('/ai/config', { daily_token_limit: 0 })
    expect((await suggest()).status).toBe(429)
  })
})

test('consultations are found by outcome and day', async () => {
  await suggest()
  openai.sayText('nothing')
  await suggest()
  const find = async (query: string) =>
    (await api.get(`/ai/consultations?${query}`)).body.data.map(
      (c: { outcome: string }) => c.outcome,
    )
  expect(await find('')).toEqual(['invalid', 'answered'])
  expect(await find('outcome=answered')).toEqual(['answered'])
  expect(await find('to=2020-01-01')).toEqual([])
  expect((await api.get('/ai/consultations?outcome=maybe')).status).toBe(422)
  expect((await other.api.get('/ai/consultations')).body.total).toBe(0)
})

test('the key is asked for nowhere in clear', async () => {
  await suggest()
  const { rows } = await owner.query('select * from integrations')
  expect(JSON.stringify(rows)).not.toContain(openai.api_key)
  const { body } = await api.post('/ai/suggest-repair', device)
  expect(JSON.stringify(body)).not.toContain(openai.api_key)
})
