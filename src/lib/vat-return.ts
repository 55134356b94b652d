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
    /** A loss of earlier periods of the year. */
    carried_cents: number
    margin_cents: number
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
