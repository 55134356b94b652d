import { and } from 'drizzle-orm'
import * as z from 'zod'
import { page } from '../../db/pages.ts'
import { mustExist, same } from '../../db/rows.ts'
import { parseVatNumber } from '../../lib/vat-number.ts'
import { Id, idText, Paging, pageOf, text } from '../../schema.ts'
import { read } from '../../verb.ts'
import { companies } from '../customers/tables.ts'
import { invoices } from '../sales/tables.ts'
import { checkRows, oneCheck, VatCheck } from './check-record.ts'
import { vatChecks, vatOutcomes } from './tables.ts'

export const listVatChecks = read(
  {
    summary: 'List VAT checks',
    description: 'What VIES was asked and what it said: the proof for the tax office.',
    can: 'vat_checks:read',
    module: 'invoices',
    query: Paging.extend({
      vat_number: text(50).optional(),
      outcome: z.enum(vatOutcomes).optional(),
      invoice_id: idText().optional(),
      company_id: idText().optional(),
    }),
    output: pageOf(VatCheck),
  },
  async (ctx, { query: { vat_number, outcome, invoice_id, company_id, ...paging } }) => {
    const where = and(
      same(vatChecks.vat_number, vat_number && asStored(vat_number)),
      same(vatChecks.outcome, outcome),
      same(vatChecks.invoice_id, invoice_id),
      same(vatChecks.company_id, company_id),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, invoices, invoice_id),
      mustExist(ctx, companies, company_id),
      page(ctx, vatChecks, paging, where, checkRows),
    ])
    return list
  },
)

function asStored(typed: string): string {
  const number = parseVatNumber(typed)
  return typeof number === 'string' ? typed : number.country_code + number.body
}

export const getVatCheck = read(
  {
    summary: 'Get VAT check',
    can: 'vat_checks:read',
    module: 'invoices',
    params: Id,
    output: VatCheck,
    on: vatChecks,
  },
  (ctx, { params }) => oneCheck(ctx, params.id),
)
