import { dayIn, formatDate } from '../../lib/dates.ts'
import { formatMoney } from '../../lib/money.ts'
import { fillPlaceholders, placeholdersIn } from '../messages/placeholders.ts'
import type { Clock } from './operators.ts'
import type { Trigger } from './triggers.ts'

/** What every text can say, whatever the rule is about. */
const ofTheShop = ['shop_name', 'shop_phone', 'shop_email', 'today'] as const

/** The shop, as its texts name it. */
export interface Speaker extends Clock {
  name: string
  phone: string | null
  email: string | null
  locale: 'nl' | 'en'
}

/** The placeholders of a text that a rule with this trigger cannot fill. */
export const unknownPlaceholders = (text: string, trigger: Trigger) =>
  placeholdersIn(text).filter(
    (name) =>
      !Object.hasOwn(trigger.fields, name) && !(ofTheShop as readonly string[]).includes(name),
  )

/** A text with its placeholders filled; what a record does not know is left out. */
export const filled = (
  text: string,
  trigger: Trigger,
  values: Readonly<Record<string, unknown>>,
  shop: Speaker,
) =>
  fillPlaceholders(text, (name) => {
    const own: Record<(typeof ofTheShop)[number], string | null> = {
      shop_name: shop.name,
      shop_phone: shop.phone,
      shop_email: shop.email,
      today: formatDate(shop.today, shop.locale),
    }
    return Object.hasOwn(trigger.fields, name)
      ? written(name, trigger, values, shop)
      : (own[name as keyof typeof own] ?? '')
  })

/** A value as people write it. */
function written(
  name: string,
  trigger: Trigger,
  values: Readonly<Record<string, unknown>>,
  { zone, locale }: Speaker,
): string {
  const field = trigger.fields[name]
  const value = values[field?.shown ?? name] ?? null
  if (field === undefined || value === null) return ''
  if (field.money) return formatMoney(Math.round(Number(value) * 100), locale)
  switch (field.type) {
    case 'boolean':
      return { nl: ['nee', 'ja'], en: ['no', 'yes'] }[locale][Number(value)] as string
    case 'date':
      return formatDate(String(value), locale)
    case 'timestamp': {
      const at = new Date(String(value))
      return `${formatDate(dayIn(zone, at), locale)} ${timeIn(zone, at)}`
    }
    case 'list':
      return (value as string[]).join(', ')
    default:
      return String(value)
  }
}

const timeIn = (zone: string, at: Date) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(
    at,
  )
