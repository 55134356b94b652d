import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import {
  endsYear,
  filedTurnover,
  type IcpLine,
  icpProblem,
  type VatBox,
  type VatReturn,
  vatBoxes,
} from '../../lib/vat-return.ts'
import { Id, money } from '../../schema.ts'
import { read } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'
import { icpLines } from './btw-icp.ts'
import { Correction, correctionsOf, LateEntry, lateEntries } from './btw-late.ts'
import { BtwPeriod, listed, lossesCarried, onePeriod, returnOf } from './btw-periods.ts'
import { btwPeriods } from './tables.ts'

const euros = (example: number) => z.int().meta({ examples: [example] })

const vat = { vat: money().meta({ examples: [2592.59] }), vat_filed: euros(2592) }

const Box = z.object({
  turnover: money().meta({ examples: [12345.67] }),
  ...vat,
  turnover_filed: euros(12345),
})

const VatOnly = z.object(vat)

type Line = Exclude<VatBox, '5b'>

const Boxes = z.object({
  ...(Object.fromEntries(vatBoxes.filter((box) => box !== '5b').map((box) => [box, Box])) as Record<
    Line,
    typeof Box
  >),
  '5a': VatOnly.describe('VAT owed: the sum of the rounded boxes'),
  '5b': VatOnly.describe('VAT to deduct'),
  total: VatOnly.describe('5a less 5b'),
})

const Margin = z.object({
  sales: money(),
  purchases: money(),
  carried: money().describe('A loss of earlier periods of the year, below zero'),
  margin: money().describe('Of all goods of the period together'),
  single_margins: money().describe('Of goods that are reckoned piece by piece'),
  vat: money().describe('21/121 of the margins; stands in box 1a'),
  carry_over: money().describe('A loss that goes to the next period of the year, below zero'),
})

const Warning = z.object({
  code: z.string().meta({ examples: ['earlier_period_open'] }),
  message: z.string(),
})

const BtwReturn = BtwPeriod.extend({
  boxes: Boxes.describe('In cents, and in whole euros as filed'),
  icp: z
    .array(
      z.object({
        vat_number: z
          .string()
          .nullable()
          .meta({ examples: ['DE123456789'] }),
        country: z
          .string()
          .nullable()
          .meta({ examples: ['DE'] }),
        goods: money(),
        services: money(),
        goods_filed: euros(89),
        services_filed: euros(0),
      }),
    )
    .describe('Supplies to businesses elsewhere in the EU; together they are box 3b'),
  net_payable: money().describe('Whole euros; below zero comes back'),
  rounding_difference: money().describe('Cents that rounding leaves in the shop'),
  margin: Margin.nullable(),
  late: z.array(LateEntry).describe('Of earlier periods that were closed already'),
  corrections: z.array(Correction),
  warnings: z.array(Warning),
})

/** A period with all that its return says, in one round trip. */
export async function wholeReturn(ctx: Selecting, id: number) {
  const [period, carried, icp, late, [around]] = await Promise.all([
    onePeriod(ctx, id),
    lossesCarried(ctx),
    icpLines(ctx, id),
    lateEntries(ctx, id),
    ctx.db
      .select({
        shop: tenants,
        earlier: sql<string | null>`(select min(e.start_date)::text from btw_periods e
          where e.status = 'open' and e.start_date < ${btwPeriods.start_date})`,
      })
      .from(btwPeriods)
      .innerJoin(tenants, sql`${tenants.id} = ${btwPeriods.tenant_id}`)
      .where(sql`${btwPeriods.id} = ${id}`),
  ])
  return {
    period: listed(period, carried),
    vat_return: returnOf(period, carried),
    icp: period.icp ?? icp,
    late,
    shop: around?.shop,
    earlier: around?.earlier ?? null,
  }
}

export type WholeReturn = Awaited<ReturnType<typeof wholeReturn>>

export const getBtwPeriod = read(
  {
    summary: 'Get BTW period',
    description:
      'The return: as it was filed, or, while the period is open, as it stands now. Turnover and VAT that is owed are ' +
      'rounded down to whole euros, VAT to deduct up.',
    can: 'btw:read',
    module: 'accounting',
    params: Id,
    output: BtwReturn,
    on: btwPeriods,
  },
  async (ctx, { params }) => {
    const whole = await wholeReturn(ctx, params.id)
    const { period, vat_return, icp, late } = whole
    return {
      ...period,
      boxes: shownBoxes(vat_return),
      icp: icp.map(shownIcp),
      net_payable: period.total_vat,
      rounding_difference: vat_return.rounding_cents,
      margin: shownMargin(vat_return),
      late,
      corrections: correctionsOf(late),
      warnings: warningsOf(whole),
    }
  },
)

export function shownBoxes({ boxes, owed, total }: VatReturn): z.input<typeof Boxes> {
  const lines = vatBoxes
    .filter((box) => box !== '5b')
    .map((box) => {
      const { turnover_cents, vat_cents, turnover_filed, vat_filed } = boxes[box]
      return [box, { turnover: turnover_cents, vat: vat_cents, turnover_filed, vat_filed }]
    })
  const shown = ({ vat_cents, vat_filed }: VatReturn['owed']) => ({ vat: vat_cents, vat_filed })
  return {
    ...(Object.fromEntries(lines) as Record<Line, z.input<typeof Box>>),
    '5a': shown(owed),
    '5b': shown(boxes['5b']),
    total: shown(total),
  }
}

const shownIcp = ({ vat_number, country, goods_cents, services_cents }: IcpLine) => ({
  vat_number,
  country,
  goods: goods_cents,
  services: services_cents,
  goods_filed: filedTurnover(goods_cents),
  services_filed: filedTurnover(services_cents),
})

const shownMargin = ({ margin }: VatReturn) =>
  margin && {
    sales: margin.sales_cents,
    purchases: margin.purchases_cents,
    carried: margin.carried_cents,
    margin: margin.margin_cents,
    single_margins: margin.single_cents,
    vat: margin.vat_cents,
    carry_over: margin.carry_over_cents,
  }

/** What stands in the way of filing, or should be looked at before. */
function warningsOf({ period, vat_return, icp, late, shop, earlier }: WholeReturn) {
  const isOpen = period.status === 'open'
  const icpFails = isOpen && icpProblem(icp, vat_return.boxes['3b'].turnover_cents)
  const found: Record<string, string | false | null | undefined> = {
    earlier_period_open: isOpen && earlier && `The period from ${earlier} is still open.`,
    icp_incomplete: icpFails && icpSentences[icpFails],
    vat_number_missing: !shop?.vat_number && 'The settings lack the VAT number of the shop.',
    small_business:
      shop?.kor && 'Under the small-business scheme no return is filed, unless VAT is owed.',
    private_use:
      isOpen &&
      endsYear(period) &&
      vat_return.boxes['1d'].vat_cents === 0 &&
      'Private use of the year (1d) belongs in this return; none is booked.',
    suppletie:
      correctionsOf(late).some(({ route }) => route === 'suppletie') &&
      'Late documents change an earlier return by more than € 1,000: that needs a suppletie.',
  }
  return Object.entries(found).flatMap(([code, message]) => (message ? [{ code, message }] : []))
}

/** Why the ICP return cannot be filed. */
export const icpSentences = {
  no_vat_number: 'Box 3b has turnover without the VAT number of a buyer.',
  differs: 'The supplies per buyer do not add up to box 3b.',
}
