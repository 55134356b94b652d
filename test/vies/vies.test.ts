import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { startVies } from '../fakes/vies.ts'
import { startShops } from '../harness/shop.ts'

const vies = await startVies()
afterAll(() => vies.stop())
const { shop, other, owner } = await startShops({
  vars: { VIES_BASE_URL: vies.url, PROVIDER_TIMEOUT_MS: '500' },
})
const { api } = shop
const number = 'NL123456789B01'
const proof = 'WAPIAAAAYhF3kEnI'

beforeEach(async () => {
  await owner.query('delete from vat_checks')
  await api.put('/settings', { vat_number: null })
  vies.requesters.clear()
})

const validate = (body: object) => api.post('/vies/validate', body)
const asked = async (work: () => Promise<unknown>) => {
  const before = vies.requests.length
  await work()
  return vies.requests.slice(before).map(({ body }) => JSON.parse(body))
}
const checks = async () => (await api.get('/vies/checks')).body.data

const newInvoice = async () => {
  const customer = await api.post('/customers', { first_name: 'Jane' })
  const line = { description: 'Screen', qty: 1, unit_price: 89 }
  const draft = { customer_id: customer.body.id, invoice_date: '2026-03-27', lines: [line] }
  const { status, body } = await api.post('/invoices', draft)
  expect(status).toBe(201)
  return body.id
}

describe('an answer', () => {
  test('comes as the reference prints it', async () => {
    const answer = await validate({ vat_number: 'nl 1234.56.789.b01' })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      is_valid: true,
      name: 'ACME BV',
      vat_number: number,
      country_code: 'NL',
      address: 'STRAAT 1\n1011AB AMSTERDAM',
      request_identifier: null,
      cached: false,
    })
    expect(answer.body.checked_at).toMatch(/Z$/)
  })

  test('is invalid where the member state says so', async () => {
    const { status, body } = await validate({ vat_number: 'NL000000000B00' })
    expect({ status, ...body }).toMatchObject({ status: 200, is_valid: false, name: null })
    expect(await checks()).toMatchObject([{ outcome: 'invalid', vat_number: 'NL000000000B00' }])
  })

  test('has no name where the member state keeps it', async () => {
    const { body } = await validate({ vat_number: '123456789', country_code: 'DE' })
    expect(body).toMatchObject({ is_valid: true, name: null, address: null, country_code: 'DE' })
  })

  test('is proved when the shop says who asks', async () => {
    await api.put('/settings', { vat_number: 'NL001234567B01' })
    vies.requesters.add('NL001234567B01')
    const [question] = await asked(() => validate({ vat_number: number }))
    expect(question).toEqual({
      countryCode: 'NL',
      vatNumber: '123456789B01',
      requesterMemberStateCode: 'NL',
      requesterNumber: '001234567B01',
    })
    expect(await checks()).toMatchObject([{ outcome: 'valid', request_identifier: proof }])
  })

  test('does without proof where VIES does not know who asks', async () => {
    await api.put('/settings', { vat_number: 'NL001234567B01' })
    const questions = await asked(async () => {
      const { body } = await validate({ vat_number: number })
      expect(body).toMatchObject({ is_valid: true, request_identifier: null })
    })
    expect(questions.map(({ requesterNumber }) => requesterNumber)).toEqual([
      '001234567B01',
      undefined,
    ])
  })

  test('is given to everyone when five ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => validate({ vat_number: number })),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(answers.every(({ body }) => body.is_valid)).toBe(true)
  })
})

describe('what is no VAT number', () => {
  test.each([
    [{ vat_number: 'NL123' }, 'vat_number', 'does not have the format of its country'],
    [{ vat_number: '123456789B01' }, 'vat_number', 'is no member state'],
    [{ vat_number: 'US123456789' }, 'vat_number', 'is no member state'],
    [{ vat_number: number, country_code: 'BE' }, 'country_code', 'is of another country'],
    [{ vat_number: number, country_code: 'US' }, 'country_code', 'is no member state'],
    [{ vat_number: number, country_code: 'NLD' }, 'country_code', 'two letters'],
    [{}, 'vat_number', 'is required'],
  ])('%j is 422 at %s, and nobody is asked', async (body, field, sentence) => {
    const questions = await asked(async () => {
      const answer = await validate(body)
      expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
      expect(answer.body.errors[field].join()).toContain(sentence)
    })
    expect(questions).toEqual([])
    expect(await checks()).toEqual([])
  })

  test('by VIES is 422 too, and not stored', async () => {
    const answer = await validate({ vat_number: 'DK00000201' })
    expect(answer).toMatchObject({ status: 422, body: { errors: { vat_number: [/take/] } } })
    expect(await checks()).toEqual([])
  })
})

/** Case × outcome of the connection. */
const outcomes: Record<string, object> = {}
afterAll(() => console.table(outcomes))
const probe = /check-vat-number/

