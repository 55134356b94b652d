import { formatDate } from '../../lib/dates.ts'
import { formatMoney } from '../../lib/money.ts'
import type { Happening } from '../engine/reaction.ts'
import type { Locale } from '../sales/documents/texts.ts'
import type { Key } from './catalog.ts'
import { after, type Subject } from './subjects.ts'

/** What a notification says. */
export interface Words {
  title: string
  body: string
}

/** A subject, written out in a language. */
interface Shown {
  name: string
  /** Customer and device, or whatever else there is to tell it by. */
  about: string
  customer: string
  detail: string
  amount: string
  day: string
  /** The days of a leave. */
  days: string
  note: string
  /** What a customer claims warranty for. */
  defect: string
  /** What came in. */
  parts: string
  /** Which deadline of the agreement. */
  deadline: string
}

type Sentences = Record<Exclude<Key, 'automation'>, (shown: Shown) => [title: string, body: string]>

const en: Sentences = {
  wo_status_changed: ({ name, detail }) => [
    `${name} status changed`,
    `Work order moved to ${detail}`,
  ],
  wo_assigned: ({ name, about }) => [`${name} assigned to you`, about],
  wo_created: ({ name, about }) => [`${name} created`, about],
  wo_completed: ({ name, about }) => [`${name} completed`, about],
  wo_note_added: ({ name, note }) => [`Note on ${name}`, note],
  wo_parts_arrived: ({ name, about, parts }) => [`Parts for ${name} are in`, listed(parts, about)],
  warranty_claimed: ({ name, customer, defect }) => [
    `Warranty claimed on ${name}`,
    listed(customer, defect),
  ],
  label_failed: ({ name, customer, detail }) => [
    `No shipping label from ${name}`,
    listed(customer, detail),
  ],
  invoice_overdue: ({ name, customer, amount, day }) => [
    `Invoice ${name} is overdue`,
    `${customer}: ${amount} open, due ${day}`,
  ],
  invoice_paid: ({ name, customer, amount }) => [`Invoice ${name} paid`, `${customer}: ${amount}`],
  payment_failed: ({ name, customer, amount, detail }) => [
    `Payment of invoice ${name} failed`,
    listed(`${customer}: ${amount}`, detail),
  ],
  task_assigned: ({ name, detail, day }) => [
    'Task assigned to you',
    listed(name, detail, day && `due ${day}`),
  ],
  task_completed: ({ name, detail }) => ['Task completed', listed(name, detail)],
  task_due: ({ name, detail, day }) => ['Task due', listed(name, detail, day && `due ${day}`)],
  task_reminder: ({ name, detail, day }) => [
    'Reminder of a task',
    listed(name, detail, day && `due ${day}`),
  ],
  leave_requested: ({ name, days }) => [`Leave of ${name}`, days],
  leave_approved: ({ days }) => ['Your leave is approved', days],
  leave_rejected: ({ days, detail }) => ['Your leave is rejected', listed(days, detail)],
  sla_warning: ({ name, about, deadline }) => [`${name}: ${deadline} deadline is near`, about],
  sla_breached: ({ name, about, deadline }) => [`${name}: ${deadline} deadline missed`, about],
  email_received: ({ name, customer }) => [`E-mail from ${customer}`, name],
  quotation_accepted: ({ name, customer, amount }) => [
    `Quotation ${name} accepted`,
    `${customer}: ${amount}`,
  ],
  quotation_rejected: ({ name, customer, detail }) => [
    `Quotation ${name} rejected`,
    listed(customer, detail),
  ],
  quotation_expired: ({ name, customer, day }) => [
    `Quotation ${name} expired`,
    `${customer}: valid until ${day}`,
  ],
  sms_received: ({ name, customer, detail }) => [
    `Text message from ${customer || name}`,
    detail.slice(0, longestNote),
  ],
  agreement_signed: ({ name, customer }) => ['Price agreement signed', `${customer}: ${name}`],
  call_missed: ({ name, detail }) => [name ? `Missed call from ${name}` : 'Missed call', detail],
  agreement_expired: ({ name, customer }) => ['Price agreement expired', `${customer}: ${name}`],
  low_stock: ({ name, detail }) => [`${name} is running out`, `${detail} in stock`],
  license_expiring: ({ day }) => ['Your licence expires soon', `Valid until ${day}`],
  license_expired: ({ day }) => [
    'Your licence has expired',
    `Valid until ${day}. Reading and exporting stay possible.`,
  ],
  webhook_disabled: ({ name, detail }) => ['Webhook disabled', listed(name, detail)],
  bookkeeping_failed: ({ name, detail }) => [`${name} is not in the bookkeeping`, detail],
}

