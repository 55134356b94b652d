import { sumCents } from '../../lib/money.ts'
import { invalid, refused } from '../../refusal.ts'
import { roundedToFive } from './cash.ts'

/** An invoice that money may go to. */
export interface Open {
  id: number
  status: string
  due_cents: number
}

/** What a customer means for one invoice. */
export interface Share {
  invoice_id: number
  amount: number
}

/** A payment to come: amount and rounding together come off what is open. */
export interface Part {
  invoice_id: number
  amount_cents: number
  rounding_cents: number
}

/**
 * Money over invoices in their order, until it is gone. Cash that is the sum of the first of them,
 * rounded to 5 cents, settles these. 422 `overpaid` when money is left.
 */
export function inOrder(amount: number, invoices: Open[], rounds: boolean): Part[] {
  const parts: Part[] = []
  let left = amount
  let owed = 0
  for (const { id, due_cents } of invoices) {
    owed += due_cents
    const settles = rounds && roundedToFive(owed) === amount
    const amount_cents = settles ? left : Math.min(due_cents, left)
    const rounding_cents = settles ? due_cents - left : 0
    parts.push({ invoice_id: id, amount_cents, rounding_cents })
    left -= amount_cents
    if (left === 0) return parts
  }
  throw overpaid('amount')
}

/**
 * The shares as given. Cash for all of these invoices may be rounded as one sum; the share that differs
 * from what is open carries it. 422 at the share that names no invoice of `invoices`, or exceeds it.
 */
export function asGiven(shares: Share[], invoices: Open[], rounds: boolean): Part[] {
  const named = shares.map(({ invoice_id, amount }, index) => {
    const invoice = invoices.find(({ id }) => id === invoice_id)
    if (!invoice) {
      throw invalid({ [`invoices.${index}.invoice_id`]: ['The selected invoice id is invalid.'] })
    }
    if (invoice.status !== 'sent' && invoice.status !== 'paid') {
      throw refused('not_issued', 'Only an issued invoice can be paid.')
    }
    return { invoice_id, amount_cents: amount, open_cents: invoice.due_cents - amount }
  })
  const owed = sumCents(invoices.map((invoice) => invoice.due_cents))
  const paid = sumCents(shares.map((share) => share.amount))
  const apart = named.filter(({ open_cents }) => open_cents !== 0)
  const settles = rounds && apart.length === 1 && roundedToFive(owed) === paid
  return named.map(({ open_cents, ...part }, index) => {
    if (open_cents < 0 && !settles) throw overpaid(`invoices.${index}.amount`)
    return { ...part, rounding_cents: settles ? open_cents : 0 }
  })
}

const overpaid = (field: string) => {
  const message = 'The amount exceeds what is open on the invoice.'
  return refused('overpaid', message, { [field]: [message] })
}
