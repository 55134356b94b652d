import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { makers } from '../workshop/makers.ts'
import { closing, newRule } from './ruling.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const make = makers(shop, owner)

const errorsOf = async (draft: object) => {
  const answer = await api.post('/automation-rules', { ...closing, ...draft })
  expect(answer, JSON.stringify(answer.body)).toMatchObject({
    status: 422,
    body: { code: 'validation_failed' },
  })
  return answer.body.errors
}
const condition = (field: string, operator: string, value?: unknown) => ({
  conditions: [{ field, operator, value }],
})
const action = (type: string, params?: object) => ({ actions: [{ type, params }] })

test('what a rule must have', async () => {
  const { body } = await api.post('/automation-rules', {})
  expect(Object.keys(body.errors)).toEqual(['name', 'trigger', 'actions'])
  expect(body.errors.name).toEqual(['The name field is required.'])
  expect(await errorsOf({ trigger: 'moon.full' })).toHaveProperty('trigger')
  expect(await errorsOf({ actions: [] })).toHaveProperty('actions')
  const many = Array.from({ length: 21 }, () => closing.conditions[0])
  expect(await errorsOf({ conditions: many })).toHaveProperty('conditions')
  const same = Array.from({ length: 21 }, () => closing.actions[0])
  expect(await errorsOf({ actions: same })).toHaveProperty('actions')
})

test('a condition is refused at the place of the mistake', async () => {
  expect(await errorsOf(condition('colour', '=', 'red'))).toEqual({
    'conditions.0.field': ['The conditions.0.field field is not a field of the trigger.'],
  })
  const places: [object, string][] = [
    [condition('toString', '=', 'x'), 'conditions.0.field'],
    [condition('idle_days', '~', 3), 'conditions.0.operator'],
    [condition('idle_days', 'contains', 3), 'conditions.0.operator'],
    [condition('ticket_no', '>', 'WO'), 'conditions.0.operator'],
    [condition('customer_is_business', 'empty'), 'conditions.0.operator'],
    [condition('ticket_no', 'older_than_days', 3), 'conditions.0.operator'],
    [condition('status', 'changed_to', 'ready'), 'conditions.0.operator'],
    [condition('idle_days', '>=', 'thirty'), 'conditions.0.value'],
    [condition('idle_days', '>=', 0), 'conditions.0.value'],
    [condition('idle_days', '=', 2.5), 'conditions.0.value'],
    [condition('idle_days', '>=', 1e12), 'conditions.0.value'],
    [condition('idle_days', '>='), 'conditions.0.value'],
    [condition('subtotal', '>', '100'), 'conditions.0.value'],
    [condition('subtotal', 'in', 100), 'conditions.0.value'],
    [condition('subtotal', 'in', [1, 'two']), 'conditions.0.value'],
    [condition('subtotal', 'in', []), 'conditions.0.value'],
    [condition('priority', '=', 'extreme'), 'conditions.0.value'],
    [condition('customer_is_business', '=', 'yes'), 'conditions.0.value'],
    [condition('created_at', '>', '2026-02-30'), 'conditions.0.value'],
    [condition('created_at', '>', '2026-03-01T10:00'), 'conditions.0.value'],
    [condition('created_at', 'older_than_days', -1), 'conditions.0.value'],
    [condition('assignee', 'empty', 'x'), 'conditions.0.value'],
    [condition('status', '=', 'no_such_status'), 'conditions.0.value'],
    [condition('assigned_to', '=', 999_999), 'conditions.0.value'],
    [condition('assigned_to', '=', '1'), 'conditions.0.value'],
    [{ conditions: [{ field: 'status' }] }, 'conditions.0.operator'],
    [{ conditions: ['idle'] }, 'conditions.0'],
  ]
  for (const [draft, place] of places) {
    expect(Object.keys(await errorsOf(draft)), JSON.stringify(draft)).toEqual([place])
  }
  const both = await errorsOf({
    conditions: [
      { field: 'priority', operator: '=', value: 'high' },
      { field: 'nothing', operator: '=', value: 1 },
      { field: 'idle_days', operator: 'in', value: 7 },
    ],
    actions: [{ type: 'explode' }],
  })
  expect(Object.keys(both)).toEqual(['conditions.1.field', 'conditions.2.value', 'actions.0.type'])
})

test('a change is asked only of an event that tells it', async () => {
  const told = { trigger: 'work_order.status_changed' }
  expect(await errorsOf({ ...told, ...condition('priority', 'changed') })).toHaveProperty([
    'conditions.0.operator',
  ])
  expect(
    await errorsOf({ ...told, ...condition('status', 'changed_to', 'no_such_status') }),
  ).toHaveProperty(['conditions.0.value'])
  await newRule(api, { ...told, ...condition('status', 'changed_to', 'ready') })
})

