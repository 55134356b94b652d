import {
  allocate,
  decimal,
  exactCost,
  lineTotalCents,
  percentOf,
  shareOf,
  sumCents,
  vatOutOf,
  written,
} from '../../lib/money.ts'
import { refused } from '../../refusal.ts'
import {
  type Creditable,
  type CreditLine,
  type GroupLeft,
  type Left,
  type LineLeft,
  leftOf,
  milli,
} from './credit-left.ts'
import { creditRest } from './credit-rest.ts'

/** A line as the client asks for it; what a named invoice line says need not be repeated. */
export interface AskedLine {
  description?: string | undefined
  qty?: string | undefined
  unit_price?: string | undefined
  /** Percent. */
  vat_pct?: string | undefined
  invoice_line_id?: number | undefined
}

/** A credit line that has found its place, before its group is settled. */
interface Placed {
  index: number
  of: LineLeft | null
  group: GroupLeft
  credit: CreditLine
  /** After the line's share of the document's discount; includes VAT when the invoice's prices do. */
  charged_cents: number
  /** It is all that was left of its invoice line, so it takes what is left of the cents too. */
  takesRest: boolean
}

/**
 * Prices the lines of a credit note by the invoice they correct, and adds them up. What exhausts a line
 * takes the cents that are left of it, what exhausts a VAT group the VAT that is left; so any split of an
 * invoice into credits adds up to the invoice.
 *
 * @param asked lines, or `full` for everything that was not credited yet
 * @throws Refusal 422 at `lines.N` for more than what is left of a line or of its VAT group
 */
export function creditOf(invoice: Creditable, asked: readonly AskedLine[] | 'full') {
  const left = leftOf(invoice)
  if (asked === 'full') return addedUp(creditRest(left, invoice.prices_include_vat))
  const placed = asked.map((line, index) => place(left, line, index))
  const groups = [...new Set(placed.map(({ group }) => group))]
  const settled = groups.map((group) => {
    const own = placed.filter((line) => line.group === group)
    return { group, ...settle(invoice, group, own) }
  })
  return addedUp({
    lines: placed.map(({ credit }) => credit),
    groups: left.groups.flatMap((group) => settled.filter((found) => found.group === group)),
  })
}

/** The sums of a note by the names of their columns. */
export function addedUp({
  lines,
  groups,
}: {
  lines: CreditLine[]
  groups: { group: GroupLeft; base_cents: number; vat_cents: number }[]
}) {
  const subtotal_cents = sumCents(groups.map(({ base_cents }) => base_cents))
  const vat_cents = sumCents(groups.map((group) => group.vat_cents))
  const total_cents = sumCents([subtotal_cents, vat_cents])
  if (total_cents < 0) {
    throw refused('negative_credit', 'A credit note cannot be below zero.', {
      lines: ['The total of the lines is below zero.'],
    })
  }
  const before_cents = sumCents(lines.map(({ total_excl_cents }) => total_excl_cents))
  return {
    lines: lines.map((line, index) => ({ ...line, position: index + 1 })),
    totals: {
      subtotal_cents,
      vat_cents,
      total_cents,
      vat_breakdown: groups.map(({ group, base_cents, vat_cents }) => ({
        ...group.vat,
        base_cents,
        vat_cents,
      })),
      discount_cents: before_cents - subtotal_cents,
    },
  }
}

const exceeds = (index: number, message: string) =>
  refused('credit_exceeds_invoice', 'More than what is left of the invoice.', {
    [`lines.${index}`]: [message],
  })

/** Finds what a line takes back: the line it names, else the one that reads the same, else its rate. */
function place(left: Left, asked: AskedLine, index: number): Placed {
  const of = findLine(left.lines, asked, index)
  const group = of?.group ?? findGroup(left, asked.vat_pct ?? '21', index)
  const source = of?.line ?? left.lines.find((found) => found.group === group)?.line
  const quantity = asked.qty ?? (asked.invoice_line_id && of ? written(of.quantity, 3) : '1')
  const unit_price = asked.unit_price ?? source?.unit_price ?? '0'
  const credit: CreditLine = {
    position: index + 1,
    description: asked.description ?? source?.description ?? '',
    product_id: of?.line.product_id ?? null,
    quantity,
    unit_price,
    // The price of the invoice was under its discount; any other is the price to give back.
    discount_pct:
      of && Number(unit_price) === Number(of.line.unit_price) ? of.line.discount_pct : '0',
    vat_rate: source?.vat_rate ?? '0',
    tax_rate_id: source?.tax_rate_id ?? null,
    category: group.vat.category,
    invoice_line_id: of?.line.id ?? null,
    total_excl_cents: 0,
    net_cents: 0,
  }
  const cost_cents = lineTotalCents(credit)
  if (!of) return { index, of, group, credit, charged_cents: cost_cents, takesRest: false }
  if (of.quantity < milli(quantity) || milli(quantity) === 0n) {
    throw exceeds(index, `Only ${Number(written(of.quantity, 3))} of this line is left to credit.`)
  }
  of.quantity -= milli(quantity)
  of.cost -= exactCost(credit)
  const charged_cents = shareOf(cost_cents, of.line.net_cents, of.line.total_excl_cents)
  return { index, of, group, credit, charged_cents, takesRest: of.cost === 0n }
}

