import * as z from 'zod'
import { sumCents } from '../../lib/money.ts'
import { id, money } from '../../schema.ts'
import type { Candidate, Candidates, Kind, OpenTransaction } from './candidates.ts'

const cents = () => money().meta({ examples: [107.69] })

/** What may explain a transaction, as `POST …/match` takes it. */
export const Suggestion = z.object({
  score: z
    .number()
    .describe('1: the number of an invoice and its exact amount')
    .meta({ examples: [1] }),
  reason: z.string().meta({ examples: ['Names INV-2026-0001, with the amount that is open.'] }),
  allocations: z.array(
    z.object({
      invoice_id: id().optional(),
      payment_id: id().optional(),
      refund_id: id().optional(),
      purchase_invoice_id: id().optional(),
      purchase_payment_id: id().optional(),
      account_id: id().optional(),
      settlement: z
        .object({ provider: z.string(), gross: cents(), fee: cents(), fee_vat: cents() })
        .optional(),
      amount: cents().optional(),
    }),
  ),
})

export type Suggestion = z.input<typeof Suggestion>

const most = 10

/** Suggestions for the transaction that `candidatesOf` found; none for one that is explained. */
export const suggestionsFor = ([found]: Candidates[]): Suggestion[] =>
  found ? suggestionsOf(found) : []

/** What may explain a transaction, best first. */
export function suggestionsOf({ transaction, candidates }: Candidates): Suggestion[] {
  const of = (kind: Kind) => candidates.filter((candidate) => candidate.kind === kind)
  return [
    ...openItems(transaction, of('invoice'), 'invoice_id'),
    ...openItems(transaction, of('purchase_invoice'), 'purchase_invoice_id'),
    ...entered(transaction, of('payment'), 'payment_id', 'payment'),
    ...entered(transaction, of('refund'), 'refund_id', 'refund'),
    ...entered(transaction, of('purchase_payment'), 'purchase_payment_id', 'payment'),
    ...onAccount(transaction, of('transfer'), 0.9, 'Moves money between the accounts of the shop.'),
    ...onAccount(transaction, of('tax'), 0.5, 'Is paid to, or comes from, the tax office.'),
    ...payout(transaction),
  ]
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
}

/** Likeness of names from here on means the same name. */
const sameName = 0.6

/** Invoices that are named, together; and those whose amount fits. */
function openItems(
  transaction: OpenTransaction,
  items: Candidate[],
  field: 'invoice_id' | 'purchase_invoice_id',
): Suggestion[] {
  const open_cents = Math.abs(transaction.open_cents)
  const named = items.flatMap((item) => {
    const certainty = mention(transaction.words, item.number)
    return certainty > 0 ? [{ ...item, certainty }] : []
  })
  const unnamed = items.filter(
    (item) => item.cents === open_cents && !named.some(({ id }) => id === item.id),
  )
  const names = unnamed.filter(({ likeness }) => likeness >= sameName)
  return [
    ...(named.length > 0 ? [together(named, open_cents, field)] : []),
    ...unnamed.map((item) => ({
      score: amountScore(item, names.length, unnamed.length),
      reason:
        item.likeness >= sameName
          ? `${item.number}: the amount that is open, and a name alike.`
          : `${item.number}: the amount that is open.`,
      allocations: [{ [field]: item.id, amount: open_cents }],
    })),
  ]
}

const amountScore = ({ likeness }: Candidate, names: number, all: number) => {
  if (likeness >= sameName) return names === 1 ? 0.8 : 0.6
  return all === 1 ? 0.4 : 0.2
}

/** All that are named; when the money is not enough, the first of them in the order of their ids. */
function together(
  named: (Candidate & { certainty: number })[],
  open_cents: number,
  field: 'invoice_id' | 'purchase_invoice_id',
): Suggestion {
  const due_cents = sumCents(named.map((item) => item.cents))
  const numbers = named.map((item) => item.number).join(', ')
  let left = open_cents
  const allocations = named
    .toSorted((a, b) => a.id - b.id)
    .flatMap((item) => {
      const amount = Math.min(item.cents, left)
      left -= amount
      return amount > 0 ? [{ [field]: item.id, amount }] : []
    })
  if (due_cents === open_cents) {
    const score = Math.min(...named.map((item) => item.certainty))
    return { score, reason: `Names ${numbers}, with the amount that is open.`, allocations }
  }
  return due_cents > open_cents
    ? { score: 0.7, reason: `Names ${numbers}, with less than is open.`, allocations }
    : { score: 0.6, reason: `Names ${numbers}, with more than is open.`, allocations }
}

/** What was entered by hand, with this amount and about this day. */
function entered(
  { words }: OpenTransaction,
  items: Candidate[],
  field: 'payment_id' | 'refund_id' | 'purchase_payment_id',
  noun: string,
): Suggestion[] {
  return items.map((item) => {
    const isNamed = mention(words, item.number) > 0
    const isAlike = item.likeness >= sameName
    const why = isNamed ? ', which it names' : isAlike ? ', with a name alike' : ''
    return {
      score: isNamed ? 1 : isAlike ? 0.9 : items.length === 1 ? 0.7 : 0.5,
      reason: `Was entered by hand: the ${noun} of ${item.number}${why}.`,
      allocations: [{ [field]: item.id }],
    }
  })
}

const onAccount = (
  { open_cents }: OpenTransaction,
  items: Candidate[],
  score: number,
  reason: string,
): Suggestion[] =>
  items.slice(0, 1).map(({ id: account_id }) => ({
    score,
    reason,
    allocations: [{ account_id, amount: Math.abs(open_cents) }],
  }))

const payers = [
  { provider: 'mollie', name: /\bmollie\b/i },
  { provider: 'stripe', name: /\bstripe\b/i },
  { provider: 'pin', name: /\b(ccv|worldline|equensworldline|sumup|mypos|adyen)\b/i },
]

/** What a provider kept is for the shop to say: it stands on the provider's invoice. */
function payout({ open_cents, counterparty_name }: OpenTransaction): Suggestion[] {
  const payer = payers.find(({ name }) => name.test(counterparty_name))
  if (!payer || open_cents <= 0) return []
  const settlement = { provider: payer.provider, gross: open_cents, fee: 0, fee_vat: 0 }
  return [
    {
      score: 0.5,
      reason: `Looks like a payout of ${counterparty_name}; its fee is not known.`,
      allocations: [{ settlement }],
    },
  ]
}

/**
 * Does a text name a number? 1: as it is, with any signs or spaces between its parts; 0.9: its digits alone;
 * 0: no. Part of a longer number is not it.
 */
export function mention(words: string, number: string): number {
  const whole = charactersOf(number)
  if (whole.length < 4) return 0
  if (standsIn(words, whole)) return 1
  const tail = charactersOf(number.replace(/^\D+/, ''))
  return /^\D/.test(number) && tail.length >= 6 && standsIn(words, tail) ? 0.9 : 0
}

const charactersOf = (number: string) => number.replace(/[^\p{L}\p{N}]/gu, '')

const standsIn = (words: string, characters: string) =>
  new RegExp(`(?<!\\d)${[...characters].join('[^\\p{L}\\p{N}]*')}(?!\\d)`, 'iu').test(words)
