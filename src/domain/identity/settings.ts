import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { mustMatch, updateWhere } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { number, optionalEmail, optionalText, percent, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import {
  bic,
  holidays,
  iban,
  kvkNumber,
  logo,
  openingHours,
  reminderDays,
  timeZone,
  vatNumber,
} from './shop-details.ts'
import { tenants } from './tables.ts'

const optional = () => z.string().nullable()

const Settings = z.object({
  name: z.string().meta({ examples: ['Reparatiehuis Amsterdam'] }),
  address: optional(),
  postal_code: optional(),
  city: optional(),
  country: z.string().meta({ examples: ['NL'] }),
  email: optional(),
  phone: optional(),
  vat_number: optional().meta({ examples: ['NL123456789B01'] }),
  kvk_number: optional().meta({ examples: ['12345678'] }),
  iban: optional().meta({ examples: ['NL91ABNA0417164300'] }),
  bic: optional(),
  timezone: z.string().meta({ examples: ['Europe/Amsterdam'] }),
  locale: z.string().meta({ examples: ['nl'] }),
  vat_basis: z.string().meta({ examples: ['invoice'] }),
  vat_period: z.string().meta({ examples: ['quarter'] }),
  margin_method: z.string().meta({ examples: ['global'] }),
  kor: z.boolean().meta({ examples: [false] }),
  cash_rounding: z.boolean().meta({ examples: [false] }),
  opening_hours: z.record(z.string(), z.array(z.string())).nullable(),
  holidays: holidays(),
  invoice_terms_days: z.int().meta({ examples: [14] }),
  invoice_footer: optional(),
  auto_reminders: z.boolean().meta({ examples: [false] }),
  reminder_days: z.array(z.int()).meta({ examples: [[3, 10]] }),
  valuation_method: z.string().meta({ examples: ['average'] }),
  over_receipt_pct: number(0),
  sell_beyond_stock: z.boolean().meta({ examples: [true] }),
  logo: optional(),
  ...Stamps,
})

const Draft = z
  .object({
    name: text(),
    address: optionalText(),
    postal_code: optionalText(20),
    city: optionalText(),
    country: z
      .string()
      .trim()
      .toUpperCase()
      .refine((value) => /^[A-Z]{2}$/.test(value), 'must be a country code of two letters'),
    email: optionalEmail(),
    phone: optionalText(50),
    vat_number: vatNumber(),
    kvk_number: kvkNumber(),
    iban: iban(),
    bic: bic(),
    timezone: timeZone(),
    locale: z.enum(['nl', 'en']),
    vat_basis: z.enum(['invoice', 'cash']).describe('VAT is due when invoiced, or when paid'),
    vat_period: z.enum(['month', 'quarter', 'year']),
    margin_method: z.enum(['global', 'individual']),
    kor: z.boolean().describe('Small-business scheme: no VAT on sales'),
    cash_rounding: z.boolean().describe('Cash is rounded to 5 cents'),
    opening_hours: openingHours(),
    holidays: holidays().describe('They count where opening hours are set'),
    invoice_terms_days: z.int().min(0).max(365),
    invoice_footer: optionalText(2000),
    auto_reminders: z
      .boolean()
      .describe(
        'Every overdue invoice is reminded of by mail, once or twice; never by a final notice, which people send',
      ),
    reminder_days: reminderDays(),
    valuation_method: z
      .enum(['average', 'fifo'])
      .describe('Moving average, or first in, first out; a change counts from now on'),
    over_receipt_pct: percent().describe('How much more than ordered is taken in'),
    sell_beyond_stock: z
      .boolean()
      .describe('An invoice for more than is in stock is issued, and takes what is there'),
    logo: logo(),
  })
  .partial()

async function settings(ctx: Selecting) {
  const [shop] = await ctx.db.select().from(tenants).where(eq(tenants.id, sql`app.tenant()`))
  return found(shop)
}

export const getSettings = read(
  {
    summary: 'Get settings',
    description: 'What the shop is called, where it is, and how it works.',
    can: 'settings:read',
    output: Settings,
  },
  settings,
)

export const updateSettings = write(
  {
    summary: 'Update settings',
    can: 'settings:write',
    body: Draft,
    output: Settings,
  },
  async (ctx, { body }) => {
    const shop = sql<number>`app.tenant()`
    const [, , , updated] = await Promise.all([
      mustMatch(ctx, tenants, shop),
      mustKnowZone(ctx, body.timezone),
      updateWhere(ctx, tenants, eq(tenants.id, shop), body),
      settings(ctx),
    ])
    return updated
  },
)

/** Every later request works in this zone; one that only the Worker knew would lock the shop out. */
async function mustKnowZone(ctx: Writing, zone: string | undefined) {
  if (zone !== undefined) await ctx.db.execute(sql`select app.now() at time zone ${zone}`)
}
