import { addDays } from './dates.ts'

/** An event of a calendar: whole days, or from one moment to another. */
export interface CalendarEvent {
  /** The same for ever: by it a calendar program knows the event again. */
  uid: string
  /** When it last changed. */
  changed_at: Date
  /** Days as `YYYY-MM-DD`, both of them in it. */
  days?: { first: string; last: string }
  /** Instead of days. */
  times?: { starts_at: Date; ends_at: Date }
  summary: string
  /** Does nobody mean to be busy by it? */
  is_free?: boolean
}

/** A calendar in the iCalendar format (RFC 5545); for the same events always the same text. */
export function icalendar(name: string, events: CalendarEvent[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Repair Angel//Leave//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...events.flatMap(eventLines),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

const eventLines = (event: CalendarEvent): string[] => [
  'BEGIN:VEVENT',
  `UID:${event.uid}`,
  `DTSTAMP:${utc(event.changed_at)}`,
  ...spanLines(event),
  `SUMMARY:${escaped(event.summary)}`,
  ...(event.is_free ? ['TRANSP:TRANSPARENT'] : []),
  'END:VEVENT',
]

function spanLines({ days, times }: CalendarEvent): string[] {
  if (times) return [`DTSTART:${utc(times.starts_at)}`, `DTEND:${utc(times.ends_at)}`]
  if (!days) throw new Error('An event has days or times')
  // The end is the first day that is not in it.
  return [
    `DTSTART;VALUE=DATE:${compact(days.first)}`,
    `DTEND;VALUE=DATE:${compact(addDays(days.last, 1))}`,
  ]
}

const compact = (date: string) => date.replaceAll('-', '')

const utc = (moment: Date) => `${moment.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

const escaped = (text: string) => text.replace(/[\\;,]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n')

const encoder = new TextEncoder()

/** In pieces of at most 75 octets, none of which cuts a character; all but the first begin with a space. */
function folded(line: string): string {
  const pieces: string[] = []
  let piece = ''
  let octets = 0
  for (const character of line) {
    const length = encoder.encode(character).length
    if (octets + length > 75) {
      pieces.push(piece)
      piece = ''
      octets = 1
    }
    piece += character
    octets += length
  }
  return [...pieces, piece].join('\r\n ')
}
