import { sql } from 'drizzle-orm'
import { check, date, index, numeric, pgTable, text } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { products } from '../catalog/tables.ts'
import { customers } from '../customers/tables.ts'

/**
 * A price agreed with a customer for a service or product. That no two in force overlap is an exclusion
 * constraint, `price_agreements_overlap`, which stands in the migration alone.
 */
export const priceAgreements = pgTable(
  'price_agreements',
  {
    ...tenantColumns,
    customer_id: reference().notNull(),
    service_id: reference().notNull(),
    /** Excl. VAT. */
    agreed_price: numeric({ precision: 14, scale: 4 }).notNull(),
    valid_from: date({ mode: 'string' }).notNull(),
    valid_until: date({ mode: 'string' }),
    /** Expired is what an active or signed one is after `valid_until`; nobody has to mark it. */
    status: text().notNull().default('draft'),
    notes: text(),
    activated_at: instant(),
    signed_at: instant(),
    /** Where the PNG and the PDF are kept in R2. */
    signature_key: text(),
    contract_key: text(),
    contract_generated_at: instant(),
    /** When the job found that its last day had passed: the moment of the event. */
    expired_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.customer_id, customers),
    belongsTo(t, t.service_id, products),
    index('price_agreements_customer_id_idx').on(t.tenant_id, t.customer_id, t.service_id),
    index('price_agreements_service_id_idx').on(t.tenant_id, t.service_id),
    index('price_agreements_status_idx').on(t.tenant_id, t.status, t.id.desc()),
    index('price_agreements_valid_until_idx')
      .on(t.valid_until)
      .where(sql`${t.status} in ('active', 'signed') and ${t.expired_at} is null`),
    check('price_agreements_agreed_price_check', sql`${t.agreed_price} >= 0`),
    check('price_agreements_valid_until_check', sql`${t.valid_until} >= ${t.valid_from}`),
    check('price_agreements_status_check', sql`${t.status} in ('draft', 'active', 'signed')`),
  ],
)
