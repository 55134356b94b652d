import type pg from 'pg'
import { expect } from 'vitest'

/** Waits until every reaction that is due has been worked off. */
export const settled = (owner: pg.Pool, timeout_ms = 60_000) =>
  expect
    .poll(
      async () => {
        const { rows } = await owner.query(`
          select count(*)::int as waiting from reactions
          where done_at is null and failed_at is null and (next_at <= now() or failure is null)`)
        return rows[0].waiting
      },
      { timeout: timeout_ms, interval: 30 },
    )
    .toBe(0)
