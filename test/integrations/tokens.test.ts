import { expect, test } from 'vitest'
import { systemContext } from '../../dev/context.ts'
import type { Calling } from '../../src/context.ts'
import { tokensOf } from '../../src/domain/integrations/tokens.ts'
import { withToken } from '../../src/integrations/access-token.ts'
import { ProviderError } from '../../src/integrations/exchange.ts'
import { secret } from '../harness/secrets.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner, endpoint, worker_url } = await startShops()

/** Another Worker each time: nothing is shared but the database. */
function newContext(tenant_id = shop.tenant_id): Calling {
  const ctx = systemContext(
    { database_url: worker_url, endpoint_url: endpoint.url },
    { job: 'test', tenant_id },
  )
  const ENCRYPTION_KEYS = `test:${Buffer.alloc(32, 'a key').toString('base64')}`
  return { ...ctx, env: { ...ctx.env, ENCRYPTION_KEYS } }
}

/** A service that gives tokens, each of which ends the one before; `given` are all of them. */
function newGiver({ expires_in_s = 3600 } = {}) {
  const given: string[] = []
  const give = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    given.push(secret(crypto.randomUUID()))
    return { token: given.at(-1) ?? '', expires_in_s }
  }
  return { given, give }
}

let accounts = 0
const newAccount = () => `account ${++accounts}`

const sourceFor = (
  account: string,
  give: () => Promise<{ token: string; expires_in_s: number }>,
  { credentials = ['id', 'key'], ctx = newContext() } = {},
) => tokensOf(ctx, { slug: 'ups', account, credentials }, give)

test('many Workers at once fetch one token', async () => {
  const account = newAccount()
  const { given, give } = newGiver()
  const tokens = await Promise.all(Array.from({ length: 10 }, () => sourceFor(account, give).get()))
  expect(given).toHaveLength(1)
  expect(new Set(tokens)).toEqual(new Set(given))
})

test('a token that the service withdrew is renewed once by all who were refused', async () => {
  const account = newAccount()
  const { given, give } = newGiver()
  await sourceFor(account, give).get()
  given.push('as if somebody else had fetched one')
  const refused = () =>
    new ProviderError('unauthorized', 'The service does not accept our API key.')
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      withToken(sourceFor(account, give), async (token) => {
        if (token !== given.at(-1)) throw refused()
        return token
      }),
    ),
  )
  expect(given).toHaveLength(3)
  expect(new Set(answers)).toEqual(new Set([given[2]]))
  await expect(
    withToken(sourceFor(account, give), async () => {
      throw refused()
    }),
  ).rejects.toMatchObject({ failure: 'unauthorized' })
  expect(given).toHaveLength(4)
})

test('another failure than a refusal renews nothing', async () => {
  const account = newAccount()
  const { given, give } = newGiver()
  const ask = withToken(sourceFor(account, give), async () => {
    throw new ProviderError('no_answer', 'The service did not answer in time.')
  })
  await expect(ask).rejects.toMatchObject({ failure: 'no_answer' })
  expect(given).toHaveLength(1)
})

test('a token ends a minute before the service ends it', async () => {
  const account = newAccount()
  const { given, give } = newGiver({ expires_in_s: 3600 })
  await sourceFor(account, give).get()
  const { rows } = await owner.query(
    `select extract(epoch from expires_at - now())::int as lasts_s from provider_tokens where account = $1`,
    [account],
  )
  expect(rows[0].lasts_s).toBeGreaterThan(3500)
  expect(rows[0].lasts_s).toBeLessThanOrEqual(3540)
  await owner.query(`update provider_tokens set expires_at = now() where account = $1`, [account])
  expect(await sourceFor(account, give).get()).toBe(given[1])
})

test('other credentials, another account and another shop get one of their own', async () => {
  const account = newAccount()
  const { given, give } = newGiver()
  const first = await sourceFor(account, give).get()
  const changed = { credentials: ['id', 'another key'] }
  expect(await sourceFor(account, give, changed).get()).not.toBe(first)
  expect(await sourceFor(newAccount(), give).get()).not.toBe(first)
  const stranger = { ctx: newContext(other.tenant_id) }
  expect(await sourceFor(account, give, stranger).get()).not.toBe(first)
  expect(given).toHaveLength(4)
})

test('a fetch that fails leaves the next one free', async () => {
  const account = newAccount()
  const { given, give } = newGiver()
  const failing = sourceFor(account, async () => {
    throw new ProviderError('no_answer', 'Could not reach the service.')
  })
  await expect(failing.get()).rejects.toMatchObject({ failure: 'no_answer' })
  expect(await sourceFor(account, give).get()).toBe(given[0])
})

test('a fetch whose Worker died is taken over', async () => {
  const account = newAccount()
  const { given, give } = newGiver()
  const never = new Promise<never>(() => {})
  void sourceFor(account, () => never).get()
  await expect
    .poll(async () => {
      const text = `update provider_tokens set renewing_until = now() where account = $1`
      return (await owner.query(text, [account])).rowCount
    })
    .toBe(1)
  expect(await sourceFor(account, give).get()).toBe(given[0])
})

test('changed secrets of a service end its tokens', async () => {
  const account = newAccount()
  const { give } = newGiver()
  await sourceFor(account, give).get()
  const kept = async () =>
    (await owner.query('select from provider_tokens where account = $1', [account])).rowCount
  await shop.api.put('/integrations/ups', { config: { client_id: 'of the shop' } })
  expect(await kept()).toBe(1)
  await shop.api.put('/integrations/ups', { config: { client_secret: 'a new one' } })
  expect(await kept()).toBe(0)
})
