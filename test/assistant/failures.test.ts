import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { answer, startAdvisedShop } from './advised-shop.ts'

const { shop, owner, openai, connect, suggest, consultations } = await startAdvisedShop()
const { api } = shop
const probe = /^POST .*\/responses$/

beforeEach(() => owner.query('delete from consultations'))

/** Case × outcome. */
const outcomes: Record<string, object> = {}
afterAll(() => console.table(outcomes))

async function tried(name: string) {
  const since = openai.requests.length
  const { status, body } = await suggest()
  const [kept] = await consultations()
  const asked = openai.requests.length - since
  outcomes[name] = { status, message: body.message, ...kept, asked }
  const { outcome, tokens, failure } = kept ?? {}
  expect(failure ?? undefined).toBe(body.message)
  return { status, code: body.code, outcome, tokens, asked }
}

const failed = { status: 502, code: 'provider_failed', outcome: 'failed' }

describe('OpenAI', () => {
  test('in order', async () => {
    expect(await tried('success')).toMatchObject({ status: 200, outcome: 'answered', asked: 1 })
  })

  test('with a wrong key', async () => {
    await api.put('/integrations/openai', { config: { api_key: 'sk-wrong-wrong' } })
    expect(await tried('wrong credentials')).toEqual({ ...failed, tokens: 0, asked: 1 })
    const { body } = await suggest()
    expect(JSON.stringify(body)).not.toContain('sk-')
    await connect()
  })

  test('silent', async () => {
    openai.next(probe, 'silence')
    const { tokens, ...rest } = await tried('timeout')
    expect(rest).toEqual({ ...failed, asked: 1 })
    // Nobody knows what it used: what was held back counts.
    expect(tokens).toBeGreaterThan(4000)
  })

  test('broken off, then in order', async () => {
    openai.next(probe, 'broken')
    expect(await tried('broken, then success')).toMatchObject({ status: 200, asked: 2 })
  })

  test('unreachable', async () => {
    openai.next(probe, 'broken', 'broken')
    expect(await tried('broken twice')).toMatchObject({ ...failed, asked: 2 })
  })

  test('busy for a second', async () => {
    openai.next(probe, { status: 429, retry_after: '1' })
    expect(await tried('429, 1 s')).toMatchObject({ status: 200, asked: 2 })
  })

  test('busy for long', async () => {
    openai.next(probe, { status: 429, retry_after: '600' })
    expect(await tried('429, 600 s')).toMatchObject({ ...failed, asked: 1 })
  })

  test('not paid', async () => {
    openai.refuse(429, 'insufficient_quota')
    expect(await tried('insufficient_quota')).toEqual({ ...failed, tokens: 0, asked: 1 })
    expect((await consultations())[0].failure).toContain('credit')
  })

  test('rate limited', async () => {
    openai.refuse(429, 'rate_limit_exceeded')
    expect(await tried('rate_limit_exceeded')).toMatchObject({ status: 200, asked: 2 })
  })

  test('failing once, and twice', async () => {
    openai.next(probe, 'error')
    expect(await tried('500, then success')).toMatchObject({ status: 200, asked: 2 })
    openai.next(probe, 'error', 'error')
    await owner.query('delete from consultations')
    expect(await tried('500 twice')).toMatchObject({ ...failed, asked: 2 })
  })

  test('refusing the request', async () => {
    openai.refuse(400, 'invalid_request')
    expect(await tried('400')).toEqual({ ...failed, tokens: 0, asked: 1 })
  })

  test('confused', async () => {
    openai.next(probe, 'malformed')
    expect(await tried('malformed')).toMatchObject({ ...failed, asked: 1 })
  })

  test('without the model', async () => {
    await api.put('/ai/config', { openai_model: 'gpt-none' })
    expect(await tried('unknown model')).toEqual({ ...failed, tokens: 0, asked: 1 })
    await api.put('/ai/config', { openai_model: null })
  })
})

describe('the model', () => {
  const message = (content: object[]) => [{ type: 'message', role: 'assistant', content }]
  const empty = { output: [] }

  test.each([
    [
      'refusal',
      { output: message([{ type: 'refusal', refusal: "I can't help with that." }]) },
      'refused',
    ],
    [
      'incomplete',
      {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: message([{ type: 'output_text', text: '{"suggestions": [' }]),
      },
      'incomplete',
    ],
    [
      'failed',
      { ...empty, status: 'failed', error: { code: 'server_error', message: '?' } },
      'failed',
    ],
    ['empty', empty, 'invalid'],
  ])('%s', async (name, talk, outcome) => {
    openai.talk(talk)
    expect(await tried(name)).toEqual({
      status: 502,
      code: `assistant_${outcome}`,
      outcome,
      tokens: 1000,
      asked: 1,
    })
  })

  test.each([
    ['no JSON', 'I think the screen is broken.'],
    ['other JSON', '{"suggestions": "none"}'],
    ['unknown confidence', JSON.stringify(answer).replace('"high"', '"sure"')],
    ['no price', JSON.stringify(answer).replace(':149', ':null')],
  ])('writes %s', async (name, text) => {
    openai.sayText(text)
    expect(await tried(name)).toMatchObject({ status: 502, outcome: 'invalid', tokens: 1000 })
  })
})

describe('the assistant', () => {
  const refusedWith = async (code: string) => {
    const since = openai.requests.length
    const answer = await suggest()
    expect(answer).toMatchObject({ status: 422, body: { code, message: expect.any(String) } })
    expect(openai.requests).toHaveLength(since)
    expect(await consultations()).toEqual([])
  }

  test('switched off', async () => {
    await api.put('/ai/config', { enabled: false })
    await refusedWith('assistant_disabled')
    await api.put('/ai/config', { enabled: true })
  })

  test('with the integration switched off', async () => {
    await api.put('/integrations/openai', { is_enabled: false })
    await refusedWith('integration_disabled')
    await connect()
  })

  test('without a key', async () => {
    await api.put('/integrations/openai', { is_enabled: false, config: { api_key: null } })
    await refusedWith('assistant_unconfigured')
    await connect()
  })
})