test('an action is refused at the place of the mistake', async () => {
  const aboutGoods = { trigger: 'product.low_stock', conditions: [] }
  const hourly = { trigger: 'schedule', conditions: [] }
  const places: [object, string][] = [
    [action('explode'), 'actions.0.type'],
    [action('constructor'), 'actions.0.type'],
    [action('set_status'), 'actions.0.params.status'],
    [action('set_status', { status: null }), 'actions.0.params.status'],
    [action('set_status', { status: 7 }), 'actions.0.params.status'],
    [action('set_status', { status: 'no_such_status' }), 'actions.0.params.status'],
    [action('set_status', { status: 'ready', colour: 'red' }), 'actions.0.params.colour'],
    [{ ...aboutGoods, ...action('set_status', { status: 'ready' }) }, 'actions.0.type'],
    [{ ...hourly, ...action('add_note', { note: 'x' }) }, 'actions.0.type'],
    [{ ...aboutGoods, ...action('add_tag', { name: 'VIP' }) }, 'actions.0.type'],
    [action('assign', { employee_id: 999_999 }), 'actions.0.params.employee_id'],
    [action('assign', { employee_id: '7' }), 'actions.0.params.employee_id'],
    [action('set_priority', { priority: 'extreme' }), 'actions.0.params.priority'],
    [action('add_note', { note: '' }), 'actions.0.params.note'],
    [action('add_note', { note: 'Dag {{custommer}}' }), 'actions.0.params.note'],
    [action('add_note', { note: 'x', is_internal: 'no' }), 'actions.0.params.is_internal'],
    [action('create_task', { title: 'x', due_in_days: -1 }), 'actions.0.params.due_in_days'],
    [action('create_task', { title: 'x', assigned_to: 999_999 }), 'actions.0.params.assigned_to'],
    [action('send_sms', { body: 'x', to: 'nobody' }), 'actions.0.params.to'],
    [{ ...aboutGoods, ...action('send_sms', { body: 'x' }) }, 'actions.0.params.to'],
    [action('send_email', { subject: 'x', body: 'x', to: 'nobody' }), 'actions.0.params.to'],
    [{ ...hourly, ...action('send_email', { subject: 'x', body: 'x' }) }, 'actions.0.params.to'],
    [{ ...hourly, ...action('notify', { message: 'x' }) }, 'actions.0.params.users'],
    [action('notify', { message: 'x', users: [999_999] }), 'actions.0.params.users'],
    [action('notify', { message: 'x', users: [] }), 'actions.0.params.users'],
    [action('notify', { message: 'x', role: 'king' }), 'actions.0.params.role'],
    [action('webhook', {}), 'actions.0.params.endpoint_id'],
    [action('webhook', { endpoint_id: 999_999 }), 'actions.0.params.endpoint_id'],
    [action('webhook', { url: 'http://example.com' }), 'actions.0.params.url'],
    [action('webhook', { url: 'nowhere' }), 'actions.0.params.url'],
    [action('add_tag', { tag_id: 999_999 }), 'actions.0.params.tag_id'],
    [action('add_tag', { tag_id: 1, name: 'VIP' }), 'actions.0.params.tag_id'],
    [{ actions: [{ type: 'set_status', params: 'ready' }] }, 'actions.0.params'],
  ]
  for (const [draft, place] of places) {
    expect(Object.keys(await errorsOf(draft)), JSON.stringify(draft)).toEqual([place])
  }
})

test('names of another shop are unknown', async () => {
  const theirs = makers(other, owner)
  const employee_id = await theirs.employee('Theirs')
  const tag = await other.api.post('/tags', { name: 'Theirs' })
  expect(await errorsOf(action('assign', { employee_id }))).toHaveProperty([
    'actions.0.params.employee_id',
  ])
  expect(await errorsOf(action('add_tag', { tag_id: tag.body.id }))).toHaveProperty([
    'actions.0.params.tag_id',
  ])
  expect(await errorsOf(condition('assigned_to', 'in', [employee_id]))).toHaveProperty([
    'conditions.0.value',
  ])
  await newRule(api, action('assign', { employee_id: await make.employee('Ours') }))
})

test('a change of a part must fit what stays', async () => {
  const { id } = await newRule(api)
  const change = async (draft: object) => api.patch(`/automation-rules/${id}`, draft)
  const wrong: [object, string][] = [
    [condition('days_overdue', '>=', 3), 'conditions.0.field'],
    [condition('idle_days', 'contains', 'x'), 'conditions.0.operator'],
    [action('set_status', { status: 'no_such_status' }), 'actions.0.params.status'],
    [{ trigger: 'invoice_overdue' }, 'conditions.0.field'],
    [{ trigger: 'product.low_stock', conditions: [] }, 'actions.0.type'],
  ]
  for (const [draft, place] of wrong) {
    const answer = await change(draft)
    expect(answer.status).toBe(422)
    expect(Object.keys(answer.body.errors), JSON.stringify(draft)).toEqual([place])
  }
  expect((await api.get(`/automation-rules/${id}`)).body).toMatchObject(closing)
  expect(await change(condition('idle_days', '>=', 14))).toMatchObject({
    status: 200,
    body: { conditions: [{ field: 'idle_days', operator: '>=', value: 14 }] },
  })
})
