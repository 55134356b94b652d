import { shareOf, sumCents } from './money.ts'

/** Boxes of the Dutch VAT return with a turnover, VAT or both, in the order of the form. */
export const vatBoxes = [
  '1a',
  '1b',
  '1c',
  '1d',
  '1e',
  '2a',
  '3a',
  '3b',
  '3c',
  '4a',
  '4b',
  '5b',
] as const

export type VatBox = (typeof vatBoxes)[number]

/** What stands in a box: cents as posted, whole euros as filed. */
export interface BoxAmounts {
  turnover_cents: number
  vat_cents: number
  turnover_filed: number
  vat_filed: number
}

/** A return: filed amounts are whole euros, rounded in the shop's favour. */
export interface VatReturn {
  boxes: Record<VatBox, BoxAmounts>
  /** 5a: the VAT owed. */
  owed: { vat_cents: number; vat_filed: number }
  /** 5a − 5b: to pay, or, below zero, to get back. */
  total: { vat_cents: number; vat_filed: number }
  /** Goods under the margin scheme. */
  margin: {
    sales_cents: number
    purchases_cents: number
    /** A loss of earlier periods of the year, below zero. */
    carried_cents: number
    /** Sales less purchases and the loss that was carried. */
    margin_cents: number
    /** Margins of goods that are reckoned piece by piece; no loss among them. */
    single_cents: number
    /** In box 1a, of both. */
    vat_cents: number
    /** A loss that goes to the next period of the year, below zero. */
    carry_over_cents: number
  } | null
  /** What rounding leaves in the shop: cents that are not paid, below zero when too much is. */
  rounding_cents: number
}

/** Supplies to one business elsewhere in the EU. */
export interface IcpLine {
  /** With its country; null where none is known, with which no return can be filed. */
  vat_number: string | null
  country: string | null
  goods_cents: number
  services_cents: number
}

/** What the lines of a period add up to in a box; `ms`, `mp` and `mi` are not on the form (see marginOf). */
export interface PostedBox {
  box: string
  turnover_cents: number
  vat_cents: number
}

/** VAT owed and turnover, as a whole euro in the taxpayer's favour. */
const wholeDown = (cents: number) => Math.floor(cents / 100) + 0
const wholeUp = (cents: number) => Math.ceil(cents / 100) + 0
const wholePart = (cents: number) => Math.trunc(cents / 100) + 0

/** Turnover as it is filed: cents are left off. */
export const filedTurnover = wholePart

/**
 * The return of a period. Boxes of VAT that is owed are rounded down, 5b up, turnover towards zero; 5a is the sum
 * of the rounded boxes, so that the total needs no rounding (Belastingdienst, Toelichting btw-aangifte).
 *
 * @param posted sums per box in cents; a box that is absent is empty
 * @param carried_cents loss on margin goods of earlier periods of the year, 0 or below
 * @param ends_year the last period of its year, after which no loss is carried on
 */
export function vatReturnOf(
  posted: readonly PostedBox[],
  { carried_cents, ends_year }: { carried_cents: number; ends_year: boolean },
): VatReturn {
  const sums = new Map(posted.map((box) => [box.box, box]))
  const margin = marginOf(sums, carried_cents, ends_year)
  const boxes = Object.fromEntries(
    vatBoxes.map((box) => {
      const { turnover_cents = 0, vat_cents = 0 } = sums.get(box) ?? {}
      const extra = box === '1a' ? margin : null
      return [
        box,
        amountsOf(
          box,
          sumCents([turnover_cents, extra ? taxedMargin(extra) - extra.vat_cents : 0]),
          sumCents([vat_cents, extra?.vat_cents ?? 0]),
        ),
      ]
    }),
  ) as Record<VatBox, BoxAmounts>
  const due = vatBoxes.filter((box) => box !== '5b').map((box) => boxes[box])
  const owed = {
    vat_cents: sumCents(due.map((box) => box.vat_cents)),
    vat_filed: sumCents(due.map((box) => box.vat_filed)),
  }
  const total = {
    vat_cents: owed.vat_cents - boxes['5b'].vat_cents,
    vat_filed: owed.vat_filed - boxes['5b'].vat_filed,
  }
  const rounding_cents = total.vat_cents - 100 * total.vat_filed
  return { boxes, owed, total, margin, rounding_cents }
}

