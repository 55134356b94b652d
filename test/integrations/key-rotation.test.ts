import { afterAll, expect, inject, test } from 'vitest'
import { startMollie } from '../fakes/mollie.ts'
import { Client } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { startWorker } from '../harness/worker.ts'

const keyOf = (name: string) => `${name}:${Buffer.alloc(32, name).toString('base64')}`
const [old, fresh] = [keyOf('old'), keyOf('fresh')]

const mollie = await startMollie()
afterAll(() => mollie.stop())
const MOLLIE_BASE_URL = mollie.url
const { shop, owner, endpoint, worker_url } = await startShops({
  vars: { MOLLIE_BASE_URL, ENCRYPTION_KEYS: old },
})

/** The same shop through a Worker that has these keys. */
async function withKeys(ENCRYPTION_KEYS: string) {
  const worker = await startWorker({
    bundle: inject('bundle'),
    database_url: worker_url,
    endpoint_url: endpoint.url,
    vars: { MOLLIE_BASE_URL, ENCRYPTION_KEYS },
  })
  afterAll(() => worker.stop())
  return new Client(worker.url, shop.api.token)
}

const keyInUse = async () => {
  const { rows } = await owner.query(`select secrets from integrations where slug = 'mollie'`)
  const [header] = rows[0].secrets.split('.')
  return JSON.parse(Buffer.from(header, 'base64url').toString()).kid
}

test('secrets outlive a change of keys, and the old key can go', async () => {
  const save = { config: { api_key: mollie.api_key } }
  expect((await shop.api.put('/integrations/mollie', save)).status).toBe(200)
  expect(await keyInUse()).toBe('old')

  const changing = await withKeys(`${fresh},${old}`)
  expect((await changing.post('/integrations/mollie/test')).body.success).toBe(true)
  expect((await changing.put('/integrations/mollie', save)).status).toBe(200)
  expect(await keyInUse()).toBe('fresh')

  const changed = await withKeys(fresh)
  expect((await changed.post('/integrations/mollie/test')).body.success).toBe(true)
})
