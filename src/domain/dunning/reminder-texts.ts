import { formatDate } from '../../lib/dates.ts'
import { formatMoney } from '../../lib/money.ts'
import type { Locale } from '../sales/documents/texts.ts'
import type { reminderKinds } from './tables.ts'

export type ReminderKind = (typeof reminderKinds)[number]

/** Days to pay after the letter came; of the last one the law fixes it for consumers (BW 6:96 lid 6). */
export const terms_days: Record<ReminderKind, number> = {
  reminder: 7,
  second_reminder: 7,
  final_notice: 14,
}

/** What a reminder tells. */
export interface ToRemind {
  kind: ReminderKind
  locale: Locale
  buyer: string
  shop: string
  iban: string | null
  invoice_number: string
  invoice_date: string
  due_date: string
  open_cents: number
  /** Collection costs that it announces (to a consumer) or claims (of a business). */
  cost_cents: number
  /** The costs hold VAT, because the shop cannot deduct it. */
  cost_has_vat: boolean
  is_business: boolean
  /** The shop's own words, in place of ours; but what the law asks of a last letter stays. */
  message: string | null | undefined
}

/** As it is mailed or printed. */
export interface Letter {
  subject: string
  text: string
}

/** The letter or mail, in the language of the shop. */
export function letterOf(to: ToRemind): Letter {
  const { locale, shop } = to
  const body = to.kind === 'final_notice' ? [to.message, ...finalNotice(to)] : ownWords(to)
  const { greeting, regards, subject } = locale === 'en' ? english(to) : dutch(to)
  const paragraphs = [greeting, ...body, howToPay(to), `${regards},\n${shop}`]
  return { subject, text: paragraphs.filter(Boolean).join('\n\n') }
}

const ownWords = (to: ToRemind) =>
  to.message ? [to.message] : to.kind === 'reminder' ? firstReminder(to) : secondReminder(to)

const dutch = ({ kind, buyer, invoice_number, shop }: ToRemind) => {
  const what = {
    reminder: 'Herinnering',
    second_reminder: 'Tweede herinnering',
    final_notice: 'Aanmaning',
  }
  return {
    greeting: `Beste ${buyer},`,
    regards: 'Met vriendelijke groet',
    subject: `${what[kind]}: factuur ${invoice_number} van ${shop}`,
  }
}

const english = ({ kind, buyer, invoice_number, shop }: ToRemind) => {
  const what = {
    reminder: 'Reminder',
    second_reminder: 'Second reminder',
    final_notice: 'Final notice',
  }
  return {
    greeting: `Dear ${buyer},`,
    regards: 'Kind regards',
    subject: `${what[kind]}: invoice ${invoice_number} from ${shop}`,
  }
}

/** Amounts and days as they are written in the letter. */
const written = ({ locale, open_cents, cost_cents, invoice_date, due_date }: ToRemind) => ({
  open: formatMoney(open_cents, locale),
  cost: formatMoney(cost_cents, locale),
  sum: formatMoney(open_cents + cost_cents, locale),
  dated: formatDate(invoice_date, locale),
  due: formatDate(due_date, locale),
})

function firstReminder(to: ToRemind): string[] {
  const { open, dated, due } = written(to)
  const days = terms_days[to.kind]
  return to.locale === 'en'
    ? [
        `It may have escaped you: invoice ${to.invoice_number} of ${dated} was to be paid by ${due}. ${open} is still open.`,
        `Would you please transfer this amount within ${days} days? If you have paid in the meantime, please disregard this reminder.`,
      ]
    : [
        `Misschien is het u ontgaan: factuur ${to.invoice_number} van ${dated} had uiterlijk op ${due} betaald moeten zijn. Er staat nog ${open} open.`,
        `Wilt u dit bedrag binnen ${days} dagen overmaken? Heeft u intussen betaald, dan kunt u deze herinnering als niet verzonden beschouwen.`,
      ]
}

/** Also the notice of default that must come before the last letter (BW 6:82). */
function secondReminder(to: ToRemind): string[] {
  const { open, dated, due } = written(to)
  const days = terms_days[to.kind]
  return to.locale === 'en'
    ? [
        `Despite our reminder ${open} of invoice ${to.invoice_number} of ${dated} is still open. It was to be paid by ${due}.`,
        `We ask you to pay this amount within ${days} days. If you do not, you are in default. Is something wrong with the invoice? Then please contact us within this term.`,
      ]
    : [
        `Ondanks onze herinnering staat van factuur ${to.invoice_number} van ${dated} nog ${open} open. De factuur had uiterlijk op ${due} betaald moeten zijn.`,
        `Wij verzoeken u dit bedrag binnen ${days} dagen te betalen. Doet u dat niet, dan bent u in verzuim. Klopt er iets niet aan de factuur? Neem dan binnen deze termijn contact met ons op.`,
      ]
}

