import { beforeEach, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { makers } from '../workshop/makers.ts'
import { logOf, newRule } from './ruling.ts'

const { shop, owner, miniflare } = await startShops()
const { api } = shop
const make = makers(shop, owner)

beforeEach(async () => {
  await owner.query('delete from automation_rules')
})

const moves = (from: string, to: string) =>
  newRule(api, {
    name: `${from} to ${to}`,
    trigger: 'work_order.status_changed',
    conditions: [{ field: 'status', operator: 'changed_to', value: from }],
    actions: [{ type: 'set_status', params: { status: to } }],
  })

const outcomes = (log: Json[]) => log.map(({ outcome }) => outcome).reverse()

async function move(id: number, status: string) {
  expect((await api.post(`/work-orders/${id}/status`, { status })).status).toBe(200)
  await settled(owner)
}

const call = async () => {
  const queue = await miniflare.getQueueProducer('EVENTS_QUEUE')
  await queue.send({ kind: 'reactions', tenant_id: shop.tenant_id, request_id: 'test' })
}

test('two rules that move a work order back and forth come to an end', async () => {
  const back = await moves('ready', 'in_repair')
  const forth = await moves('in_repair', 'ready')
  const order = await make.order()
  await move(order.id, 'ready')
  const logs = await Promise.all([logOf(api, back), logOf(api, forth)])
  expect(logs.map(outcomes)).toEqual([
    ['success', 'success', 'skipped'],
    ['success', 'success'],
  ])
  expect(logs[0]?.[0]).toMatchObject({
    affected_records: 0,
    results: [],
    error: 'It was cut off: the rule reacted to its own change before.',
  })
  const { body } = await api.get(`/work-orders/${order.id}`)
  expect(body.status.slug).toBe('ready')
})

test('a rule reacts to its own change once', async () => {
  const rule = await newRule(api, {
    trigger: 'work_order_note.created',
    conditions: [],
    actions: [{ type: 'add_note', params: { note: 'I saw: {{note}}' } }],
  })
  const order = await make.order()
  await api.post(`/work-orders/${order.id}/notes`, { note: 'Hello' })
  await settled(owner)
  const { body } = await api.get(`/work-orders/${order.id}`)
  expect(body.notes.map(({ note }: Json) => note)).toEqual([
    'I saw: I saw: Hello',
    'I saw: Hello',
    'Hello',
  ])
  expect(outcomes(await logOf(api, rule))).toEqual(['success', 'success', 'skipped'])
})

test('what somebody does himself starts anew', async () => {
  const rule = await moves('diagnosis', 'in_repair')
  const order = await make.order()
  for (let n = 0; n < 4; n++) await move(order.id, 'diagnosis')
  expect(outcomes(await logOf(api, rule))).toEqual(Array(4).fill('success'))
})

test('ten rules in a row are enough', async () => {
  const slugs = Array.from({ length: 13 }, (_, n) => `step_${n}`)
  for (const slug of slugs) {
    await api.post('/work-order-statuses', { slug, label: slug, allowed_next: [] })
  }
  await owner.query(
    `update work_order_statuses set allowed_next = $1 where slug = any ($1) or slug = 'new'`,
    [slugs],
  )
  const rules: Json[] = []
  for (const [n, slug] of slugs.slice(1).entries()) rules.push(await moves(slugs[n] ?? '', slug))
  const order = await make.order()
  await move(order.id, 'step_0')
  const { body } = await api.get(`/work-orders/${order.id}`)
  expect(body.status.slug).toBe('step_10')
  expect((await logOf(api, rules[10])).at(0)).toMatchObject({
    outcome: 'skipped',
    error: 'It was cut off: 10 rules in a row set each other off.',
  })
  expect(await logOf(api, rules[11])).toEqual([])
})

test('a reaction that is delivered twice, or again, acts once', async () => {
  const rule = await newRule(api, {
    trigger: 'work_order.created',
    conditions: [],
    actions: [{ type: 'add_note', params: { note: 'Once' } }],
  })
  const orders = await Promise.all(Array.from({ length: 8 }, () => make.order()))
  await Promise.all(Array.from({ length: 5 }, call))
  await settled(owner)
  // As if the consumer's own claim had run out while it was still at work.
  await owner.query(`update reactions set next_at = now() where kind = 'rule'`)
  await Promise.all(Array.from({ length: 5 }, call))
  await settled(owner)
  const notes = await Promise.all(
    orders.map(async ({ id }) => (await api.get(`/work-orders/${id}`)).body.notes.length),
  )
  expect(notes).toEqual(Array(8).fill(1))
  expect(await logOf(api, rule)).toHaveLength(8)
})

test('what fails unexpectedly is undone as a whole, and done as a whole by the next try', async () => {
  await owner.query(`
    create table hiccup (left_over int); insert into hiccup values (1);
    grant all on hiccup to repair_angel_app;
    create function hiccup() returns trigger language plpgsql security definer as $$
    begin
      if new.note = 'Second' and (select left_over > 0 from hiccup) then
        raise exception 'hiccup';
      end if;
      return new;
    end $$;
    create trigger hiccup before insert on work_order_notes for each row execute function hiccup()`)
  const rule = await newRule(api, {
    trigger: 'work_order.created',
    conditions: [],
    actions: ['First', 'Second'].map((note) => ({ type: 'add_note', params: { note } })),
  })
  const order = await make.order()
  const reaction = async () =>
    (await owner.query(`select * from reactions where subject_id = $1`, [rule.id])).rows[0]
  await expect.poll(async () => (await reaction()).failure).toBe('It failed unexpectedly.')
  expect((await api.get(`/work-orders/${order.id}`)).body.notes).toEqual([])
  expect(await logOf(api, rule)).toEqual([])
  await owner.query('update hiccup set left_over = 0')
  await owner.query('update reactions set next_at = now() where subject_id = $1', [rule.id])
  await call()
  await expect.poll(async () => (await reaction()).done_at).not.toBeNull()
  expect((await api.get(`/work-orders/${order.id}`)).body.notes).toHaveLength(2)
  expect(outcomes(await logOf(api, rule))).toEqual(['success'])
  await owner.query('drop trigger hiccup on work_order_notes')
})
