import { expect, test } from 'vitest'
import { isDue } from '../../dev/cron.ts'

test.each([
  ['15 3 * * *', '2026-11-22T03:15:59Z', true],
  ['15 3 * * *', '2026-11-22T03:16:00Z', false],
  ['*/5 * * * *', '2026-11-22T10:25:00Z', true],
  ['*/5 * * * *', '2026-11-22T10:26:00Z', false],
  ['0 8-18/2 * * 1-5', '2026-11-23T10:00:00Z', true],
  ['0 8-18/2 * * 1-5', '2026-11-22T10:00:00Z', false],
  ['0 0 * * 7', '2026-11-22T00:00:00Z', true],
  ['0 0 1,15 * *', '2026-12-15T00:00:00Z', true],
  ['0 0 1 * 0', '2026-11-22T00:00:00Z', true],
])('%s at %s: %s', (cron, at, due) => {
  expect(isDue(cron, new Date(at))).toBe(due)
})