const finalNotice = (to: ToRemind) => (to.is_business ? businessNotice(to) : fourteenDayLetter(to))

/**
 * BW 6:96 lid 6 and HR 25 November 2016, ECLI:NL:HR:2016:2704: the term runs from the day after delivery,
 * the costs are named, and no day is: one that came too early would make the letter void.
 */
function fourteenDayLetter(to: ToRemind): string[] {
  const { open, cost, dated, due } = written(to)
  const days = terms_days[to.kind]
  return to.locale === 'en'
    ? [
        `Despite our reminders we have not received full payment of invoice ${to.invoice_number} of ${dated}, which was to be paid by ${due}. ${open} is still open.`,
        `We give you one more opportunity to pay without extra costs: pay ${open} within ${days} days from the day after this letter was delivered to you.`,
        `If you do not pay within this term, you will also owe collection costs of ${cost}. They are calculated after the Dutch decree on compensation for extrajudicial collection costs (Besluit vergoeding voor buitengerechtelijke incassokosten, article 6:96 of the Dutch Civil Code).${vatSentence(to)}`,
      ]
    : [
        `Ondanks onze herinneringen hebben wij factuur ${to.invoice_number} van ${dated}, die uiterlijk op ${due} betaald had moeten zijn, niet of niet geheel betaald gekregen. Er staat nog ${open} open.`,
        `Wij geven u nog één keer de gelegenheid om zonder extra kosten te betalen: betaal ${open} binnen ${days} dagen vanaf de dag nadat deze brief bij u is bezorgd.`,
        `Betaalt u niet binnen deze termijn, dan bent u ook incassokosten verschuldigd van ${cost}. Deze zijn berekend volgens het Besluit vergoeding voor buitengerechtelijke incassokosten (artikel 6:96 van het Burgerlijk Wetboek).${vatSentence(to)}`,
      ]
}

/** A business owes the costs from its default on, without a letter (BW 6:96 lid 4). */
function businessNotice(to: ToRemind): string[] {
  const { open, cost, sum, dated, due } = written(to)
  const days = terms_days[to.kind]
  return to.locale === 'en'
    ? [
        `Despite our reminders ${open} of invoice ${to.invoice_number} of ${dated} is still open. It was to be paid by ${due}; you are in default.`,
        `You therefore also owe collection costs of ${cost} (article 6:96 of the Dutch Civil Code and the Besluit vergoeding voor buitengerechtelijke incassokosten).${vatSentence(to)}`,
        `Pay ${sum} in all within ${days} days from the day after you received this notice. After that we hand the claim over for collection without further notice.`,
      ]
    : [
        `Ondanks onze herinneringen staat van factuur ${to.invoice_number} van ${dated} nog ${open} open. De factuur had uiterlijk op ${due} betaald moeten zijn; u bent in verzuim.`,
        `Daarom bent u ook incassokosten verschuldigd van ${cost} (artikel 6:96 van het Burgerlijk Wetboek en het Besluit vergoeding voor buitengerechtelijke incassokosten).${vatSentence(to)}`,
        `Betaal in totaal ${sum} binnen ${days} dagen vanaf de dag nadat u deze aanmaning heeft ontvangen. Daarna geven wij de vordering zonder nader bericht uit handen.`,
      ]
}

/** Besluit BIK art. 2 lid 3: VAT may come on top only when this is said. */
function vatSentence({ cost_has_vat, locale }: ToRemind): string {
  if (!cost_has_vat) return ''
  return locale === 'en'
    ? ' This includes 21% VAT, because we cannot deduct it.'
    : ' Dit is inclusief 21% btw, omdat wij de btw niet kunnen verrekenen.'
}

function howToPay({ locale, iban, shop, invoice_number }: ToRemind): string {
  if (!iban) return ''
  return locale === 'en'
    ? `IBAN ${iban}, account name ${shop}, reference: Invoice ${invoice_number}`
    : `IBAN ${iban}, ten name van ${shop}, onder vermelding van: Factuur ${invoice_number}`
}
