import { xmlContent } from '../../../lib/xml.ts'

/** Of the XML Auditfile Financieel. From 2027 on the tax authorities take only 4.0. */
export const versions = ['4.0', '3.2'] as const
export type Version = (typeof versions)[number]

/** Where the two schemas differ in what both can say: how many characters, and which countries. */
interface Format {
  namespace: string
  max: { name: number; street: number; reference: number; vat: number; source: number }
  knowsCountry(code: string): boolean
}

export const formats: Record<Version, Format> = {
  '4.0': {
    namespace:
      'http://www.odb.belastingdienst.nl/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0',
    max: { name: 255, street: 100, reference: 255, vat: 100, source: 999 },
    knowsCountry: (code) => /^[A-Z]{2}$/.test(code),
  },
  '3.2': {
    namespace: 'http://www.auditfiles.nl/XAF/3.2',
    max: { name: 999, street: 999, reference: 999, vat: 999, source: 35 },
    knowsCountry: (code) => countriesOf32.has(code),
  },
}

/** As its schema of 2017 lists them: with AN, CS and UK, without XK. */
const countriesOf32 = new Set(
  `AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
  CA CC CD CF CG CH CI CK CL CM CN CO CR CS CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
  FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM
  JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
  MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE
  RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT
  TV TW TZ UA UG UK UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`.split(/\s+/),
)

/** Ids of accounts, parties, journals and entries in either version. */
export const longestId = 35

/** An element with text; nothing when there is none. */
export function leaf(name: string, value: string | number | null | undefined, max?: number) {
  const content = xmlContent(String(value ?? ''), max)
  return content === '' ? '' : `<${name}>${content}</${name}>`
}

/** An element that the schema asks for, whatever is known. */
export const needed = (name: string, value: string | null, max?: number): string =>
  leaf(name, value, max) || `<${name}>-</${name}>`

/** An element around others; nothing around nothing. */
export const branch = (name: string, ...children: string[]): string => {
  const content = children.join('')
  return content === '' ? '' : `<${name}>${content}</${name}>\n`
}
