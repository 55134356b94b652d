import type { Problem } from './api.ts'
import type { Period, Report } from './figures.ts'

export type Locale = 'nl' | 'en'

const nl = {
  title: 'Cijfers',
  login: {
    heading: 'Inloggen',
    intro: 'Bekijk de cijfers van uw zaak.',
    email: 'E-mailadres',
    password: 'Wachtwoord',
    submit: 'Inloggen',
    busy: 'Bezig met inloggen…',
    ended: 'Uw sessie is verlopen. Log opnieuw in.',
  },
  logout: 'Uitloggen',
  period: 'Periode',
  periods: { '7d': '7 dagen', '30d': '30 dagen', '90d': '90 dagen', jaar: 'Jaar' } as Record<
    Period,
    string
  >,
  branch: 'Vestiging',
  allBranches: 'Alle vestigingen',
  loading: 'Cijfers worden geladen…',
  readAt: (time: string) => `Bijgewerkt om ${time}`,
  refresh: 'Vernieuwen',
  retry: 'Opnieuw proberen',
  empty: {
    heading: 'Nog geen cijfers',
    text: 'In deze periode is er niets gefactureerd of aangenomen. Kies een langere periode, of kijk terug na uw eerste reparatie.',
  },
  nothing: 'Geen gegevens in deze periode.',
  tiles: {
    revenue: 'Omzet excl. btw',
    growth: 't.o.v. de periode ervoor',
    noGrowth: 'geen omzet in de periode ervoor',
    outstanding: 'Openstaand',
    outstandingNote: 'incl. btw ·',
    overdue: (amount: string) => `${amount} te laat`,
    onTime: 'niets te laat',
    payment: 'Betaaltermijn',
    paymentNote: 'gemiddeld, factuur tot betaling',
    completion: 'Afgerond',
    completionNote: 'van de aangenomen reparaties',
    duration: 'Doorlooptijd',
    durationNote: 'gemiddeld, aanname tot afronding',
    customers: 'Nieuwe klanten',
    customersNote: (returning: string, value: string) =>
      `${returning} terugkerend · ${value} per klant`,
  },
  revenue: {
    daily: 'Omzet per dag',
    weekly: 'Omzet per week',
    day: 'Datum',
    amount: 'Bedrag',
    summary: (total: string, span: string) => `In totaal ${total}, ${span}.`,
  },
  aging: {
    heading: 'Openstaand naar leeftijd',
    bucket: 'Te laat',
    buckets: { current: 'Op tijd' } as Record<string, string>,
    days: (bucket: string) => `${bucket} dagen`,
    now: 'nu, incl. btw',
    nothing: 'Er staat niets open.',
  },
  statuses: { heading: 'Reparaties naar status', status: 'Status', count: 'Aantal' },
  engineers: {
    heading: 'Monteurs',
    name: 'Naam',
    completed: 'Klaar',
    hours: 'Gem. uren',
    revenue: 'Omzet',
  },
  parts: {
    heading: 'Meest gebruikte onderdelen',
    name: 'Onderdeel',
    used: 'Gebruikt',
    inventory: 'Voorraadwaarde nu, tegen inkoopprijs',
  },
  asTable: 'Toon als tabel',
  all: (count: number) => `Toon alle ${count}`,
  fewer: 'Toon minder',
  downloads: 'Downloaden als CSV',
  reports: {
    revenue: 'Omzet',
    'work-orders': 'Reparaties',
    engineers: 'Monteurs',
    customers: 'Klanten',
    parts: 'Onderdelen',
    invoices: 'Facturen',
  } as Record<Report, string>,
  problems: {
    heading: 'De cijfers kunnen niet worden getoond',
    forbidden: 'Uw account mag deze cijfers niet zien. Vraag de beheerder van uw zaak om toegang.',
    module_inactive:
      'De module Business Intelligence zit niet in de licentie van uw zaak. De beheerder kan haar laten toevoegen.',
    offline: 'Er is geen verbinding. Controleer uw internet en probeer het opnieuw.',
    server: 'Er ging bij ons iets mis. Probeer het over een minuut opnieuw.',
  },
}

export type Words = typeof nl

const en: Words = {
  title: 'Figures',
  login: {
    heading: 'Log in',
    intro: 'See how your shop is doing.',
    email: 'E-mail address',
    password: 'Password',
    submit: 'Log in',
    busy: 'Logging in…',
    ended: 'Your session has ended. Please log in again.',
  },
  logout: 'Log out',
  period: 'Period',
  periods: { '7d': '7 days', '30d': '30 days', '90d': '90 days', jaar: 'Year' },
  branch: 'Branch',
  allBranches: 'All branches',
  loading: 'Loading the figures…',
  readAt: (time) => `Updated at ${time}`,
  refresh: 'Refresh',
  retry: 'Try again',
  empty: {
    heading: 'No figures yet',
    text: 'Nothing was invoiced or taken in during this period. Choose a longer one, or come back after your first repair.',
  },
  nothing: 'No data in this period.',
  tiles: {
    revenue: 'Revenue excl. VAT',
    growth: 'on the period before',
    noGrowth: 'no revenue in the period before',
    outstanding: 'Outstanding',
    outstandingNote: 'incl. VAT ·',
    overdue: (amount) => `${amount} overdue`,
    onTime: 'nothing overdue',
    payment: 'Time to payment',
    paymentNote: 'average, invoice to payment',
    completion: 'Completed',
    completionNote: 'of the repairs taken in',
    duration: 'Turnaround',
    durationNote: 'average, intake to completion',
    customers: 'New customers',
    customersNote: (returning, value) => `${returning} returning · ${value} per customer`,
  },
  revenue: {
    daily: 'Revenue per day',
    weekly: 'Revenue per week',
    day: 'Date',
    amount: 'Amount',
    summary: (total, span) => `${total} in total, ${span}.`,
  },
  aging: {
    heading: 'Outstanding by age',
    bucket: 'Overdue',
    buckets: { current: 'On time' },
    days: (bucket) => `${bucket} days`,
    now: 'now, incl. VAT',
    nothing: 'Nothing is outstanding.',
  },
  statuses: { heading: 'Repairs by status', status: 'Status', count: 'Number' },
  engineers: {
    heading: 'Engineers',
    name: 'Name',
    completed: 'Done',
    hours: 'Avg. hours',
    revenue: 'Revenue',
  },
  parts: {
    heading: 'Most used parts',
    name: 'Part',
    used: 'Used',
    inventory: 'Stock value now, at purchase price',
  },
  asTable: 'Show as a table',
  all: (count) => `Show all ${count}`,
  fewer: 'Show fewer',
  downloads: 'Download as CSV',
  reports: {
    revenue: 'Revenue',
    'work-orders': 'Repairs',
    engineers: 'Engineers',
    customers: 'Customers',
    parts: 'Parts',
    invoices: 'Invoices',
  },
  problems: {
    heading: 'The figures cannot be shown',
    forbidden: 'Your account may not see these figures. Ask the administrator of your shop.',
    module_inactive:
      'The module Business Intelligence is not part of your shop’s licence. Its administrator can have it added.',
    offline: 'There is no connection. Check your internet and try again.',
    server: 'Something went wrong on our side. Try again in a minute.',
  },
}

/** What the page says, per language. */
export const words: Record<Locale, Words> = { nl, en }

/** A problem as its reader can act on it; what has no sentence here is told in the API's own. */
export function sentenceOf({ code, status, message }: Problem, { problems }: Words): string {
  if (code === 'forbidden' || code === 'module_inactive' || code === 'offline') {
    return problems[code]
  }
  return status >= 500 ? problems.server : message
}