describe('VIES', () => {
  async function tried(name: string, vat_number = number) {
    let answer = { status: 0, body: { message: '' } }
    const questions = await asked(async () => {
      answer = await validate({ vat_number })
    })
    const stored = (await checks())[0]?.outcome
    const { status, body } = answer
    outcomes[name] = { status, message: body.message, stored, asked: questions.length }
    return { status, stored, asked: questions.length, message: body.message }
  }
  const sorry = 'The VAT number was not checked; try again later.'

  test('in order', async () => {
    expect(await tried('success')).toMatchObject({ status: 200, stored: 'valid', asked: 1 })
  })

  test('silent', async () => {
    vies.next(probe, 'silence')
    expect(await tried('timeout')).toEqual({
      status: 503,
      stored: 'unknown',
      asked: 1,
      message: `VIES did not answer in time. ${sorry}`,
    })
  })

  test('broken off twice', async () => {
    vies.next(probe, 'broken', 'broken')
    expect(await tried('broken twice')).toMatchObject({ status: 503, stored: 'unknown', asked: 2 })
  })

  test('busy for a second', async () => {
    vies.next(probe, { status: 429, retry_after: '1' })
    expect(await tried('429, 1 s')).toMatchObject({ status: 200, stored: 'valid', asked: 2 })
  })

  test('busy for long', async () => {
    vies.next(probe, { status: 429, retry_after: '600' })
    expect(await tried('429, 600 s')).toMatchObject({ status: 503, stored: 'unknown', asked: 1 })
  })

  test('failing once', async () => {
    vies.next(probe, 'error')
    expect(await tried('500, then success')).toMatchObject({ status: 200, asked: 2 })
  })

  test('confused', async () => {
    vies.next(probe, 'malformed')
    expect(await tried('malformed')).toMatchObject({ status: 503, stored: 'unknown', asked: 1 })
  })

  test('closed', async () => {
    vies.next(probe, { status: 403 })
    expect(await tried('403')).toMatchObject({ status: 503, stored: 'unknown', asked: 1 })
  })

  test.each([
    ['300', 503, 'SERVICE_UNAVAILABLE', 1],
    ['301', 503, 'MS_UNAVAILABLE', 1],
    ['302', 503, 'TIMEOUT', 1],
    ['400', 503, 'VAT_BLOCKED', 1],
    ['401', 503, 'IP_BLOCKED', 1],
    ['500', 503, 'GLOBAL_MAX_CONCURRENT_REQ', 2],
    ['501', 503, 'GLOBAL_MAX_CONCURRENT_REQ_TIME', 2],
    ['600', 503, 'MS_MAX_CONCURRENT_REQ', 2],
    ['601', 503, 'MS_MAX_CONCURRENT_REQ_TIME', 2],
  ])('test number %s is %d', async (digits, status, name, times) => {
    const outcome = await tried(name, `DK00000${digits}`)
    expect(outcome).toMatchObject({ status, stored: 'unknown', asked: times })
    expect(outcome.message).toMatch(new RegExp(`^VIES .*\\. ${sorry}$`))
  })

  test('too busy at first', async () => {
    vies.fail('MS_MAX_CONCURRENT_REQ')
    expect(await tried('busy, then success')).toMatchObject({ status: 200, asked: 2 })
  })

  test('says when to come back', async () => {
    vies.fail('MS_UNAVAILABLE')
    const answer = await validate({ vat_number: number })
    expect(answer.body.code).toBe('vies_unavailable')
    expect(answer.headers.get('retry-after')).toBe('60')
  })
})

describe('a positive answer', () => {
  test('holds for a day in its shop', async () => {
    const first = await validate({ vat_number: number })
    const questions = await asked(async () => {
      const { body } = await validate({ vat_number: number })
      expect(body).toEqual({ ...first.body, cached: true })
    })
    expect(questions).toEqual([])
    expect(await checks()).toHaveLength(1)
    expect(
      await asked(() => other.api.post('/vies/validate', { vat_number: number })),
    ).toHaveLength(1)
    await owner.query(`update vat_checks set checked_at = checked_at - interval '25 hours'`)
    expect(await asked(() => validate({ vat_number: number }))).toHaveLength(1)
  })

  test('a negative one and none at all do not', async () => {
    await validate({ vat_number: 'NL000000000B00' })
    expect(await asked(() => validate({ vat_number: 'NL000000000B00' }))).toHaveLength(1)
    vies.fail('MS_UNAVAILABLE')
    await validate({ vat_number: number })
    expect(await asked(() => validate({ vat_number: number }))).toHaveLength(1)
  })

  test('proves also the next invoice, with the moment of the consultation', async () => {
    const first = await validate({ vat_number: number })
    const invoice_id = await newInvoice()
    const { body } = await validate({ vat_number: number, invoice_id })
    expect(body).toMatchObject({ cached: true, checked_at: first.body.checked_at })
    expect(body.check_id).not.toBe(first.body.check_id)
    const { data } = (await api.get(`/vies/checks?invoice_id=${invoice_id}`)).body
    expect(data).toMatchObject([{ id: body.check_id, outcome: 'valid', invoice_id }])
  })
})

test('an unknown invoice or company is refused before anybody is asked', async () => {
  const invoice_id = await newInvoice()
  const questions = await asked(async () => {
    for (const field of ['invoice_id', 'company_id']) {
      const answer = await validate({ vat_number: number, [field]: 999_999_999 })
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: { [field]: [`The selected ${field.replace('_', ' ')} is invalid.`] } },
      })
    }
    const stranger = await other.api.post('/vies/validate', { vat_number: number, invoice_id })
    expect(stranger.status).toBe(422)
  })
  expect(questions).toEqual([])
})

test('checks are found by number, outcome, invoice and company', async () => {
  await validate({ vat_number: number })
  await validate({ vat_number: 'NL000000000B00' })
  const find = async (query: string) =>
    (await api.get(`/vies/checks?${query}`)).body.data.map((c: { outcome: string }) => c.outcome)
  expect(await find('')).toEqual(['invalid', 'valid'])
  expect(await find('outcome=valid')).toEqual(['valid'])
  expect(await find('vat_number=nl%201234.56789b01')).toEqual(['valid'])
  expect((await api.get('/vies/checks?outcome=maybe')).status).toBe(422)
  const [{ id }] = await checks()
  expect((await api.get(`/vies/checks/${id}`)).body).toMatchObject({ id, outcome: 'invalid' })
  expect((await other.api.get(`/vies/checks/${id}`)).status).toBe(404)
  expect((await shop.as.technician.get('/vies/checks')).status).toBe(403)
})
