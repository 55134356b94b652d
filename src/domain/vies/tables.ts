import { sql } from 'drizzle-orm'
import { check, index, pgTable, text } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { companies } from '../customers/tables.ts'
import { invoices } from '../sales/tables.ts'

export const vatOutcomes = ['valid', 'invalid', 'unknown'] as const

/** A question to VIES and its answer: the proof that a VAT number was checked. */
export const vatChecks = pgTable(
  'vat_checks',
  {
    ...tenantColumns,
    /** With its country, without separators: `NL123456789B01`. */
    vat_number: text().notNull(),
    country_code: text().notNull(),
    /** unknown: the member state did not answer. */
    outcome: text({ enum: vatOutcomes }).notNull(),
    name: text(),
    address: text(),
    /** The consultation's number at the Commission. */
    request_identifier: text(),
    /** When VIES answered, by its own clock. */
    checked_at: instant().notNull(),
    failure: text(),
    invoice_id: reference(),
    company_id: reference(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.invoice_id, invoices, 'cascade'),
    belongsTo(t, t.company_id, companies, 'cascade'),
    index('vat_checks_vat_number_idx').on(t.tenant_id, t.vat_number, t.id.desc()),
    index('vat_checks_invoice_id_idx').on(t.tenant_id, t.invoice_id),
    index('vat_checks_company_id_idx').on(t.tenant_id, t.company_id),
    check('vat_checks_outcome_check', sql`${t.outcome} in ('valid', 'invalid', 'unknown')`),
  ],
)
