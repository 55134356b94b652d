import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays } from '../../src/lib/dates.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { type Line, linesOf, owedByDocuments, twoYears } from './reporting.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const world = await twoYears(api, owner, shop)
// Of another shop, which no report of this one may count.
await twoYears(other.api, owner, other)
const lines = await linesOf(owner, shop.tenant_id)
const today = (await owner.query('select app.today()::text as today')).rows[0].today as string

const cents = (amount: number) => Math.round(amount * 100)
const sum = (some: Line[]) => some.reduce((total, line) => total + line.cents, 0)
const isResult = ({ type }: Pick<Line, 'type'>) => type === 'revenue' || type === 'expense'
const yearOf = (date: string) => `${date.slice(0, 4)}-01-01`
const codes = [...new Set(lines.map(({ code }) => code)), '0590']

/** Balance of an account when a day begins, from every line there is. */
function balanceBefore(code: string, date: string): number {
  const year = yearOf(date)
  const own = lines.filter((line) => line.code === code && line.date < date)
  if (own.some(isResult)) return sum(own.filter((line) => line.date >= year))
  const earlier = code === '0590' ? lines.filter((l) => isResult(l) && l.date < year) : []
  return sum(own) + sum(earlier)
}

const report = async (path: string): Promise<Json> => {
  const { status, body } = await api.get(`/reports/${path}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

const days = (first: string, count: number) =>
  fc.integer({ min: 0, max: count }).map((later) => addDays(first, later))
const spans = fc
  .tuple(days('2025-09-20', 250), days('2025-09-20', 250))
  .map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a }))
/** Whole months, broken ones, a day, over the end of a year. */
const examples: [{ from: string; to: string }][] = [
  [{ from: '2026-01-01', to: today }],
  [{ from: '2025-11-01', to: '2025-11-30' }],
  [{ from: '2025-12-31', to: '2026-01-01' }],
  [{ from: '2026-02-15', to: '2026-02-15' }],
  [{ from: '2026-02-16', to: '2026-02-28' }],
  [{ from: '2026-02-03', to: '2026-02-14' }],
]

test('the trial balance of any period is the sum of its lines', () =>
  fc.assert(
    fc.asyncProperty(spans, async ({ from, to }) => {
      const body = await report(`trial-balance?from=${from}&to=${to}`)
      expect(body).toMatchObject({ from, to, total_debit: body.total_credit })
      const rows = new Map<string, Json>(body.rows.map((row: Json) => [row.code, row]))
      let closing = 0
      for (const code of codes) {
        const within = lines.filter((l) => l.code === code && l.date >= from && l.date <= to)
        const { opening = 0, debit = 0, credit = 0, balance = 0 } = rows.get(code) ?? {}
        expect({
          code,
          opening: cents(opening),
          debit: cents(debit),
          credit: cents(credit),
        }).toEqual({
          code,
          opening: balanceBefore(code, from),
          debit: sum(within.filter((line) => line.cents > 0)),
          credit: -sum(within.filter((line) => line.cents < 0)) || 0,
        })
        expect(cents(balance)).toBe(cents(opening) + cents(debit) - cents(credit))
        closing += cents(balance)
      }
      expect(closing).toBe(0)
      expect(rows.size).toBeLessThanOrEqual(codes.length)
    }),
    { numRuns: 30, examples },
  ))

test('the result of any period is that of its lines, and the comparison that of the days before', () =>
  fc.assert(
    fc.asyncProperty(spans, async ({ from, to }) => {
      const body = await report(`profit-loss?from=${from}&to=${to}&compare=previous_period`)
      const result = (first: string, last: string) =>
        -sum(lines.filter((line) => isResult(line) && line.date >= first && line.date <= last)) || 0
      const { previous_from, previous_to } = body
      expect(addDays(previous_to, 1)).toBe(from)
      expect(cents(body.result)).toBe(result(from, to))
      expect(cents(body.previous_result)).toBe(result(previous_from, previous_to))
      expect(cents(body.total_revenue) - cents(body.total_expenses)).toBe(cents(body.result))
      for (const [section, total] of [
        [body.revenue, body.total_revenue],
        [body.expenses, body.total_expenses],
      ]) {
        const added = section.reduce((all: number, row: Json) => all + cents(row.amount), 0)
        expect(added).toBe(cents(total))
      }
    }),
    { numRuns: 15, examples },
  ))

test('a balance sheet balances on any day, and holds the result of its year alone', () =>
  fc.assert(
    fc.asyncProperty(days('2025-09-20', 400), async (date) => {
      const body = await report(`balance-sheet?date=${date}`)
      expect(body.total_assets).toBe(body.total_liabilities_and_equity)
      const next = addDays(date, 1)
      const ofYear = lines.filter((l) => isResult(l) && l.date >= yearOf(date) && l.date < next)
      expect(cents(body.result)).toBe(-sum(ofYear) || 0)
      const assets = new Set(lines.filter(({ type }) => type === 'asset').map(({ code }) => code))
      const had = sum(lines.filter(({ code, date: on }) => assets.has(code) && on < next))
      expect(cents(body.total_assets)).toBe(had)
      const [reserve] = body.equity.filter(({ code }: Json) => code === '0590')
      const earlier = lines.filter((line) => isResult(line) && line.date < yearOf(date))
      expect(cents(reserve?.amount ?? 0)).toBe(-sum(earlier) || 0)
    }),
    { numRuns: 15, examples: [['2025-12-31'], ['2026-01-01'], [today]] },
  ))

test('what customers owe is the debtors account, and what the documents say, on any day', () =>
  fc.assert(
    fc.asyncProperty(days('2025-09-20', 400), async (date) => {
      const { rows, totals } = await report(`aged-receivables?date=${date}`)
      const debtors = lines.filter((line) => line.role === 'debtors' && line.date <= date)
      expect(cents(totals.total)).toBe(sum(debtors))
      const byHand = date >= '2026-02-16' ? 1250 : 0
      expect(cents(totals.total)).toBe(
        (await owedByDocuments(owner, shop.tenant_id, date)) + byHand,
      )
      for (const { total, name: _, customer_id: __, ...ages } of [...rows, totals]) {
        const aged = Object.values<number>(ages).reduce((all, amount) => all + cents(amount), 0)
        expect(aged).toBe(cents(total))
      }
    }),
    { numRuns: 15, examples: [['2025-12-31'], ['2026-02-16'], [today]] },
  ))

test('ages run from the due date; what was not used is credit', async () => {
  const { rows } = await report('aged-receivables?date=2026-03-31')
  // Due 14 days after their dates. Of € 218.55 cash for € 100, of € 1210 € 1000 elsewhere; € 33.33.
  expect(rows).toEqual([
    {
      customer_id: world.anna,
      name: 'Anna Aalders',
      current: 36.3,
      days_1_30: 72.6,
      days_31_60: 0,
      days_61_90: 0,
      over_90: 0,
      credits: 0,
      total: 108.9,
    },
    {
      customer_id: world.bram,
      name: 'Bram Berg',
      current: 0,
      days_1_30: 210,
      days_31_60: 33.33,
      days_61_90: 118.55,
      over_90: 0,
      credits: 0,
      total: 361.88,
    },
    {
      customer_id: null,
      name: null,
      current: 0,
      days_1_30: 0,
      days_31_60: 12.5,
      days_61_90: 0,
      over_90: 0,
      credits: 0,
      total: 12.5,
    },
  ])
  // The note on the March invoice took € 48.40 off it; the one on January's, of which € 25 went back, waits.
  const now = (await report('aged-receivables')).rows
  expect(now).toMatchObject([
    { name: 'Anna Aalders', credits: -48.4 },
    { name: 'Bram Berg', credits: 0, over_90: 313.48, total: 313.48 },
    { name: null, total: 12.5 },
  ])
})
