import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { read } from '../../verb.ts'
import { deviceKinds } from './tables.ts'

type Kind = (typeof deviceKinds)[number]

const identifiers = [
  'imei',
  'serial_number',
  'license_plate',
  'vin',
  'tail_number',
  'hull_number',
] as const

/** In Dutch; in English a kind is called by its name. */
const dutch: Record<Kind, string> = {
  phone: 'Telefoon',
  tablet: 'Tablet',
  laptop: 'Laptop',
  console: 'Spelcomputer',
  car: 'Auto',
  aircraft: 'Vliegtuig',
  boat: 'Boot',
  other: 'Overig',
}
const dutchIdentifiers: Record<(typeof identifiers)[number], string> = {
  imei: 'IMEI',
  serial_number: 'Serienummer',
  license_plate: 'Kenteken',
  vin: 'Chassisnummer',
  tail_number: 'Registratie',
  hull_number: 'Rompnummer (HIN)',
}
const english: Record<(typeof identifiers)[number], string> = {
  imei: 'IMEI',
  serial_number: 'Serial number',
  license_plate: 'License plate',
  vin: 'VIN',
  tail_number: 'Tail number',
  hull_number: 'Hull number (HIN)',
}

const DeviceKind = z.object({
  kind: z.enum(deviceKinds),
  label: z.string().meta({ examples: ['Car'] }),
  identifier: z.enum(identifiers).describe('The field that such a device is known by'),
  identifier_label: z.string().meta({ examples: ['License plate'] }),
  required: z.array(z.enum(identifiers)).describe('One of these must be given; empty: none'),
  is_default: z.boolean().describe('What a device is when nobody says'),
})

type Rule = Pick<z.output<typeof DeviceKind>, 'kind' | 'identifier' | 'required' | 'is_default'> & {
  locale: 'nl' | 'en'
}

export const listDeviceKinds = read(
  {
    summary: 'List kinds of devices',
    description:
      'What a device is in this shop: its licence says which kind is the usual one, and what must be known of it. The other kinds are accepted too. Labels are in the language of the shop.',
    can: 'customers:read',
    output: z.array(DeviceKind),
  },
  async (ctx) => {
    const { rows } = await ctx.db.execute<Rule>(sql`
      select r.kind, r.identifier, shop.locale, usual.kind = r.kind as is_default,
        case when usual.kind = r.kind then to_json(r.required) else '[]' end as required
      from app.device_rules() r, tenants shop, app.usual_device_kind() usual (kind)
      order by usual.kind <> r.kind, array_position(${sql.param([...deviceKinds])}::text[], r.kind)`)
    return rows.map(({ locale, ...rule }) => ({
      ...rule,
      label: locale === 'nl' ? dutch[rule.kind] : capitalised(rule.kind),
      identifier_label: (locale === 'nl' ? dutchIdentifiers : english)[rule.identifier],
    }))
  },
)

const capitalised = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`
