import * as z from 'zod'
import type { VatNumber } from '../../lib/vat-number.ts'
import { exchange, ProviderError } from '../exchange.ts'

// The Commission's VAT Information Exchange System: https://ec.europa.eu/taxation_customs/vies/

const Answer = z.object({
  valid: z.boolean(),
  requestDate: z.iso.datetime({ offset: true }).nullish().catch(null),
  requestIdentifier: z.string().nullish(),
  name: z.string().nullish(),
  address: z.string().nullish(),
})

/** Also with HTTP 200: a member state that is away is no answer about the number. */
const Failure = z.object({
  actionSucceed: z.literal(false),
  errorWrappers: z.array(z.object({ error: z.string() })).min(1),
})

/** What a member state says of a number. */
export interface VatAnswer {
  valid: boolean
  /** null where the member state keeps it to itself. */
  name: string | null
  address: string | null
  /** Proof of the consultation; null without a requester. */
  request_identifier: string | null
  /** By the clock of VIES; null when it does not say. */
  checked_at: string | null
}

/** Throws ProviderError; its `reason` is the code of VIES: `MS_UNAVAILABLE`, `INVALID_REQUESTER_INFO` … */
export interface Vies {
  /** @param requester whose question it is; VIES gives a proof to those it knows only */
  check(number: VatNumber, requester: VatNumber | null): Promise<VatAnswer>
}

/** @param base_url with its path: `https://ec.europa.eu/taxation_customs/vies/rest-api` */
export function vies(base_url: string, { timeout_ms }: { timeout_ms: number }): Vies {
  const ask = async (number: VatNumber, requester: VatNumber | null) => {
    const answer = await exchange(
      {
        provider: 'VIES',
        method: 'POST',
        url: `${base_url}/check-vat-number`,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          countryCode: number.country_code,
          vatNumber: number.body,
          ...(requester && {
            requesterMemberStateCode: requester.country_code,
            requesterNumber: requester.body,
          }),
        }),
        // A question; VIES only notes that it was asked.
        repeatable: true,
        timeout_ms,
        sentenceOf: (body) => sentences[codeOf(body) ?? ''],
        reasonOf: codeOf,
      },
      z.union([Failure, Answer]),
    )
    if ('actionSucceed' in answer) throw failed(answer)
    return read(answer)
  }

  return {
    async check(number, requester) {
      try {
        return await ask(number, requester)
      } catch (error) {
        if (!(error instanceof ProviderError) || !isBusy(error)) throw error
        await new Promise((resolve) => setTimeout(resolve, pause_ms))
        return ask(number, requester)
      }
    },
  }
}

/** Too many questions at once pass in a moment; a member state that is away stays away. */
const isBusy = ({ reason }: ProviderError) => reason?.includes(busy) ?? false
const busy = '_MAX_CONCURRENT_REQ'
const pause_ms = 1000

const sentences: Record<string, string> = {
  INVALID_INPUT: 'it does not take this number.',
  INVALID_REQUESTER_INFO: "it does not know the shop's own VAT number.",
  VAT_BLOCKED: 'it blocked questions about this number.',
  IP_BLOCKED: 'it blocked our address.',
}

function failed({ errorWrappers }: z.output<typeof Failure>): ProviderError {
  const reason = errorWrappers[0]?.error ?? ''
  const sentence = sentences[reason]
  if (sentence) return new ProviderError('refused', `VIES refused: ${sentence}`, { reason })
  const error = reason.includes(busy)
    ? 'VIES is too busy.'
    : 'VIES got no answer from the member state.'
  return new ProviderError('no_answer', error, { reason })
}

const codeOf = (body: unknown) => Failure.safeParse(body).data?.errorWrappers[0]?.error

const read = (answer: z.output<typeof Answer>): VatAnswer => ({
  valid: answer.valid,
  name: known(answer.name),
  address: known(answer.address),
  request_identifier: answer.requestIdentifier || null,
  checked_at: answer.requestDate ?? null,
})

/** `---` is what VIES says for what it may not tell. */
const known = (text: string | null | undefined) => {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' || /^-+$/.test(trimmed) ? null : trimmed
}