const amountsOf = (box: VatBox, turnover_cents: number, vat_cents: number): BoxAmounts => ({
  turnover_cents,
  vat_cents,
  turnover_filed: wholePart(turnover_cents),
  vat_filed: box === '5b' ? wholeUp(vat_cents) : wholeDown(vat_cents),
})

const taxedMargin = ({ margin_cents, single_cents }: NonNullable<VatReturn['margin']>) =>
  sumCents([Math.max(margin_cents, 0), single_cents])

/**
 * Second-hand goods (Wet OB 28b-28i): VAT is 21/121 of the margin. By the globalisation method that is all sales of
 * the period (`ms`) less all purchases (`mp`), and a loss goes to the next period of the year; by single goods (`mi`)
 * each piece has its own margin, never below zero. Null when the shop has none.
 */
function marginOf(
  sums: ReadonlyMap<string, PostedBox>,
  carried_cents: number,
  ends_year: boolean,
): VatReturn['margin'] {
  const of = (box: string) => sums.get(box)?.turnover_cents ?? 0
  const [sales_cents, purchases_cents, single_cents] = [of('ms'), of('mp'), of('mi')]
  if (![sales_cents, purchases_cents, single_cents, carried_cents].some(Boolean)) return null
  const margin_cents = sumCents([sales_cents, -purchases_cents, carried_cents])
  return {
    sales_cents,
    purchases_cents,
    carried_cents,
    margin_cents,
    single_cents,
    vat_cents: sumCents([marginVat(Math.max(margin_cents, 0)), marginVat(single_cents)]),
    carry_over_cents: ends_year ? 0 : Math.min(margin_cents, 0),
  }
}

/** VAT in a margin, to the cent. */
export const marginVat = (margin_cents: number) => shareOf(margin_cents, 21, 121)

/** What is known of a shop's periods to tell which loss on margin goods goes on to which. */
export interface MarginPeriod {
  id: number
  year: number
  end_date: string
  /** Sales less purchases under the globalisation method. */
  margin_cents: number
  /** As filed; null while it is open. */
  carry_over_cents: number | null
}

/** Loss that comes into each period from the one before it in the same year; by the period's id. */
export function carriedLosses(periods: readonly MarginPeriod[]): Map<number, number> {
  const carried = new Map<number, number>()
  let year: number | undefined
  let loss_cents = 0
  for (const period of periods.toSorted((a, b) => (a.end_date < b.end_date ? -1 : 1))) {
    if (period.year !== year) loss_cents = 0
    year = period.year
    carried.set(period.id, loss_cents)
    loss_cents = period.carry_over_cents ?? Math.min(sumCents([period.margin_cents, loss_cents]), 0)
  }
  return carried
}

/** Is it the last period of its year? */
export const endsYear = ({ end_date }: { end_date: string }) => end_date.endsWith('-12-31')

/** € 1,000 of VAT, to pay or to get back: above it a mistake is corrected by a return of its own (AWR 10a, Uitv.besl. OB 15). */
const largestInNextReturn_cents = 1000_00

/** How VAT that an earlier period lacked is made known. */
export const correctionRoute = (vat_cents: number) =>
  Math.abs(vat_cents) <= largestInNextReturn_cents ? 'next_return' : 'suppletie'

/** A line of the ICP return must name its buyer; all of them together are box 3b. */
export const icpProblem = (lines: readonly IcpLine[], box3b_cents: number) => {
  if (lines.some((line) => line.vat_number === null)) return 'no_vat_number'
  const sum = sumCents(lines.flatMap((line) => [line.goods_cents, line.services_cents]))
  return sum === box3b_cents ? null : 'differs'
}
