import { expect, test } from 'vitest'
import { moduleKeys } from '../../src/domain/licensing/tiers.ts'
import { Factory } from '../frame/factory.ts'
import { fillPath, isPlatform, type Operation, operationsOf } from '../frame/operations.ts'
import { nothingReacts } from '../frame/quiet.ts'
import { startShopsWithMail } from '../harness/mail.ts'

const { shop, owner, url, endpoint } = await startShopsWithMail()
await nothingReacts(owner)
const { api } = shop
const operations = (await operationsOf(url)).filter(({ isTwin }) => !isTwin)

/** Resources that no module gates, and why. */
const free: Record<string, string> = {
  auth: 'the own account',
  users: 'who may come in, and who may renew the licence',
  roles: 'the same in every shop',
  'api-tokens': 'the own account',
  notifications: 'the own account',
  license: 'the licence itself',
  licenses: 'the licence itself',
  tenants: "the service's own staff",
  'job-runs': "the service's own staff",
  customers: 'every module is about customers',
  companies: 'customers, too',
  devices: 'what customers bring',
  tags: 'of customers',
  tutorials: 'how to find the way in the rest',
  branches: 'where the shop is',
  settings: 'who the shop is',
  'tax-rates': 'every price needs one',
  integrations: 'a connection serves several modules, and each asks for its own',
  'webhook-endpoints': 'tell of every module',
  'webhook-deliveries': 'tell of every module',
  events: 'the history of every record',
  'dead-letters': 'what was tried to the end, of any module',
}

const resourceOf = ({ path }: Operation) => path.split('/')[1] ?? ''
const asIfEmpty = (operation: Operation) =>
  fillPath(operation.path, Object.fromEntries(operation.ids.map((name) => [name, 1])))

test('every operation names its module, or is free for a reason', () => {
  const unexplained = operations.filter((op) => !op.module && !(resourceOf(op) in free))
  expect(unexplained.map(({ name }) => name)).toEqual([])
})

/** Modules that have operations. */
const gating = moduleKeys.filter((key) => operations.some(({ module }) => module === key))

test('every module gates something', () => {
  expect(moduleKeys.filter((key) => !gating.includes(key))).toEqual([])
})

test.each(gating)(
  'without the module %s reading and writing are 403, in one round trip',
  async (key) => {
    const { id } = (await api.get('/license/current')).body
    await api.post(`/licenses/${id}/modules/deactivate`, { module_key: key })
    const own = operations.filter(
      ({ module, permission }) => module === key && permission !== 'public',
    )
    const reading = own.find(({ method }) => method === 'GET')
    const writing = own.find(({ method }) => method !== 'GET')
    // Figures are only read.
    expect([!reading, !writing], key).toEqual([false, key === 'bi'])
    for (const operation of [reading, writing]) {
      if (!operation) continue
      endpoint.reset()
      expect(await api.send(operation.method, asIfEmpty(operation))).toMatchObject({
        status: 403,
        body: { code: 'module_inactive' },
      })
      const { http, websocket_connects } = endpoint.counts
      expect(http + websocket_connects, operation.name).toBe(1)
    }
    await api.post(`/licenses/${id}/modules/activate`, { module_key: key })
  },
)

/** Everything that can be read, on records that are there. */
async function readable(): Promise<[name: string, address: string][]> {
  const factory = new Factory(api, owner)
  const addresses: [string, string][] = []
  for (const operation of operations) {
    if (operation.method !== 'GET' || isPlatform(operation.permission)) continue
    const ids = await factory.idsFor(operation)
    addresses.push([operation.name, await factory.addressOf(operation, ids)])
  }
  return addresses
}

test('an expired or suspended licence reads and exports all that there is', {
  timeout: 300_000,
}, async () => {
  const addresses = await readable()
  const { id } = (await api.get('/license/current')).body
  for (const set of [
    `valid_until = current_date - 2`,
    `valid_until = null, status = 'suspended'`,
  ]) {
    await owner.query(`update licenses set ${set} where id = $1`, [id])
    for (const [name, address] of addresses) {
      const { status, body } = await api.get(address)
      expect(status, `${name}: ${JSON.stringify(body)}`).toBeLessThan(300)
    }
    expect(await api.post('/customers', { first_name: 'Late' })).toMatchObject({
      status: 403,
      body: { code: 'license_expired' },
    })
  }
})
