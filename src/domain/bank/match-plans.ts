import { asc, inArray, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Transacting } from '../../context.ts'
import { sumCents } from '../../lib/money.ts'
import { invalid, refused } from '../../refusal.ts'
import { glAccounts } from '../ledger/tables.ts'
import { purchaseInvoices, purchasePayments } from '../payables/tables.ts'
import { payments, refunds } from '../payments/tables.ts'
import { invoices } from '../sales/tables.ts'
import { type GivenAllocation, type Target, targets } from './match-input.ts'
import { bankAccounts } from './tables.ts'

/** A part of a transaction, and what it turned out to be for. */
export interface Plan {
  target: Target
  /** Of the record; 0 for a settlement, which is made. */
  id: number
  /** Signed as the transaction. */
  amount_cents: number
  given: GivenAllocation
}

/** Places of refusals are those of the body: `allocations.0.amount`. */
const at = (place: number, field: string) => `allocations.${place}.${field}`

const refusedAt = (code: string, message: string, field: string) =>
  refused(code, message, { [field]: [message] })

/**
 * What the allocations say, checked against the records, which are held until the transaction ends: invoices
 * first, in the order of their ids, as everywhere.
 *
 * @param open_cents what is open of the transaction, signed as its amount
 */
export async function plansOf(
  ctx: Transacting,
  allocations: readonly GivenAllocation[],
  open_cents: number,
): Promise<Plan[]> {
  const records = await recordsOf(ctx, allocations)
  mustBeThere(allocations, records)
  const plans = allocations.map((given, place): Plan => {
    const [target, ...more] = targets.filter((name) => given[name] !== undefined)
    if (!target || more.length > 0) {
      const field = `allocations.${place}`
      throw invalid({ [field]: [`The ${field} field must name one of ${targets.join(', ')}.`] })
    }
    const cents = checks[target](given, place, { records, isIncoming: open_cents > 0 })
    const id = target === 'settlement' ? 0 : (given[target] ?? 0)
    return { target, id, amount_cents: open_cents > 0 ? cents : -cents, given }
  })
  mustDiffer(plans)
  if (Math.abs(sumCents(plans.map((plan) => plan.amount_cents))) > Math.abs(open_cents)) {
    const message = 'The allocations exceed what is open of the transaction.'
    throw refusedAt('over_allocated', message, 'allocations')
  }
  return plans
}

type Records = Awaited<ReturnType<typeof recordsOf>>

interface Known {
  records: Records
  isIncoming: boolean
}

/** One statement for each kind of record that is named. */
async function recordsOf(ctx: Transacting, allocations: readonly GivenAllocation[]) {
  const named = (target: Exclude<Target, 'settlement'>) => [
    ...new Set(allocations.flatMap((given) => given[target] ?? [])),
  ]
  const within = (column: PgColumn, ids: number[]) => inArray(column, ids)
  const ids = {
    invoice_id: named('invoice_id'),
    purchase_invoice_id: named('purchase_invoice_id'),
    payment_id: named('payment_id'),
    refund_id: named('refund_id'),
    purchase_payment_id: named('purchase_payment_id'),
    account_id: named('account_id'),
  }
  const none = Promise.resolve([])
  const { db } = ctx
  return {
    invoice_id: mapped(
      ids.invoice_id.length === 0
        ? await none
        : await db
            .select({ id: invoices.id, status: invoices.status, due_cents: invoices.due_cents })
            .from(invoices)
            .where(within(invoices.id, ids.invoice_id))
            .orderBy(asc(invoices.id))
            .for('update'),
    ),
    purchase_invoice_id: mapped(
      ids.purchase_invoice_id.length === 0
        ? await none
        : await db
            .select({
              id: purchaseInvoices.id,
              status: purchaseInvoices.status,
              due_cents: purchaseInvoices.due_cents,
            })
            .from(purchaseInvoices)
            .where(within(purchaseInvoices.id, ids.purchase_invoice_id))
            .orderBy(asc(purchaseInvoices.id))
            .for('update'),
    ),
    payment_id: mapped(
      ids.payment_id.length === 0
        ? await none
        : await db
            .select({
              id: payments.id,
              amount_cents: payments.amount_cents,
              isByHand: enteredByHand,
            })
            .from(payments)
            .where(within(payments.id, ids.payment_id)),
    ),
    refund_id: mapped(
      ids.refund_id.length === 0
        ? await none
        : await db
            .select({
              id: refunds.id,
              amount_cents: refunds.amount_cents,
              isByHand: sql<boolean>`${refunds.status} = 'done' and not ${refunds.is_correction} and exists (
                select from payments p where p.id = ${refunds.payment_id} and p.method = 'bank' and p.provider is null)`,
            })
            .from(refunds)
            .where(within(refunds.id, ids.refund_id)),
    ),
    purchase_payment_id: mapped(
      ids.purchase_payment_id.length === 0
        ? await none
        : await db
            .select({
              id: purchasePayments.id,
              amount_cents: purchasePayments.amount_cents,
              isByHand: sql<boolean>`${purchasePayments.method} = 'bank' and ${purchasePayments.voided_at} is null`,
            })
            .from(purchasePayments)
            .where(within(purchasePayments.id, ids.purchase_payment_id)),
    ),
    account_id: mapped(
      ids.account_id.length === 0
        ? await none
        : await db
            .select({ id: glAccounts.id, isFree: isFree })
            .from(glAccounts)
            .where(within(glAccounts.id, ids.account_id)),
    ),
  }
}

const mapped = <T extends { id: number }>(rows: readonly T[]) =>
  new Map(rows.map((row) => [row.id, row]))

