import * as z from 'zod'
import { isIban } from '../../lib/iban.ts'
import { day } from '../../schema.ts'

// What a shop says of itself on documents and to the tax office; each field checks its own form.

/** Capitals, without the spaces, dots and dashes that people write numbers with. */
const compact = () =>
  z
    .string()
    .max(50)
    .transform((value) => value.replace(/[\s.-]/g, '').toUpperCase())

/** A field that may be emptied: '' and null are null. */
const clearable = (form: z.ZodType<string, string>, example: string) =>
  z
    .union([z.literal('').transform(() => null), form])
    .nullable()
    .optional()
    .meta({ type: ['string', 'null'], examples: [example] })

export const iban = () =>
  clearable(compact().refine(isIban, 'must be a valid IBAN'), 'NL91ABNA0417164300')

/** ISO 9362. */
export const bic = () =>
  clearable(
    compact().refine(
      (value) => /^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(value),
      'must be a valid BIC',
    ),
    'ABNANL2A',
  )

/** A Dutch one is `NL`, nine digits, `B`, two digits (Uitvoeringsbesluit OB); others by their shape. */
export const vatNumber = () =>
  clearable(
    compact().refine(
      (value) =>
        value.startsWith('NL')
          ? /^NL\d{9}B\d{2}$/.test(value)
          : /^[A-Z]{2}[A-Z0-9+*]{2,12}$/.test(value),
      'must be a valid VAT number',
    ),
    'NL123456789B01',
  )

export const kvkNumber = () =>
  clearable(
    compact().refine((value) => /^\d{8}$/.test(value), 'must be 8 digits'),
    '12345678',
  )

/** A zone of the IANA database, in its official spelling. */
export const timeZone = () =>
  z
    .string()
    .max(64)
    .refine((value) => zoneName(value) !== undefined, 'must be a valid time zone')
    .transform((value) => zoneName(value) as string)
    .meta({ type: 'string', examples: ['Europe/Amsterdam'] })

/** Offsets such as `+02:00` are not zones: Postgres reads their sign the other way round. */
function zoneName(value: string): string | undefined {
  if (!/^[A-Za-z]/.test(value)) return undefined
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

const largestLogo_bytes = 500_000

/** A PNG or JPEG as a data URL, as documents print it. */
export const logo = () =>
  clearable(
    z
      .string()
      // Four characters carry three bytes; so much is too large before it is decoded.
      .refine(
        (value) => value.length <= largestLogo_bytes * 1.34 + 30,
        `may not be larger than ${largestLogo_bytes / 1000} kB`,
      )
      .refine(isPicture, 'must be a PNG or JPEG image as a data URL'),
    'data:image/png;base64,iVBORw0KGgo=',
  )

const signatures = { png: '\x89PNG\r\n\x1a\n', jpeg: '\xff\xd8\xff' }

function isPicture(value: string): boolean {
  const match = /^data:image\/(png|jpeg);base64,([A-Za-z0-9+/]+={0,2})$/.exec(value)
  if (!match?.[2]) return false
  const start = Buffer.from(match[2].slice(0, 16), 'base64').toString('latin1')
  return start.startsWith(signatures[match[1] as keyof typeof signatures])
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const hours = z
  .string()
  .regex(
    /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
    'must be hours such as 09:00-17:30',
  )
  .refine((value) => value.slice(0, 5) < value.slice(6), 'must end after it begins')

/** Per day the hours in which the shop is open; a day that is not there is closed. */
export const openingHours = () =>
  z
    .partialRecord(z.enum(days), z.array(hours).max(4))
    .nullable()
    .optional()
    .meta({ examples: [{ mon: ['09:00-12:30', '13:00-17:30'], sat: ['10:00-17:00'] }] })

/** Days after the due date on which an invoice is reminded of. */
export const reminderDays = () =>
  z
    .array(z.int().min(1).max(365))
    .min(1)
    .max(2)
    .refine(([first = 0, second]) => second === undefined || first < second, 'must rise')
    .describe(
      'Days after the due date on which the reminder goes, and the second one where there are two',
    )
    .meta({ examples: [[3, 10]] })
/** Days on which the shop is closed whatever its hours say. */
export const holidays = () =>
  z
    .array(day())
    .max(1000)
    .meta({ examples: [['2026-12-25', '2026-12-26']] })
