import * as z from 'zod'
import { encryptions } from './tables.ts'

/** Text that a header is made of: no line breaks, no other control characters. */
export const headerText = (max = 255) =>
  z.string().trim().max(max).refine(isOneLine, 'may not hold line breaks or control characters')

/** The same, or null; empty is null. */
export const optionalHeaderText = (max = 255) =>
  headerText(max)
    .nullable()
    .optional()
    .transform((value) => (value === '' ? null : value))
    .meta({ type: ['string', 'null'], maxLength: max })

export const hostName = () => headerText(253).meta({ examples: ['smtp.mailgun.org'] })

export const port = () =>
  z
    .int()
    .min(1)
    .max(65_535)
    .meta({ examples: [587] })

export const encryption = () =>
  z
    .enum(encryptions)
    .describe(
      'tls: STARTTLS is demanded; ssl: TLS from the start; none: in clear, for a relay of your own',
    )

/** A password; given masked it stays as it is. */
export const serverPassword = () => z.string().max(1000).nullable().optional()

function isOneLine(value: string) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  return !/[\u0000-\u001f\u007f\u2028\u2029]/.test(value)
}
