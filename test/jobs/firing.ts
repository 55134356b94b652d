import type { Miniflare } from 'miniflare'
import type pg from 'pg'
import { expect } from 'vitest'

export const hourly = '5 * * * *'
export const nightly = '15 3 * * *'

/** Fires a cron trigger; each call is another minute of the schedule unless one is given. */
export function firing(miniflare: Miniflare) {
  let minute = Date.UTC(2026, 0, 1)
  const next = () => {
    minute += 60_000
    return new Date(minute)
  }
  /** Answers how the run ended: `ok` or `exception`. */
  const fireAt = async (cron: string, scheduledTime: Date): Promise<string> => {
    const worker = await miniflare.getWorker()
    return (await worker.scheduled({ cron, scheduledTime })).outcome
  }
  const fire = async (cron: string, times = 1) => {
    const runs = Array.from({ length: times }, () => fireAt(cron, next()))
    expect(await Promise.all(runs)).toEqual(runs.map(() => 'ok'))
  }
  return { fire, fireAt }
}

/** Today in a zone, and so many days later. */
export async function dayIn(owner: pg.Pool, zone: string, days = 0): Promise<string> {
  const { rows } = await owner.query(
    'select ((now() at time zone $1)::date + $2::int)::text as day',
    [zone, days],
  )
  return rows[0].day
}

/** A zone where it is this hour of the day now. */
export function zoneAt(hour: number): string {
  const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
}

/** Where it is tomorrow already, and where it is still yesterday. */
export const zones = { ahead: 'Pacific/Kiritimati', behind: 'Pacific/Pago_Pago' }

export const setZone = (owner: pg.Pool, { tenant_id }: { tenant_id: number }, zone: string) =>
  owner.query('update tenants set timezone = $2 where id = $1', [tenant_id, zone])

/** Events of a name, oldest first. */
export async function eventsOf(owner: pg.Pool, name: string) {
  const { rows } = await owner.query(
    `select tenant_id::int, entity_id::int as id, actor from events where name = $1 order by events.id`,
    [name],
  )
  return rows as { tenant_id: number; id: number; actor: string }[]
}
