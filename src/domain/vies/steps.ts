import { and, desc, eq, gt, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { insert, newId, updateWhere } from '../../db/rows.ts'
import { parseVatNumber, type VatNumber } from '../../lib/vat-number.ts'
import { found, invalid } from '../../refusal.ts'
import { read, write } from '../../verb.ts'
import { companies } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { invoices } from '../sales/tables.ts'
import { checkRows, oneCheck, type StoredCheck } from './check-record.ts'
import { vatChecks } from './tables.ts'

/** What a number is checked for. */
export interface Subject {
  invoice_id?: number | undefined
  company_id?: number | undefined
}

/** What came of a question. */
export interface Outcome
  extends Pick<StoredCheck, 'outcome' | 'name' | 'address' | 'request_identifier' | 'failure'> {
  /** null: now. */
  checked_at: string | null
}

interface Prepared {
  /** The shop itself, where its own number is known. */
  requester: VatNumber | null
  /** A positive answer of the last day. */
  recent: StoredCheck | undefined
  /** The company's number as it stands there, when it is the one that is asked about. */
  company_vat_number: string | null
}

const asked = {
  number: z.custom<VatNumber>(),
  invoice_id: z.int().optional(),
  company_id: z.int().optional(),
}

const fullNumber = ({ country_code, body }: VatNumber) => country_code + body

/** What has to be known before VIES is asked: one round trip. */
export const prepareCheck = read(
  {
    summary: 'Prepare a VAT check',
    can: 'vat_checks:write',
    module: 'invoices',
    body: z.object(asked),
    output: z.custom<Prepared>(),
  },
  async (ctx, { body: { number, invoice_id, company_id } }) => {
    const [[shop], [recent], [company]] = await Promise.all([
      ctx.db
        .select({ vat_number: tenants.vat_number })
        .from(tenants)
        .where(eq(tenants.id, sql`app.tenant()`)),
      recentAnswer(ctx, fullNumber(number)),
      subjects(ctx, { invoice_id, company_id }),
    ])
    const { has_invoice, has_company, vat_number } = found(company)
    if (!has_invoice) throw invalid({ invoice_id: ['The selected invoice id is invalid.'] })
    if (!has_company) throw invalid({ company_id: ['The selected company id is invalid.'] })
    return {
      requester: numberOf(found(shop).vat_number),
      recent,
      company_vat_number: isSame(number, numberOf(vat_number, number.country_code))
        ? vat_number
        : null,
    }
  },
)

const recentAnswer = async (ctx: Reading, vat_number: string) =>
  await checkRows(ctx)
    .where(
      and(
        eq(vatChecks.vat_number, vat_number),
        eq(vatChecks.outcome, 'valid'),
        gt(vatChecks.checked_at, sql`app.now() - interval '24 hours'`),
      ),
    )
    .orderBy(desc(vatChecks.id))
    .limit(1)

interface Subjects extends Record<string, unknown> {
  has_invoice: boolean
  has_company: boolean
  vat_number: string | null
}

async function subjects(ctx: Reading, { invoice_id = undefined, company_id = undefined }: Subject) {
  const { rows } = await ctx.db.execute<Subjects>(sql`
    select asked.invoice_id is null or exists (select from ${invoices} where id = asked.invoice_id) as has_invoice,
      asked.company_id is null or company.id is not null as has_company, company.vat_number
    from (select ${invoice_id ?? null}::bigint as invoice_id, ${company_id ?? null}::bigint as company_id) asked
    left join ${companies} company on company.id = asked.company_id`)
  return rows
}

function numberOf(text: string | null, country?: string): VatNumber | null {
  const number = text === null ? null : parseVatNumber(text, country)
  return typeof number === 'string' ? null : number
}

const isSame = (a: VatNumber, b: VatNumber | null) => b !== null && fullNumber(a) === fullNumber(b)

/** Stores what came of a question, and on the company what the tax authority calls it. */
export const keepCheck = write(
  {
    summary: 'Keep a VAT check',
    can: 'vat_checks:write',
    module: 'invoices',
    body: z.object({
      ...asked,
      outcome: z.custom<Outcome>(),
      company_vat_number: z.string().nullable(),
    }),
    output: z.custom<StoredCheck>(),
  },
  async (ctx, { body: { number, invoice_id, company_id, outcome, company_vat_number } }) => {
    const { name, address, request_identifier, failure } = outcome
    const checked_at = sql`coalesce(${outcome.checked_at}::timestamptz, app.now())`
    const isValid = outcome.outcome === 'valid'
    const [, , check] = await Promise.all([
      insert(ctx, vatChecks, {
        vat_number: fullNumber(number),
        country_code: number.country_code,
        outcome: outcome.outcome,
        name,
        address,
        request_identifier,
        checked_at,
        failure,
        invoice_id: invoice_id ?? null,
        company_id: company_id ?? null,
      }),
      company_vat_number !== null && outcome.outcome !== 'unknown'
        ? updateWhere(
            ctx,
            companies,
            // Someone may have changed the number while VIES was thinking.
            and(eq(companies.id, company_id ?? 0), eq(companies.vat_number, company_vat_number)),
            {
              vat_validated_name: isValid ? name : null,
              vat_validated_at: isValid ? checked_at : null,
            },
          )
        : undefined,
      oneCheck(ctx, newId(vatChecks)),
    ])
    return check
  },
)
