import { sql } from 'drizzle-orm'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { tenants } from '../identity/tables.ts'
import type { Locale } from '../sales/documents/texts.ts'
import { localeOf } from '../sales/invoice-document.ts'

/** Whose report it is, and when it is made. */
export interface ReportShop {
  name: string
  today: string
  locale: Locale
}

export async function shopOf(ctx: Reading): Promise<ReportShop> {
  const [row] = await ctx.db
    .select({ name: tenants.name, locale: tenants.locale, today: sql<string>`app.today()::text` })
    .from(tenants)
  const shop = found(row)
  return { ...shop, locale: localeOf(shop) }
}