const nl: Sentences = {
  wo_status_changed: ({ name, detail }) => [
    `Status van ${name} gewijzigd`,
    `De werkorder staat nu op ${detail}`,
  ],
  wo_assigned: ({ name, about }) => [`${name} is aan u toegewezen`, about],
  wo_created: ({ name, about }) => [`${name} aangemaakt`, about],
  wo_completed: ({ name, about }) => [`${name} is klaar`, about],
  wo_note_added: ({ name, note }) => [`Notitie bij ${name}`, note],
  wo_parts_arrived: ({ name, about, parts }) => [
    `Onderdelen voor ${name} zijn binnen`,
    listed(parts, about),
  ],
  warranty_claimed: ({ name, customer, defect }) => [
    `Garantieclaim op ${name}`,
    listed(customer, defect),
  ],
  label_failed: ({ name, customer, detail }) => [
    `Geen verzendlabel van ${name}`,
    listed(customer, detail),
  ],
  invoice_overdue: ({ name, customer, amount, day }) => [
    `Factuur ${name} is te laat`,
    `${customer}: ${amount} open, te betalen voor ${day}`,
  ],
  invoice_paid: ({ name, customer, amount }) => [
    `Factuur ${name} is betaald`,
    `${customer}: ${amount}`,
  ],
  payment_failed: ({ name, customer, amount, detail }) => [
    `Betaling van factuur ${name} is mislukt`,
    listed(`${customer}: ${amount}`, detail),
  ],
  task_assigned: ({ name, detail, day }) => [
    'Een taak is aan u toegewezen',
    listed(name, detail, day && `voor ${day}`),
  ],
  task_completed: ({ name, detail }) => ['Taak afgerond', listed(name, detail)],
  task_due: ({ name, detail, day }) => [
    'Een taak moet af',
    listed(name, detail, day && `voor ${day}`),
  ],
  task_reminder: ({ name, detail, day }) => [
    'Herinnering aan een taak',
    listed(name, detail, day && `voor ${day}`),
  ],
  leave_requested: ({ name, days }) => [`Verlof van ${name}`, days],
  leave_approved: ({ days }) => ['Uw verlof is goedgekeurd', days],
  leave_rejected: ({ days, detail }) => ['Uw verlof is afgewezen', listed(days, detail)],
  sla_warning: ({ name, about, deadline }) => [`${name}: ${deadline} nadert`, about],
  sla_breached: ({ name, about, deadline }) => [`${name}: ${deadline} overschreden`, about],
  email_received: ({ name, customer }) => [`E-mail van ${customer}`, name],
  quotation_accepted: ({ name, customer, amount }) => [
    `Offerte ${name} is geaccepteerd`,
    `${customer}: ${amount}`,
  ],
  quotation_rejected: ({ name, customer, detail }) => [
    `Offerte ${name} is afgewezen`,
    listed(customer, detail),
  ],
  quotation_expired: ({ name, customer, day }) => [
    `Offerte ${name} is verlopen`,
    `${customer}: geldig tot en met ${day}`,
  ],
  sms_received: ({ name, customer, detail }) => [
    `Sms van ${customer || name}`,
    detail.slice(0, longestNote),
  ],
  agreement_signed: ({ name, customer }) => ['Prijsafspraak ondertekend', `${customer}: ${name}`],
  call_missed: ({ name, detail }) => [
    name ? `Gemiste oproep van ${name}` : 'Gemiste oproep',
    detail,
  ],
  agreement_expired: ({ name, customer }) => ['Prijsafspraak verlopen', `${customer}: ${name}`],
  low_stock: ({ name, detail }) => [`${name} raakt op`, `Nog ${detail} op voorraad`],
  license_expiring: ({ day }) => ['Uw licentie verloopt binnenkort', `Geldig tot en met ${day}`],
  license_expired: ({ day }) => [
    'Uw licentie is verlopen',
    `Geldig tot en met ${day}. Lezen en exporteren blijft mogelijk.`,
  ],
  webhook_disabled: ({ name, detail }) => ['Webhook uitgeschakeld', listed(name, detail)],
  bookkeeping_failed: ({ name, detail }) => [`${name} staat niet in de boekhouding`, detail],
}

const sentences: Record<Locale, Sentences> = { nl, en }

const deadlines: Record<Locale, Record<string, string>> = {
  nl: { response: 'reactietermijn', resolution: 'oplostermijn' },
  en: { response: 'response', resolution: 'resolution' },
}

const listed = (...parts: string[]) => parts.filter(Boolean).join(', ')

/** A note is told by its beginning. */
const longestNote = 300

/** What is said of an event, in a language. */
export function wordsOf(key: Key, subject: Subject, event: Happening, locale: Locale): Words {
  const { name, customer, detail, amount_cents, day, until } = subject
  const word = (field: string) => {
    const value = after(event, field)
    return typeof value === 'string' ? value : ''
  }
  const money = (cents: number | null) => (cents === null ? '' : formatMoney(cents, locale))
  const date = (date: string | null) => (date === null ? '' : formatDate(date, locale))
  const shown: Shown = {
    name: name ?? '',
    about: listed(customer ?? '', detail ?? ''),
    customer: customer ?? '',
    detail: detail ?? '',
    amount: money(amount_cents),
    day: date(day),
    days: [...new Set([date(day), date(until)])].join(' – '),
    note: word('note').slice(0, longestNote),
    defect: word('description').slice(0, longestNote),
    parts: word('parts'),
    deadline: deadlines[locale][word('kind')] ?? 'SLA',
  }
  const [title, body] = sentences[locale][key as Exclude<Key, 'automation'>](shown)
  return { title, body }
}
