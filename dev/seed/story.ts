import type { Transacting } from '../../src/context.ts'
import { acting } from './acting.ts'
import type { Random } from './random.ts'
import type { Member, Shop } from './shop.ts'

/** Something that somebody in the shop does at a moment. */
export interface Step {
  at: Date
  by: Member['role']
  act(ctx: Transacting): Promise<unknown>
}

const hour_ms = 3_600_000
const day_ms = 24 * hour_ms

/** The last weeks were busy and went slowly, so that repairs are open in every status. */
const backlog_ms = 30 * day_ms

/** What is planned, in any order; told in the order of time, and only what lies in the past. */
export class Story {
  readonly #steps: Step[] = []
  readonly shop: Shop
  readonly random: Random
  readonly now: Date

  constructor(shop: Shop, random: Random, now: Date) {
    this.shop = shop
    this.random = random
    this.now = now
  }

  at(at: Date, by: Member['role'], act: Step['act']): void {
    if (at < this.now) this.#steps.push({ at, by, act })
  }

  async tell(ctx: Transacting): Promise<void> {
    const { tenant_id, accounts } = this.shop
    const steps = this.#steps.toSorted((a, b) => a.at.getTime() - b.at.getTime())
    for (const { at, by, act } of steps) {
      const user_id = accounts[by] ?? accounts.admin
      await act(await acting(ctx, { tenant_id, now: at, ...(user_id && { user_id }) }))
    }
  }

  /** A moment so many days back, while the shop is open (UTC, Monday to Saturday). */
  openingHour(daysAgo: number): Date {
    const midnight_ms = this.now.getTime() - (this.now.getTime() % day_ms) - daysAgo * day_ms
    return whenOpen(new Date(midnight_ms + 8 * hour_ms + this.random.next() * 8 * hour_ms))
  }

  /** A moment so many hours later, give or take, moved on to when the shop is open. */
  later(than: Date, hours: number): Date {
    const pace = this.now.getTime() - than.getTime() < backlog_ms ? 10 : 1
    const delay_ms = pace * hours * (0.5 + this.random.next()) * hour_ms
    return whenOpen(new Date(than.getTime() + delay_ms))
  }
}

function whenOpen(moment: Date): Date {
  const at = new Date(moment)
  if (at.getUTCHours() >= 17) at.setTime(at.getTime() + 15 * hour_ms)
  else if (at.getUTCHours() < 8) at.setTime(at.getTime() + 8 * hour_ms)
  if (at.getUTCDay() === 0) at.setTime(at.getTime() + day_ms)
  return at
}

/** The calendar day of a moment, as the API writes it. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10)

/** The same moment so many days later. */
export const daysAfter = (moment: Date, days: number): Date =>
  new Date(moment.getTime() + days * day_ms)
