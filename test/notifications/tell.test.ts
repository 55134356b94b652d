import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { systemContext } from '../../dev/context.ts'
import { type Told, tell } from '../../src/domain/notifications/tell.ts'
import { transact } from '../../src/verb.ts'
import { startTelling, told, userOf } from './telling.ts'

const { shop, other, owner, endpoint, worker_url, mailbox, work, settled } = await startTelling()
const { admin, technician, manager } = shop.as

beforeEach(() => owner.query('delete from notifications'))

const telling = transact(
  {
    summary: 'Tell',
    can: 'public',
    body: z.object({
      users: z.custom<number[]>(),
      words: z.custom<Partial<Told>>(),
      cause: z.string(),
    }),
    output: z.number(),
  },
  (ctx, { body: { users, words, cause } }) => tell(ctx, users, { ...example, ...words }, cause),
)

const example: Told = {
  key: 'automation',
  type: 'system',
  title: 'Call the customer',
  body: 'The phone lies here for a week',
}

/** Tells as a reaction's handler does. */
async function tellThem(users: number[], words: Partial<Told> = {}, cause = 'event:1/rule:1') {
  const ctx = systemContext(
    { database_url: worker_url, endpoint_url: endpoint.url },
    { job: 'automation', tenant_id: shop.tenant_id },
  )
  const env = { ...ctx.env, SMTP_URL: mailbox.smtp_url }
  return telling({ ...ctx, env }, { body: { users, words, cause } })
}

test('tells each where he wants to hear of it, and says how many', async () => {
  await manager.put('/notifications/preferences', { preferences: { automation: ['email'] } })
  await admin.put('/notifications/preferences', { preferences: { automation: [] } })
  const users = await Promise.all([admin, technician, manager].map(userOf))
  expect(await tellThem(users)).toBe(2)
  expect(await tellThem([])).toBe(0)
  expect(await told(technician)).toEqual([
    expect.objectContaining({ ...example, entity: null, entity_id: null }),
  ])
  await work()
  await settled()
  const [mail] = mailbox.mails()
  expect(mail).toMatchObject({ to: ['manager@first.example'], subject: 'Call the customer' })
  expect(mail?.text).toContain('The phone lies here for a week')
  expect([await told(manager), await told(admin)]).toEqual([[], []])
})

test('tells nobody of a record that his role may not read', async () => {
  const users = await Promise.all([technician, shop.as.accountant].map(userOf))
  expect(await tellThem(users, { entity: 'invoice', entity_id: 1 })).toBe(1)
  expect(await told(technician)).toEqual([])
  expect(await told(shop.as.accountant)).toHaveLength(1)
})

test('tells nobody of another shop', async () => {
  expect(await tellThem([await userOf(other.api), 999_999])).toBe(0)
})

test('tells of one event once, whoever tells, also at once', async () => {
  const { rows } = await owner.query('select max(id)::int as id from events where tenant_id = $1', [
    shop.tenant_id,
  ])
  const event_id = rows[0].id
  const users = [await userOf(technician)]
  const counts = await Promise.all(
    [1, 2, 3].map((rule) => tellThem(users, { event_id }, `event:${event_id}/rule:${rule}`)),
  )
  expect(counts.toSorted()).toEqual([0, 0, 1])
  expect(await told(technician)).toHaveLength(1)
  expect(await tellThem(users, {}, 'time:1/rule:1')).toBe(1)
  expect(await tellThem(users, {}, 'time:2/rule:1')).toBe(1)
})
