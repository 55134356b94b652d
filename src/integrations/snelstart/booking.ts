import { decimal } from '../../lib/money.ts'
import { type SalesDocument, type SalesVat, vatWords } from '../bookkeeper.ts'
import { ProviderError } from '../exchange.ts'

/** A ledger account of an administration. */
export interface Ledger {
  id: string
  number: number
  purpose: string
}

/** A rate of VAT, and what SnelStart calls it while it holds. */
export interface VatRate {
  kind: 'Geen' | 'Laag' | 'Hoog' | 'Overig'
  /** Percent. */
  rate: number
  from: string | null
  until: string | null
}

/** How SnelStart books what is charged at a rate. */
interface Booking {
  /** Purposes of the ledger account (`grootboekfunctie`), the best first. */
  purposes: string[]
  kind: VatRate['kind']
  vat: string | null
}

const untaxed = (...purposes: string[]): Booking => ({ purposes, kind: 'Geen', vat: null })

const bookings: Record<Exclude<SalesVat['category'], 'S' | 'M'>, Booking> = {
  AE: { ...untaxed('VerkopenOmzetOnbelastVerlegd'), vat: 'VerkopenVerlegd' },
  K: untaxed('VerkopenExportBinnenEU', 'DienstverleningBinnenEU'),
  G: untaxed('VerkopenExportBuitenEU'),
  E: untaxed('VerkopenBtwVrij'),
  Z: untaxed('VerkopenBtwVrij'),
  O: untaxed('VerkopenBtwVrij'),
}

/** @throws ProviderError when SnelStart has no such VAT */
function bookingOf(group: SalesVat, date: string, rates: readonly VatRate[]): Booking {
  if (group.category === 'M') {
    const message = 'SnelStart has no VAT for the margin scheme: book this document there by hand.'
    throw new ProviderError('refused', message)
  }
  if (group.category !== 'S') return bookings[group.category]
  const holds = ({ from, until }: VatRate) =>
    (from === null || from <= date) && (until === null || date <= until)
  const kind = rates.find((rate) => rate.rate === group.vat_rate && holds(rate))?.kind
  if (!kind || kind === 'Geen') {
    throw new ProviderError('refused', `SnelStart has no rate for ${vatWords(group)} on ${date}.`)
  }
  return { purposes: [`VerkopenOmzet${kind}`], kind, vat: `Verkopen${kind}` }
}

function ledgerFor(group: SalesVat, { purposes }: Booking, ledgers: readonly Ledger[]): Ledger {
  for (const purpose of purposes) {
    const [first] = ledgers
      .filter((ledger) => ledger.purpose === purpose)
      .toSorted((a, b) => a.number - b.number)
    if (first) return first
  }
  const [purpose] = purposes
  const words = `SnelStart has no ledger account for ${vatWords(group)} (${purpose}).`
  throw new ProviderError('refused', words)
}

/** The document as a sales booking: what is charged at a rate is one line. */
export function bookingFields(
  document: SalesDocument,
  { rates, ledgers }: { rates: readonly VatRate[]; ledgers: readonly Ledger[] },
) {
  const groups = document.vat.map((group) => {
    const booking = bookingOf(group, document.date, rates)
    return { group, booking, ledger: ledgerFor(group, booking, ledgers) }
  })
  return {
    factuurnummer: document.number,
    factuurdatum: `${document.date}T00:00:00`,
    omschrijving: document.number,
    factuurbedrag: euros(document.total_cents),
    ...(document.due_date && { betalingstermijn: daysBetween(document.date, document.due_date) }),
    boekingsregels: groups.map(({ group, booking, ledger }) => ({
      omschrijving: vatWords(group),
      grootboek: { id: ledger.id },
      bedrag: euros(group.base_cents),
      btwSoort: booking.kind,
    })),
    btw: groups.flatMap(({ group, booking }) =>
      booking.vat ? [{ btwSoort: booking.vat, btwBedrag: euros(group.vat_cents) }] : [],
    ),
  }
}

const euros = (cents: number) => Number(decimal(cents))

const day_ms = 24 * 3600_000

/** As SnelStart takes it: none to 999. */
const daysBetween = (from: string, to: string) =>
  Math.min(Math.max((Date.parse(to) - Date.parse(from)) / day_ms, 0), 999)
