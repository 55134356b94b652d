import { expect, test } from 'vitest'
import { getterOf, isAskable, publicEvents } from '../../src/domain/webhooks/resources.ts'
import { startShops } from '../harness/shop.ts'

const { shop, owner } = await startShops()

/** Events that verbs record themselves (`record` in db/rows.ts), of entities that webhooks tell of. */
const recorded = [
  'payment.paid',
  'payment.failed',
  'payment.refunded',
  'sla.warned',
  'sla.breached',
  'work_order.parts_arrived',
  'product.low_stock',
  'product.oversold',
  'task.due',
  'task.reminded',
  'sms_message.received',
  'email_message.received',
  'email_message.bounced',
  'call.missed',
  'bank_transaction.matched',
  'bank_transaction.unmatched',
]

/** Every name that the history of a table can give an event. */
async function historyNames() {
  const { rows } = await owner.query<{ given: Buffer; appends: boolean }>(`
    select h.tgargs as given, exists (
      select from pg_trigger a where a.tgrelid = h.tgrelid and a.tgname = 'append_only') as appends
    from pg_trigger h where h.tgname = 'history_update'`)
  return rows.flatMap(({ given, appends }) => {
    const [entity = '', , named = '{}'] = given.toString().split('\0')
    const usual = appends ? ['created'] : ['created', 'updated', 'deleted']
    const happenings = new Set([...usual, ...Object.values<string>(JSON.parse(named))])
    return [...happenings].map((happening) => `${entity}.${happening}`)
  })
}

test('the catalog holds exactly what the history tells of its entities, and what verbs record', async () => {
  const told = (await historyNames()).filter((name) => getterOf(name.split('.')[0] ?? ''))
  expect(new Set(publicEvents)).toEqual(new Set([...told, ...recorded]))
})

test('`*` stands for the same in the database', async () => {
  const { rows } = await owner.query<{ name: string }>(
    `select name from unnest($1::text[]) as name where not app.is_public_event(name)`,
    [publicEvents],
  )
  expect(rows).toEqual([])
  const others = (await historyNames()).filter((name) => !publicEvents.includes(name))
  expect(others).toContain('webhook_endpoint.disabled')
  const { rows: leaked } = await owner.query(
    `select name from unnest($1::text[]) as name where app.is_public_event(name)`,
    [[...others, '*', 'customer', '']],
  )
  expect(leaked).toEqual([])
  const { rows: source } = await owner.query(
    `select prosrc from pg_proc where oid = 'app.is_public_event'::regproc`,
  )
  expect(source[0].prosrc.match(/'[\w.]+'/g)).toHaveLength(publicEvents.length)
})

test('every event can be asked for, and is listed', async () => {
  const { status, body } = await shop.api.get('/webhook-endpoints/events')
  expect(status).toBe(200)
  expect(body.map(({ name }: { name: string }) => name)).toEqual(publicEvents)
  expect(new Set(publicEvents).size).toBe(publicEvents.length)
  for (const name of [...publicEvents, '*']) expect(isAskable(name), name).toBe(true)
  for (const name of ['', 'invoice', 'invoice.*', 'user.created', 'api_token.created']) {
    expect(isAskable(name), name).toBe(false)
  }
})
