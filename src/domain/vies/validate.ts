import { eq } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { type VatAnswer, vies } from '../../integrations/vies/client.ts'
import { parseVatNumber, type VatNumber, type VatNumberProblem } from '../../lib/vat-number.ts'
import { found, invalid, Refusal, refused } from '../../refusal.ts'
import { countryCode, Id, id, text } from '../../schema.ts'
import { call, read } from '../../verb.ts'
import { companies } from '../customers/tables.ts'
import { baseUrl, waits } from '../integrations/connection.ts'
import { type StoredCheck, Validation } from './check-record.ts'
import { keepCheck, type Outcome, prepareCheck, type Subject } from './steps.ts'

export const validateVat = call(
  {
    summary: 'Validate VAT number',
    description:
      'Asks the member state through VIES. A number that has not the form of its country is refused (422), for ' +
      '`is_valid` is what a tax authority said; 503 when nobody answered. A positive answer holds for 24 hours.',
    can: 'vat_checks:write',
    module: 'invoices',
    body: z.object({
      vat_number: text(50)
        .describe('With or without its country')
        .meta({ examples: ['NL123456789B01'] }),
      country_code: countryCode().optional().describe('ISO2, auto-detected if omitted'),
      invoice_id: id().optional().describe('Log result against invoice'),
      company_id: id().optional().describe('Log result against company'),
    }),
    output: Validation,
  },
  (ctx, { body: { vat_number, country_code, ...subject } }) => {
    const number = parseVatNumber(vat_number, country_code)
    if (typeof number === 'string') throw refusalOf(number, country_code !== undefined)
    return checked(ctx, number, subject)
  },
)

export const validateCompanyVat = call(
  {
    summary: 'Validate VAT number of company',
    description:
      'Asks VIES, and keeps the name that the tax authority has for it, until the number changes or is not valid any more.',
    can: 'vat_checks:write',
    module: 'invoices',
    params: Id,
    output: Validation,
    on: companies,
  },
  async (ctx, { params }) => {
    const { vat_number, country } = await companyToCheck(ctx, { params })
    if (!vat_number) throw refused('no_vat_number', 'The company has no VAT number.')
    const alone = parseVatNumber(vat_number)
    const number = alone === 'country_unknown' ? parseVatNumber(vat_number, country) : alone
    if (typeof number === 'string') throw refusalOf(number, false)
    return checked(ctx, number, { company_id: params.id })
  },
)

const companyToCheck = read(
  {
    summary: 'Read the VAT number of a company',
    can: 'vat_checks:write',
    module: 'invoices',
    params: Id,
    output: z.custom<{ vat_number: string | null; country: string }>(),
  },
  async (ctx, { params }) => {
    const { vat_number, country } = companies
    const [company] = await ctx.db
      .select({ vat_number, country })
      .from(companies)
      .where(eq(companies.id, params.id))
    return found(company)
  },
)

const sentences: Record<VatNumberProblem, [field: string, sentence: string]> = {
  country_unknown: ['country_code', 'The country is no member state of VIES.'],
  country_contradicts: ['country_code', 'The VAT number is of another country.'],
  malformed: ['vat_number', 'The VAT number does not have the format of its country.'],
}

function refusalOf(problem: VatNumberProblem, namesCountry: boolean): Refusal {
  const [field, sentence] = sentences[problem]
  return invalid({ [namesCountry ? field : 'vat_number']: [sentence] })
}

/** The answer about a number: one of the last day, or a new one; kept with what it is for. */
async function checked(ctx: Calling, number: VatNumber, subject: Subject) {
  const { requester, recent, company_vat_number } = await prepareCheck(ctx, {
    body: { number, ...subject },
  })
  const isFor = Object.keys(subject).length > 0
  if (recent && !isFor) return shown(recent, true)
  const outcome = recent ? { ...recent, failure: null } : await outcomeOf(ctx, number, requester)
  const check = await keepCheck(ctx, { body: { number, ...subject, outcome, company_vat_number } })
  if (check.outcome === 'unknown') throw unavailable(check.failure)
  return shown(check, recent !== undefined)
}

const shown = (check: StoredCheck, cached: boolean) => ({
  ...check,
  is_valid: check.outcome === 'valid',
  check_id: check.id,
  cached,
})

/** Nobody's silence makes a number invalid. */
async function outcomeOf(
  ctx: Calling,
  number: VatNumber,
  requester: VatNumber | null,
): Promise<Outcome> {
  try {
    const { valid, ...answer } = await ask(ctx, number, requester)
    return { outcome: valid ? 'valid' : 'invalid', ...answer, failure: null }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.reason === 'INVALID_INPUT') {
      throw invalid({ vat_number: ['VIES does not take this number.'] })
    }
    return {
      outcome: 'unknown',
      name: null,
      address: null,
      request_identifier: null,
      checked_at: null,
      // There is no key: whom it does not let in, it has blocked.
      failure: error.failure === 'unauthorized' ? 'VIES does not let us in.' : error.message,
    }
  }
}

/** A requester that VIES does not know costs the proof, not the answer. */
async function ask(
  ctx: Calling,
  number: VatNumber,
  requester: VatNumber | null,
): Promise<VatAnswer> {
  const url = baseUrl(ctx.env.VIES_BASE_URL, 'https://ec.europa.eu/taxation_customs/vies/rest-api')
  const service = vies(url, waits(ctx.env, 15_000))
  try {
    return await service.check(number, requester)
  } catch (error) {
    const isRequester = error instanceof ProviderError && error.reason === 'INVALID_REQUESTER_INFO'
    if (!isRequester || !requester) throw error
    return service.check(number, null)
  }
}

const unavailable = (failure: string | null) =>
  new Refusal(
    503,
    'vies_unavailable',
    `${failure ?? 'VIES did not answer.'} The VAT number was not checked; try again later.`,
    undefined,
    { 'Retry-After': '60' },
  )
