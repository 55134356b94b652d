import * as z from 'zod'
import { isCalendarDate } from './lib/dates.ts'
import { decimal, parseCents, parseDecimal } from './lib/money.ts'

// Building blocks of input and output schemas. `.meta()` is what the API document shows of a value
// whose type in JSON the schema itself cannot tell.

z.config({ jitless: true })

const idPattern = /^[1-9]\d{0,15}$/
const safeId = (value: string) => idPattern.test(value) && Number.isSafeInteger(Number(value))

/** An id in a path or a query. */
export const idText = () =>
  z
    .string()
    .refine(safeId, 'must be a valid id')
    .transform(Number)
    .meta({ type: 'integer', minimum: 1, examples: [42] })

export const Id = z.object({ id: idText() })

/** An id in a body. */
export const id = () =>
  z
    .int()
    .positive()
    .meta({ examples: [42] })

/** Required text; the ends are trimmed. */
export const text = (max = 255) => z.string().trim().min(1).max(max)

/** Text that may be absent, null or empty; empty is null. */
export const optionalText = (max = 255) =>
  z
    .string()
    .trim()
    .max(max)
    .nullable()
    .optional()
    .transform((value) => (value === '' ? null : value))
    .meta({ type: ['string', 'null'], maxLength: max })

/** An e-mail address, kept in lower case. */
export const email = () =>
  z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.email().max(254))
    .meta({ type: 'string', format: 'email', examples: ['jane@example.com'] })

export const optionalEmail = () =>
  z
    .union([email(), z.literal('').transform(() => null)])
    .nullable()
    .optional()
    .meta({ type: ['string', 'null'], format: 'email', examples: ['jane@example.com'] })

/** ISO 3166 code of a country, two letters. */
export const countryCode = () =>
  z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/, 'must be a country code of two letters')
    .meta({ type: 'string', pattern: '^[A-Za-z]{2}$', examples: ['NL'] })

/** A calendar day that exists. */
export const day = () =>
  z
    .string()
    .refine(isCalendarDate, 'must be a valid date (YYYY-MM-DD)')
    .meta({ type: 'string', format: 'date', examples: ['2026-03-27'] })

/** A moment; without an offset it is the shop's own time (see `atShopTime` in db/rows.ts). */
export const moment = () =>
  z
    .string()
    .transform((value) => value.replace(' ', 'T'))
    .pipe(z.union([z.iso.datetime({ offset: true, local: true }), day()]))
    .meta({ type: 'string', format: 'date-time', examples: ['2026-03-30T15:00:00Z'] })

const decimalInput = (decimals: number, max: number, rule: string, min = 0) =>
  z
    .union([z.number(), z.string().trim()])
    .refine((value) => parseDecimal(value, decimals) !== undefined, { error: rule, abort: true })
    .refine(
      (value) => Number(value) >= min,
      min > 0 ? 'must be greater than 0' : `must be at least ${min}`,
    )
    .refine((value) => Number(value) <= max, `may not be greater than ${max}`)

const signedInput = (decimals: number, max: number, rule: string) =>
  decimalInput(decimals, max, rule, -max)

/** An amount in a body, number or decimal string → cents. */
export const amount = () =>
  decimalInput(2, 9_999_999.99, 'must be an amount with at most 2 decimals')
    .transform((value) => parseCents(value) as number)
    .meta({ type: 'number', minimum: 0, multipleOf: 0.01, examples: [89] })

/** An amount above zero → cents. */
export const positiveAmount = () =>
  decimalInput(2, 9_999_999.99, 'must be an amount with at most 2 decimals', 0.01)
    .transform((value) => parseCents(value) as number)
    .meta({ type: 'number', exclusiveMinimum: 0, multipleOf: 0.01, examples: [89] })

/** An amount other than zero, below it where money goes the other way → cents. */
export const signedAmount = () =>
  signedInput(2, 9_999_999.99, 'must be an amount with at most 2 decimals')
    .refine((value) => Number(value) !== 0, 'must not be 0')
    .transform((value) => parseCents(value) as number)
    .meta({ type: 'number', multipleOf: 0.01, examples: [89] })

/** VAT as a document says it, below zero on a credit note → cents. */
export const signedVat = () =>
  signedInput(2, 9_999_999.99, 'must be an amount with at most 2 decimals')
    .transform((value) => parseCents(value) as number)
    .meta({ type: 'number', multipleOf: 0.01, examples: [18.69] })

/** A price per unit, excl. VAT, that may be below zero → decimal string. */
export const signedPrice = () =>
  signedInput(4, 9_999_999.9999, 'must be a price with at most 4 decimals')
    .transform(String)
    .meta({ type: 'number', examples: [89] })