function findLine(lines: LineLeft[], asked: AskedLine, index: number): LineLeft | null {
  const { invoice_line_id, description, vat_pct } = asked
  if (invoice_line_id !== undefined) {
    const named = lines.find(({ line }) => line.id === invoice_line_id)
    if (!named) {
      throw invalidAt(`lines.${index}.invoice_line_id`, 'The selected invoice line id is invalid.')
    }
    if (vat_pct !== undefined && Number(vat_pct) !== Number(named.line.vat_rate)) {
      throw invalidAt(
        `lines.${index}.vat_pct`,
        `The vat pct field must be that of the invoice line, ${Number(named.line.vat_rate)}.`,
      )
    }
    return named
  }
  const alike = lines.filter(
    ({ line }) =>
      line.description === description && Number(line.vat_rate) === Number(vat_pct ?? '21'),
  )
  const fits = alike.find(({ quantity }) => quantity >= milli(asked.qty ?? '1'))
  return fits ?? alike[0] ?? null
}

function findGroup({ lines, groups }: Left, vat_pct: string, index: number): GroupLeft {
  const shows = (group: GroupLeft) =>
    group.rate === Number(vat_pct) ||
    lines.some((left) => left.group === group && Number(left.line.vat_rate) === Number(vat_pct))
  const group = groups.find((found) => shows(found) && found.base_cents > 0) ?? groups.find(shows)
  if (group) return group
  throw invalidAt(`lines.${index}.vat_pct`, `The invoice has no lines at ${Number(vat_pct)}% VAT.`)
}

const invalidAt = (field: string, message: string) =>
  refused('validation_failed', 'The given data was invalid.', { [field]: [message] })

/** Gives the lines of one VAT group their amounts, and the group its VAT. */
function settle({ prices_include_vat }: Creditable, group: GroupLeft, lines: Placed[]) {
  const open = lines.filter(({ takesRest }) => !takesRest)
  const nets = prices_include_vat
    ? netsOf(open, group)
    : open.map(({ charged_cents }) => charged_cents)
  open.forEach((line, i) => {
    give(line, nets[i] ?? 0, prices_include_vat)
  })
  for (const line of lines) if (line.takesRest) giveRest(line)
  const charged_cents = sumCents(lines.map((line) => line.charged_cents))
  const free = lines.find(({ of }) => of === null)
  const base = () => sumCents(lines.map(({ credit }) => credit.net_cents))
  if (free && prices_include_vat && charged_cents === group.base_cents + group.vat_cents) {
    const cents = group.base_cents - base()
    free.credit.net_cents += cents
    free.credit.total_excl_cents += cents
  }
  const base_cents = base()
  refuseMoreThan(group, lines, base_cents)
  if (base_cents === group.base_cents) return { base_cents, vat_cents: group.vat_cents }
  const vat_cents = prices_include_vat
    ? charged_cents - base_cents
    : percentOf(base_cents, group.rate)
  return { base_cents, vat_cents: within(vat_cents, group.vat_cents) }
}

/** Of amounts that include VAT: the VAT of all together, and the rest spread over them. */
function netsOf(lines: Placed[], { rate }: GroupLeft): number[] {
  const charged = lines.map(({ charged_cents }) => charged_cents)
  const { base_cents } = vatOutOf(sumCents(charged), rate)
  return base_cents === 0 ? charged.map(() => 0) : allocate(base_cents, charged.map(Math.abs))
}

function give({ index, of, credit }: Placed, net_cents: number, prices_include_vat: boolean) {
  if (!of) {
    credit.net_cents = net_cents
    credit.total_excl_cents = net_cents
    return
  }
  const { line } = of
  const isDearer = Math.abs(costOf(credit)) > Math.abs(costOf(line))
  if (isDearer && Math.abs(net_cents) > Math.abs(of.net_cents)) {
    throw exceeds(index, `Only ${decimal(of.net_cents)} of this line is left to credit.`)
  }
  // At the price of the invoice only rounding can go beyond what is left.
  credit.net_cents = within(net_cents, of.net_cents)
  const cost_cents = lineTotalCents(credit)
  const before_cents = prices_include_vat
    ? shareOf(line.total_excl_cents, cost_cents, lineTotalCents(line))
    : cost_cents
  credit.total_excl_cents = within(before_cents, of.total_excl_cents)
  of.net_cents -= credit.net_cents
  of.total_excl_cents -= credit.total_excl_cents
}

/** What one piece costs after its discount, for comparing. */
const costOf = ({ unit_price, discount_pct }: Pick<CreditLine, 'unit_price' | 'discount_pct'>) =>
  Number(exactCost({ quantity: '1', unit_price, discount_pct }))

function giveRest({ of, credit }: Placed) {
  if (!of) return
  credit.net_cents = of.net_cents
  credit.total_excl_cents = of.total_excl_cents
  of.net_cents = 0
  of.total_excl_cents = 0
}

/** Between nothing and what is left, which may be below zero. */
const within = (cents: number, left_cents: number) =>
  left_cents < 0
    ? Math.max(Math.min(cents, 0), left_cents)
    : Math.min(Math.max(cents, 0), left_cents)

/** A deduction among the lines may bring the sum back, so the whole group is looked at. */
function refuseMoreThan(group: GroupLeft, lines: Placed[], base_cents: number) {
  if (within(base_cents, group.base_cents) === base_cents) return
  let sum = 0
  const beyond = lines.find(({ credit }) => {
    sum += credit.net_cents
    return within(sum, group.base_cents) !== sum
  })
  const left = decimal(group.base_cents)
  throw exceeds(
    (beyond ?? lines[0])?.index ?? 0,
    `Only ${left} excl. VAT is left to credit at ${group.rate}%.`,
  )
}
