import { describe, expect, test } from 'vitest'
import { type Permission, rolesWith } from '../../src/domain/identity/permissions.ts'
import { Client } from '../harness/client.ts'
import { newToken, roles, startShops } from '../harness/shop.ts'
import { fillPath, type Operation, operationsOf } from './operations.ts'

const { shop, other, owner, url } = await startShops()
const operations = await operationsOf(url)
const closed = operations.filter(({ permission }) => permission !== 'public')
const permitted = closed.filter(({ permission }) => permission !== 'account')

const powerless = new Client(url, await newToken(owner, shop.tenant_id, await adminOf(), []))

async function adminOf() {
  const { rows } = await owner.query(
    `select id from users where tenant_id = $1 and role = 'admin'`,
    [shop.tenant_id],
  )
  return Number(rows[0].id)
}

/** What the gates say before anything is looked at: records, bodies and files may be missing. */
const send = (client: Client, { method, path, ids }: Operation) =>
  client.send(method, fillPath(path, Object.fromEntries(ids.map((name) => [name, 1]))))

describe('without a token', () => {
  test.each(closed)('$name answers 401', async (operation) => {
    for (const token of [undefined, 'wrong', '1|wrong', '999999999|wrong']) {
      const answer = await send(new Client(url, token), operation)
      expect(answer).toMatchObject({
        status: 401,
        body: { message: 'Unauthenticated.', code: 'unauthenticated' },
      })
    }
  })
})

describe('without the permission', () => {
  test.each(permitted)('$name answers 403', async (operation) => {
    const refused = { status: 403, body: { code: 'forbidden' } }
    expect(await send(powerless, operation)).toMatchObject(refused)
    const allowed = rolesWith(operation.permission as Permission)
    for (const role of roles.filter((name) => !allowed.includes(name))) {
      expect(await send(shop.as[role], operation), role).toMatchObject(refused)
    }
  })
})

describe('without the licence', () => {
  const forShops = permitted.filter(({ permission }) =>
    rolesWith(permission as Permission).includes('admin'),
  )
  const free = ['users:manage']

  test('a module that is switched off answers 403', async () => {
    await owner.query('update license_modules set is_active = false where tenant_id = $1', [
      other.tenant_id,
    ])
    for (const operation of forShops.filter(({ module }) => module !== undefined)) {
      expect(await send(other.api, operation), operation.name).toMatchObject({
        status: 403,
        body: { code: 'module_inactive' },
      })
    }
    for (const operation of forShops.filter(({ module }) => module === undefined)) {
      const { body } = await send(other.api, operation)
      expect(body?.code, operation.name).not.toBe('module_inactive')
    }
    await owner.query('update license_modules set is_active = true where tenant_id = $1', [
      other.tenant_id,
    ])
  })

  test('an expired one still reads, and writes nothing', async () => {
    await owner.query(`update licenses set status = 'expired' where tenant_id = $1`, [
      other.tenant_id,
    ])
    for (const operation of forShops) {
      const answer = await send(other.api, operation)
      // A preview is asked for by POST, and read all the same.
      const asks = operation.method === 'GET' || operation.kind === 'read'
      const writes = !asks && !free.includes(operation.permission)
      if (writes) {
        expect(answer, operation.name).toMatchObject({
          status: 403,
          body: { code: 'license_expired' },
        })
      } else {
        expect(answer.body?.code, operation.name).not.toBe('license_expired')
      }
    }
  })
})