/** A quantity other than zero, below it for what goes back → decimal string. */
export const signedQuantity = () =>
  signedInput(3, 99_999.999, 'must be a quantity with at most 3 decimals')
    .refine((value) => Number(value) !== 0, 'must not be 0')
    .transform(String)
    .meta({ type: 'number', examples: [1] })

/** A price per unit, excl. VAT → decimal string. */
export const unitPrice = () =>
  decimalInput(4, 9_999_999.9999, 'must be a price with at most 4 decimals')
    .transform(String)
    .meta({ type: 'number', minimum: 0, examples: [89] })

/** A quantity above zero → decimal string. */
export const quantity = () =>
  decimalInput(3, 99_999.999, 'must be a quantity with at most 3 decimals', 0.001)
    .transform(String)
    .meta({ type: 'number', exclusiveMinimum: 0, examples: [1] })

/** 0–100 → decimal string. */
export const percent = () =>
  decimalInput(2, 100, 'must be a percentage with at most 2 decimals')
    .transform(String)
    .meta({ type: 'number', minimum: 0, maximum: 100, examples: [21] })

/** Hours, from none to a year around the clock → decimal string. */
export const hours = () =>
  decimalInput(2, 8760, 'must be a number of hours with at most 2 decimals')
    .transform(String)
    .meta({ type: 'number', minimum: 0, maximum: 8760, examples: [24] })

/** `1`, `0`, `true` or `false` in a query. */
export const flag = () =>
  z.enum(['1', '0', 'true', 'false']).transform((value) => value === '1' || value === 'true')

/** What a search box sends. */
export const searchText = () =>
  z
    .string()
    .trim()
    .max(200)
    .meta({ examples: ['smith'] })

/** A number above 0 in a query. */
export const count = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a positive integer')
    .transform(Number)
    .refine((value) => value <= max, `may not be greater than ${max}`)
    .meta({ type: 'integer', minimum: 1, maximum: max })

/** Query of a paged list. */
export const Paging = z.object({
  page: count(1_000_000).optional(),
  per_page: count(100).optional().describe('Records per page, 25 when absent'),
})

/** Query of a bare array. */
export const ArrayPaging = z.object({
  page: count(1_000_000).optional(),
  per_page: count(1000).optional().describe('Records at most, 100 when absent'),
})

/** Query of a list that other systems copy. */
export const Syncing = Paging.extend({
  updated_since: moment().optional().describe('Only records changed since, oldest change first'),
  cursor: z.string().max(200).optional().describe('`next_cursor` of the answer before'),
})

/** A page of records. */
export const pageOf = <T extends z.ZodType>(record: T) =>
  z.object({
    data: z.array(record),
    current_page: z.int(),
    last_page: z.int(),
    per_page: z.int(),
    total: z.int(),
  })

/** A page of records; with `updated_since` or `cursor` without count, but with the next cursor. */
export const syncPageOf = <T extends z.ZodType>(record: T) =>
  z.object({
    data: z.array(record),
    current_page: z.int().optional(),
    last_page: z.int().optional(),
    per_page: z.int(),
    total: z.int().optional(),
    next_cursor: z.string().nullable().optional(),
  })

// Output: from what the database gives to what the contract shows.

/** Cents → `89.00`. */
export const money = () =>
  z
    .number()
    .transform((cents) => JSON.rawJSON(decimal(cents)))
    .meta({ type: 'number', examples: [89] })

/** A `numeric` price → at least two decimals: `89.00`, `0.125`. */
export const price = () =>
  z
    .string()
    .transform((value) => JSON.rawJSON(shownPrice(value)))
    .meta({ type: 'number', examples: [89] })

const shownPrice = (value: string) => {
  const [whole, fraction = ''] = value.split('.')
  return `${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`
}

/** A `numeric` quantity or percentage → number. */
export const number = (example = 1) =>
  z
    .union([z.string(), z.number()])
    .transform(Number)
    .meta({ type: 'number', examples: [example] })

/** A `timestamptz` as Postgres writes it → `2026-03-27T10:00:00Z`. */
export const instant = () =>
  z
    .string()
    // Sessions are in UTC, so the digits only change their separator; parsing 50 dates a page is dear.
    .transform((value) => `${value.slice(0, 10)}T${value.slice(11, 19)}Z`)
    .meta({ type: 'string', format: 'date-time', examples: ['2026-03-27T10:00:00Z'] })

/** What every record carries. */
export const Stamps = { created_at: instant(), updated_at: instant() }

/** A record named by another one. */
export const Named = z.object({ id: id(), name: z.string().meta({ examples: ['Jane Smith'] }) })