/** Not what a match was taken back of: that money never was on the bank by itself. */
const enteredByHand: SQL<boolean> = sql`${payments.method} = 'bank' and ${payments.provider} is null and ${payments.status} in ('paid', 'refunded', 'partially_refunded')
  and not exists (select from refunds r where r.payment_id = payments.id and r.is_correction)`

/** Accounts that documents keep equal to something else, or that stand in the VAT return, take no bare money. */
const isFree: SQL<boolean> = sql`${glAccounts.is_active} and ${glAccounts.vat_box} is null
  and coalesce(${glAccounts.role}, '') not in ('debtors', 'creditors', 'stock', 'stock_margin', 'grni', 'suspense', 'bank', 'sales_margin', 'vat_margin', 'vat_deferred')
  and not exists (select from ${bankAccounts} b where b.account_id = gl_accounts.id)`

function mustBeThere(allocations: readonly GivenAllocation[], records: Records) {
  allocations.forEach((given, place) => {
    for (const [target, found] of Object.entries(records)) {
      const id = given[target as keyof Records]
      if (id !== undefined && !found.has(id)) {
        throw invalid({
          [at(place, target)]: [`The selected ${target.replaceAll('_', ' ')} is invalid.`],
        })
      }
    }
  })
}

function mustDiffer(plans: readonly Plan[]) {
  const seen = new Set<string>()
  plans.forEach(({ target, id }, place) => {
    const key = `${target} ${id}`
    if (target !== 'account_id' && target !== 'settlement' && seen.has(key)) {
      const field = at(place, target)
      throw invalid({ [field]: [`The ${field.replaceAll('_', ' ')} field has a duplicate value.`] })
    }
    seen.add(key)
  })
}

type Check = (given: GivenAllocation, place: number, known: Known) => number

const wrongWay = (place: number, target: Target) =>
  refusedAt('wrong_direction', 'The transaction goes the other way.', at(place, target))

function needed({ amount }: GivenAllocation, place: number): number {
  if (amount !== undefined) return amount
  const field = at(place, 'amount')
  throw invalid({ [field]: [`The ${field} field is required.`] })
}

function within(amount: number, due_cents: number, place: number): number {
  if (amount <= due_cents) return amount
  const message = 'The amount exceeds what is open on the invoice.'
  throw refusedAt('overpaid', message, at(place, 'amount'))
}

/** What was entered by hand is explained whole. */
const byHand =
  (target: 'payment_id' | 'refund_id' | 'purchase_payment_id', outward: 1 | -1): Check =>
  (given, place, { records, isIncoming }) => {
    const row = records[target].get(given[target] ?? 0)
    if (!row?.isByHand) {
      const message =
        'Only what was entered by hand, with the bank as its method, can be on a statement.'
      throw refusedAt('not_by_hand', message, at(place, target))
    }
    const cents = outward * row.amount_cents * (isIncoming ? -1 : 1)
    if (cents < 0) throw wrongWay(place, target)
    if (given.amount !== undefined && given.amount !== cents) {
      const field = at(place, 'amount')
      throw invalid({ [field]: [`The ${field} field must be the amount that was entered.`] })
    }
    return cents
  }

/** How much of the transaction each is for, without sign, or why it cannot be. */
const checks: Record<Target, Check> = {
  invoice_id: (given, place, { records, isIncoming }) => {
    const amount = needed(given, place)
    const invoice = records.invoice_id.get(given.invoice_id ?? 0)
    if (!isIncoming) throw wrongWay(place, 'invoice_id')
    if (invoice?.status !== 'sent' && invoice?.status !== 'paid') {
      throw refusedAt('not_issued', 'Only an issued invoice can be paid.', at(place, 'invoice_id'))
    }
    return within(amount, invoice.due_cents ?? 0, place)
  },
  purchase_invoice_id: (given, place, { records, isIncoming }) => {
    const amount = needed(given, place)
    const invoice = records.purchase_invoice_id.get(given.purchase_invoice_id ?? 0)
    if (invoice?.status !== 'booked') {
      const message = 'Only a booked purchase invoice that is not paid can be paid.'
      throw refusedAt('not_booked', message, at(place, 'purchase_invoice_id'))
    }
    const due_cents = (invoice.due_cents ?? 0) * (isIncoming ? -1 : 1)
    if (due_cents <= 0) throw wrongWay(place, 'purchase_invoice_id')
    return within(amount, due_cents, place)
  },
  payment_id: byHand('payment_id', -1),
  refund_id: byHand('refund_id', 1),
  purchase_payment_id: byHand('purchase_payment_id', 1),
  account_id: (given, place, { records }) => {
    const amount = needed(given, place)
    if (records.account_id.get(given.account_id ?? 0)?.isFree) return amount
    const message =
      'This account follows from documents, from the VAT return or from a bank account; choose another one.'
    throw refusedAt('account_kept', message, at(place, 'account_id'))
  },
  settlement: ({ settlement, amount }, place, { isIncoming }) => {
    if (!isIncoming) throw wrongWay(place, 'settlement')
    const { gross = 0, fee = 0, fee_vat = 0 } = settlement ?? {}
    const net_cents = gross - fee - fee_vat
    if (net_cents <= 0) {
      const field = at(place, 'settlement.gross')
      throw invalid({ [field]: [`The ${field} field must be greater than its fee.`] })
    }
    if (amount !== undefined && amount !== net_cents) {
      const field = at(place, 'amount')
      throw invalid({ [field]: [`The ${field} field must be gross less fee and its VAT.`] })
    }
    return net_cents
  },
}
