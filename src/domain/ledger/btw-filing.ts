import * as z from 'zod'
import { type VatBox, type VatReturn, vatBoxes } from '../../lib/vat-return.ts'
import { day, Id } from '../../schema.ts'
import { read } from '../../verb.ts'
import { wholeReturn } from './btw-return.ts'
import { btwPeriods } from './tables.ts'

const taxonomy = 'http://www.nltaxonomie.nl'

/** Entry points of the Dutch taxonomy, by the year of the period; every year has its own. */
const entryPoints: Record<number, string> = {
  2026: `${taxonomy}/nt20/bd/20251210/entrypoints/bd-rpt-ob-aangifte-2026.xsd`,
}

/** Elements of a box: turnover and VAT, as far as the form has them. */
const elements: Record<VatBox, { turnover?: string; vat?: string }> = {
  '1a': {
    turnover: 'TaxedTurnoverSuppliesServicesGeneralTariff',
    vat: 'ValueAddedTaxSuppliesServicesGeneralTariff',
  },
  '1b': {
    turnover: 'TaxedTurnoverSuppliesServicesReducedTariff',
    vat: 'ValueAddedTaxSuppliesServicesReducedTariff',
  },
  '1c': {
    turnover: 'TaxedTurnoverSuppliesServicesOtherRates',
    vat: 'ValueAddedTaxSuppliesServicesOtherRates',
  },
  '1d': { turnover: 'TaxedTurnoverPrivateUse', vat: 'ValueAddedTaxPrivateUse' },
  '1e': { turnover: 'SuppliesServicesNotTaxed' },
  '2a': {
    turnover: 'TurnoverSuppliesServicesByWhichVATTaxationIsTransferred',
    vat: 'ValueAddedTaxSuppliesServicesByWhichVATTaxationIsTransferred',
  },
  '3a': { turnover: 'SuppliesToCountriesOutsideTheEC' },
  '3b': { turnover: 'SuppliesToCountriesWithinTheEC' },
  '3c': { turnover: 'InstallationDistanceSalesWithinTheEC' },
  '4a': {
    turnover: 'TurnoverFromTaxedSuppliesFromCountriesOutsideTheEC',
    vat: 'ValueAddedTaxOnSuppliesFromCountriesOutsideTheEC',
  },
  '4b': {
    turnover: 'TurnoverFromTaxedSuppliesFromCountriesWithinTheEC',
    vat: 'ValueAddedTaxOnSuppliesFromCountriesWithinTheEC',
  },
  '5b': { vat: 'ValueAddedTaxOnInput' },
}

/** Whole euros as they are filed, by the name of their element. */
export function filedValues({ boxes, owed, total }: VatReturn): Record<string, number> {
  const values = vatBoxes.flatMap((box): [string, number][] => {
    const { turnover, vat } = elements[box]
    return [
      ...(turnover ? [[turnover, boxes[box].turnover_filed] satisfies [string, number]] : []),
      ...(vat ? [[vat, boxes[box].vat_filed] satisfies [string, number]] : []),
    ]
  })
  return {
    ...Object.fromEntries(values),
    ValueAddedTaxOwed: owed.vat_filed,
    ValueAddedTaxOwedToBePaidBack: total.vat_filed,
  }
}

const Filing = z.object({
  entry_point: z
    .string()
    .nullable()
    .describe('Of the taxonomy of that year; null where it is not known here')
    .meta({ examples: [entryPoints[2026]] }),
  period: z.object({ start_date: day(), end_date: day() }),
  identifier: z.object({
    scheme: z.string().meta({ examples: ['www.belastingdienst.nl/omzetbelastingnummer'] }),
    value: z
      .string()
      .nullable()
      .describe(
        'The VAT number of the settings without NL. A sole trader files under another number, which the tax office gave for that',
      )
      .meta({ examples: ['123456789B01'] }),
  }),
  values: z
    .record(z.string(), z.int())
    .describe('Whole euros by the name of the element')
    .meta({ examples: [{ ValueAddedTaxOwed: 2592, ValueAddedTaxOnInput: 301 }] }),
})

export const getBtwFiling = read(
  {
    summary: 'Get BTW return as values for XBRL',
    description:
      'What an instance of the Dutch taxonomy says, for software that files it. Nothing is sent.',
    can: 'btw:read',
    module: 'accounting',
    params: Id,
    output: Filing,
    on: btwPeriods,
  },
  async (ctx, { params }) => {
    const { period, vat_return, shop } = await wholeReturn(ctx, params.id)
    const { year, start_date, end_date } = period
    return {
      entry_point: entryPoints[year] ?? null,
      period: { start_date, end_date },
      identifier: {
        scheme: 'www.belastingdienst.nl/omzetbelastingnummer',
        value: shop?.vat_number?.replace(/^NL/, '') ?? null,
      },
      values: filedValues(vat_return),
    }
  },
)
