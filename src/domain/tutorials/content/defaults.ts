import type { languages, Wording } from '../tables.ts'
import type { audiences } from '../tutorials.ts'
import { counter as counterInEnglish } from './en/counter.ts'
import { house as houseInEnglish } from './en/house.ts'
import { money as moneyInEnglish } from './en/money.ts'
import { stock as stockInEnglish } from './en/stock.ts'
import { counter as counterInDutch } from './nl/counter.ts'
import { house as houseInDutch } from './nl/house.ts'
import { money as moneyInDutch } from './nl/money.ts'
import { stock as stockInDutch } from './nl/stock.ts'
import type { Text } from './text.ts'

/** In the order of the list. */
const plan = {
  getting_started: 'all',
  creating_a_work_order: 'technician',
  intake_at_the_counter: 'frontdesk',
  quotations_and_approval: 'frontdesk',
  parts_and_stock: 'technician',
  purchasing_and_receiving: 'manager',
  invoicing_and_payments: 'frontdesk',
  reminders: 'accountant',
  bank_and_bookkeeping: 'accountant',
  vat_return: 'accountant',
  messages_and_telephone: 'frontdesk',
  staff_and_leave: 'manager',
  settings_and_automation: 'admin',
  business_intelligence: 'manager',
} as const satisfies Record<string, (typeof audiences)[number]>

type Key = keyof typeof plan

const texts: Record<(typeof languages)[number], Record<Key, Text>> = {
  nl: {
    ...counterInDutch,
    ...stockInDutch,
    ...moneyInDutch,
    ...houseInDutch,
  },
  en: {
    ...counterInEnglish,
    ...stockInEnglish,
    ...moneyInEnglish,
    ...houseInEnglish,
  },
}

/** The body as it is read: a line break of the source is a space. */
const flowing = (text: string) => text.replace(/\s+/g, ' ').trim()

function stepsOf(key: Key): { title: Wording; body: Wording }[] {
  const dutch = texts.nl[key].steps
  return texts.en[key].steps.map(([title, body], place) => {
    const inDutch = dutch[place]
    if (!inDutch) throw new Error(`${key} lacks a step in Dutch`)
    return {
      title: { nl: inDutch[0], en: title },
      body: { nl: flowing(inDutch[1]), en: flowing(body) },
    }
  })
}

/** The tutorials of the product, as `POST /tutorials/seed` brings them. */
export const defaultTutorials = (Object.keys(plan) as Key[]).map((key, place) => ({
  key,
  role: plan[key],
  position: place + 1,
  title: { nl: texts.nl[key].title, en: texts.en[key].title },
  steps: stepsOf(key),
}))
