import { expect, test } from 'vitest'
import { openSecrets, sealSecrets } from '../../src/domain/integrations/secrets.ts'
import type { Env } from '../../src/env.ts'

const key = (letter: string) => Buffer.alloc(32, letter).toString('base64')
const env = (ENCRYPTION_KEYS?: string) => ({ ENCRYPTION_KEYS }) as Env
const secrets = { api_key: 'live_é€', webhook_secret: 'whsec_x' }

test('what one key closes it opens, and no two seals are alike', async () => {
  const only = env(`one:${key('a')}`)
  const [first, second] = [await sealSecrets(only, secrets), await sealSecrets(only, secrets)]
  expect(first).not.toBe(second)
  expect(first).not.toContain('live')
  expect(await openSecrets(only, first)).toEqual(secrets)
  expect(await openSecrets(only, null)).toEqual({})
})

test('a new key closes, and the old one still opens what it closed', async () => {
  const before = await sealSecrets(env(`one:${key('a')}`), secrets)
  const both = env(`two:${key('b')}, one:${key('a')}`)
  expect(await openSecrets(both, before)).toEqual(secrets)
  const after = await sealSecrets(both, secrets)
  expect(await openSecrets(env(`two:${key('b')}`), after)).toEqual(secrets)
  await expect(openSecrets(env(`two:${key('b')}`), before)).rejects.toThrow('no key "one"')
})

test('a changed seal, and the wrong key under the right name, open nothing', async () => {
  const only = env(`one:${key('a')}`)
  const sealed = await sealSecrets(only, secrets)
  const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA')
  await expect(openSecrets(only, changed)).rejects.toThrow()
  await expect(openSecrets(env(`one:${key('b')}`), sealed)).rejects.toThrow()
})

test("what was sealed for one opens as nobody else's", async () => {
  const only = env(`one:${key('a')}`)
  const [anybody, ours] = [
    await sealSecrets(only, secrets),
    await sealSecrets(only, secrets, 'shop 1'),
  ]
  expect(await openSecrets(only, ours, 'shop 1')).toEqual(secrets)
  for (const of of [undefined, 'shop 2', '']) {
    await expect(openSecrets(only, ours, of)).rejects.toThrow('something else')
  }
  await expect(openSecrets(only, anybody, 'shop 1')).rejects.toThrow('something else')
})

test('says when the keys are missing or malformed', async () => {
  await expect(sealSecrets(env(), secrets)).rejects.toThrow('ENCRYPTION_KEYS is not set')
  for (const wrong of ['one', `one:${key('a').slice(4)}`, `:${key('a')}`]) {
    await expect(sealSecrets(env(wrong), secrets)).rejects.toThrow('ENCRYPTION_KEYS is malformed')
  }
})
