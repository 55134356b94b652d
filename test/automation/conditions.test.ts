import { expect, test } from 'vitest'
import { allHold, type Judged } from '../../src/domain/automation/operators.ts'
import { conditionsInTime } from '../../src/domain/automation/time.ts'
import { triggers } from '../../src/domain/automation/triggers.ts'

const clock = { today: '2026-03-30', zone: 'Europe/Amsterdam' }

const holds = (
  [field, operator, value]: [string, string, unknown?],
  values: Judged['values'],
  changes?: Judged['changes'],
) =>
  allHold(
    [{ field, operator, value: value ?? null }],
    triggers.invoice_overdue,
    { values, changes },
    clock,
  )

test.each<[[string, string, unknown?], Judged['values'], boolean]>([
  [['customer_name', '=', 'jane SMITH '], { customer_name: 'Jane Smith' }, true],
  [['customer_name', '=', 'Jane'], { customer_name: 'Jane Smith' }, false],
  [['customer_name', '!=', 'Jane'], { customer_name: null }, true],
  [['customer_name', 'contains', 'SMI'], { customer_name: 'Jane Smith' }, true],
  [['customer_name', 'contains', 'x'], { customer_name: null }, false],
  [['customer_name', 'in', ['Ann', 'jane smith']], { customer_name: 'Jane Smith' }, true],
  [['customer_tags', 'contains', 'vip'], { customer_tags: ['VIP', 'New'] }, true],
  [['customer_tags', 'contains', 'VI'], { customer_tags: ['VIP'] }, false],
  [['customer_tags', 'contains', 'VIP'], { customer_tags: null }, false],
  [['customer_tags', 'empty'], { customer_tags: null }, true],
  [['customer_tags', 'not_empty'], { customer_tags: ['VIP'] }, true],
  [['customer_email', 'empty'], { customer_email: '' }, true],
  [['customer_email', 'not_empty'], {}, false],
  [['customer_is_business', '=', false], { customer_is_business: false }, true],
  [['customer_is_business', '=', false], { customer_is_business: null }, false],
  [['total', '>', 100], { total: 100 }, false],
  [['total', '>=', 100], { total: 100 }, true],
  [['total', '<', 100], { total: 99.99 }, true],
  [['total', '<=', 100], { total: null }, false],
  [['total', '=', 107.69], { total: 107.69 }, true],
  [['total', 'in', [1, 2]], { total: 2 }, true],
  [['due_date', '>', '2026-03-29'], { due_date: '2026-03-30' }, true],
  [['due_date', '<=', '2026-03-29'], { due_date: '2026-03-30' }, false],
  [['due_date', 'older_than_days', 3], { due_date: '2026-03-27' }, false],
  [['due_date', 'older_than_days', 3], { due_date: '2026-03-26' }, true],
  [['due_date', 'newer_than_days', 3], { due_date: '2026-03-28' }, true],
  [['due_date', 'newer_than_days', 3], { due_date: '2026-03-27' }, false],
  [['due_date', 'older_than_days', 3], { due_date: null }, false],
  // Half past midnight in Amsterdam, whose clocks went forward the night before.
  [['issued_at', 'newer_than_days', 1], { issued_at: '2026-03-29T22:30:00+00:00' }, true],
  [['issued_at', '>=', '2026-03-30'], { issued_at: '2026-03-29T22:30:00+00:00' }, true],
  [['issued_at', '>', '2026-03-30'], { issued_at: '2026-03-29T22:30:00+00:00' }, false],
  [
    ['issued_at', '<', '2026-03-30T00:45:00+02:00'],
    { issued_at: '2026-03-29T22:30:00+00:00' },
    true,
  ],
  [
    ['issued_at', '<', '2026-03-30T00:15:00+02:00'],
    { issued_at: '2026-03-29T22:30:00+00:00' },
    false,
  ],
  [['work_order_id', '=', 7], { work_order_id: 7 }, true],
  [['no_such_field', '!=', 7], {}, false],
  [['total', 'toString', 7], { total: 7 }, false],
])('%j on %j: %s', (condition, values, expected) => {
  expect(holds(condition, values)).toBe(expected)
})

test.each<[[string, string, unknown?], Judged['changes'], boolean]>([
  [['status', 'changed'], { status: ['draft', 'sent'] }, true],
  [['status', 'changed'], { notes: [null, 'x'] }, false],
  [['status', 'changed_to', 'sent'], { status: ['draft', 'sent'] }, true],
  [['status', 'changed_to', 'draft'], { status: ['draft', 'sent'] }, false],
  [['status', 'changed_from', 'draft'], { status: ['draft', 'sent'] }, true],
  // Run by hand: there was no event.
  [['status', 'changed'], undefined, true],
  [['status', 'changed_to', 'sent'], undefined, true],
  [['status', 'changed_to', 'paid'], undefined, false],
  [['status', 'changed_from', 'draft'], undefined, true],
])('%j of a change %j: %s', (condition, changes, expected) => {
  expect(holds(condition, { status: 'sent' }, changes)).toBe(expected)
})

test('a day that was to be reached stays reached', () => {
  const trigger = triggers.wo_idle
  const of = (...conditions: [string, string, unknown][]) =>
    conditionsInTime({
      trigger,
      conditions: conditions.map(([field, operator, value]) => ({ field, operator, value })),
    }).map(({ field, operator, value }) => [field, operator, value])
  expect(of()).toEqual([['idle_days', '>=', 7]])
  expect(of(['idle_days', '=', 30])).toEqual([['idle_days', '>=', 30]])
  expect(of(['idle_days', '>', 3], ['idle_days', '<', 30])).toEqual([
    ['idle_days', '>', 3],
    ['idle_days', '<', 30],
  ])
  expect(of(['priority', '=', 'high'])).toEqual([
    ['priority', '=', 'high'],
    ['idle_days', '>=', 7],
  ])
})
