import type pg from 'pg'
import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import { recordsOf } from './records.ts'
import { type Asked, addDays, dayIn, truthOf } from './truth.ts'

export const reports = [
  'revenue',
  'work-orders',
  'engineers',
  'customers',
  'parts',
  'invoices',
] as const

/** What a report answers, without the days that it repeats. */
async function figuresOf(api: Client, report: string, { from, to, branch_id }: Asked) {
  const branch = branch_id === undefined ? '' : `&branch_id=${branch_id}`
  const { status, body } = await api.get(`/bi/${report}?from=${from}&to=${to}${branch}`)
  expect(status, JSON.stringify(body)).toBe(200)
  if (report === 'engineers') {
    // Names break ties in the answer; the order of equals is no matter here.
    return body.toSorted(
      (a: Json, b: Json) => b.revenue - a.revenue || a.engineer_id - b.engineer_id,
    )
  }
  const { from: first, to: last, period, ...figures } = body
  expect([first, last]).toEqual([from, to])
  return figures
}

export type Period = Omit<Asked, 'today'>

/** The API says of these periods what the records say, report by report. */
export async function expectTruth(
  owner: pg.Pool,
  { tenant_id, api }: { tenant_id: number; api: Client },
  periods: Period[],
) {
  const records = await recordsOf(owner, tenant_id)
  const today = dayIn(records.zone, new Date())
  for (const period of periods) {
    const truth = truthOf(records, { ...period, today })
    for (const report of reports) {
      const said = await figuresOf(api, report, { ...period, today })
      expect({ ...period, [report]: said }).toEqual({ ...period, [report]: truth[report] })
    }
  }
}

/** Periods of all lengths that end around a day: of one day up to some years. */
export const periodsUntil = (to: string, branch_id?: number): Period[] =>
  [0, 6, 29, 77, 364, 1500].map((days) => ({
    from: addDays(to, -days),
    to,
    ...(branch_id !== undefined && { branch_id }),
  }))
