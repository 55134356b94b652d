import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { type CalendarEvent, icalendar } from '../../lib/ical.ts'
import { notFound } from '../../refusal.ts'
import { read } from '../../verb.ts'
import { hashOf } from '../identity/tokens.ts'
import type { halves } from './tables.ts'

type Half = (typeof halves)[number]

interface FeedRow {
  [column: string]: unknown
  name: string
  locale: string
  absences: {
    id: number
    employee: string
    start_date: string
    start_half: Half
    end_date: string
    end_half: Half
    starts_at: string
    ends_at: string
    updated_at: string
  }[]
  holidays: { day: string; name: string }[]
}

/** What a calendar program reads at the address of a feed; 404 where there is none. */
export const readLeaveFeed = read(
  {
    summary: 'Read calendar feed',
    can: 'public',
    params: z.object({ token: z.string() }),
    output: z.string(),
  },
  async (ctx, { params: { token } }) => {
    const { rows } = await ctx.db.execute<FeedRow>(
      sql`select * from app.read_leave_feed(${hashOf(token)})`,
    )
    const [feed] = rows
    if (!feed) throw notFound()
    return icalendar(feed.name, eventsOf(feed))
  },
)

const eventsOf = ({ absences, holidays, locale }: FeedRow): CalendarEvent[] => [
  ...absences.map((absence) => ({
    uid: `leave-${absence.id}@repair-angel`,
    changed_at: new Date(absence.updated_at),
    ...spanOf(absence),
    summary: `${absence.employee} – ${locale === 'en' ? 'leave' : 'verlof'}`,
  })),
  ...holidays.map(({ day, name }) => ({
    uid: `holiday-${day}@repair-angel`,
    // A holiday does not change; the text is to be the same as long as nothing does.
    changed_at: new Date('2026-01-01T00:00:00Z'),
    days: { first: day, last: day },
    summary: name,
    is_free: true,
  })),
]

/** With half a day in it: times, as a day of nine to five has them. */
const spanOf = (absence: FeedRow['absences'][number]) =>
  absence.start_half === 'morning' && absence.end_half === 'afternoon'
    ? { days: { first: absence.start_date, last: absence.end_date } }
    : {
        times: {
          starts_at: new Date(absence.starts_at),
          ends_at: new Date(absence.ends_at),
        },
      }
