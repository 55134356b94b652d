import { expect, test } from 'vitest'
import { isSignedByStripe } from '../../src/integrations/stripe/webhook.ts'

// A vector computed elsewhere.
const secret = 'whsec_test_secret'
const signature = 'c38bb51fac7bd6aca3fd07acd149379afe5293c5216bf5b3314631aa07da8af0'
const text = '{"id":"evt_test","object":"event"}'
const signed_at_s = 1_760_000_000

const check = (header: string, { now_s = signed_at_s, body = text, key = secret } = {}) =>
  isSignedByStripe(new TextEncoder().encode(body), header, { secret: key, now_s })

const header = `t=${signed_at_s},v1=${signature}`

test('takes the known signature for five minutes', async () => {
  expect(await check(header)).toBe(true)
  expect(await check(header, { now_s: signed_at_s + 300 })).toBe(true)
  expect(await check(header, { now_s: signed_at_s + 301 })).toBe(false)
})

test('takes any of several signatures of its scheme', async () => {
  const wrong = '0'.repeat(64)
  expect(await check(`t=${signed_at_s},v1=${wrong},v1=${signature}`)).toBe(true)
  expect(await check(`t=${signed_at_s}, v1=${signature}, v1=${wrong}`)).toBe(true)
  expect(await check(`t=${signed_at_s},v0=${signature}`)).toBe(false)
})

test('refuses another body, time, secret, and nonsense', async () => {
  expect(await check(header, { body: `${text} ` })).toBe(false)
  expect(await check(`t=${signed_at_s + 1},v1=${signature}`)).toBe(false)
  expect(await check(header, { key: 'whsec_other' })).toBe(false)
  const nonsense = ['', 't=', 'v1=', `v1=${signature}`, `t=now,v1=${signature}`, `t=${signed_at_s}`]
  const short = [`t=${signed_at_s},v1=${signature.slice(2)}`, `t=${signed_at_s},v1=zz`]
  for (const wrong of [...nonsense, ...short]) expect(await check(wrong), wrong).toBe(false)
})
