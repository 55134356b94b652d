import { camt } from '../bank/statements.ts'
import type { Body, Factory, Ids } from './factory.ts'

/** An IBAN that no bank account of this run has. */
function newIban(f: Factory): string {
  const account = String(f.next()).padStart(10, '0')
  // ISO 7064: A is 10, B is 11, L is 21, N is 23.
  const check = 98n - (BigInt(`10112310${account}232100`) % 97n)
  return `NL${String(check).padStart(2, '0')}ABNA${account}`
}

const newAccount = (f: Factory) =>
  f.row('gl_accounts', { code: `B${f.next()}`, name: f.name('Account'), type: 'asset' })

/** A statement with a transaction of € 100, of a bank account of its own. */
async function statement(f: Factory): Promise<FormData> {
  const { iban } = await f.create('/bank-accounts', await f.body('/bank-accounts'))
  const form = new FormData()
  const lines = [{ date: '2026-03-27', amount: 100, text: f.name('Paid') }]
  form.set('file', new File([camt([{ iban, lines }])], 'statement.xml'))
  return form
}

async function newTransaction(f: Factory): Promise<number> {
  const { statements } = await f.create('/bank-statements', await statement(f))
  const { body } = await f.api.get(`/bank-transactions?statement_id=${statements[0].id}`)
  return body.data[0].id
}

const latest = new WeakMap<Factory, number>()

/** A transaction that an allocation explains in part; the body names that of the latest one. */
export async function matchedTransaction(f: Factory): Promise<Ids> {
  const id = await newTransaction(f)
  const path = '/bank-transactions/{id}/match'
  const { allocations } = await f.create(`/bank-transactions/${id}/match`, await f.body(path))
  latest.set(f, allocations[0].id)
  return { id }
}

async function allocation(f: Factory): Promise<number> {
  if (!latest.has(f)) await matchedTransaction(f)
  return latest.get(f) ?? 0
}

export const bankBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/bank-accounts': async (f) => ({
    iban: newIban(f),
    name: f.name('Bank'),
    account_id: await newAccount(f),
  }),
  '/bank-statements': statement,
  '/bank-transactions/{id}/match': async (f) => ({
    allocations: [{ account_id: await newAccount(f), amount: 1, description: 'Interest' }],
  }),
  '/bank-transactions/{id}/unmatch': async (f) => ({ allocation_id: await allocation(f) }),
  '/bank-transactions/confirm': async (f) => ({ ids: [await newTransaction(f)] }),
}

/** How to come by records that no plain POST on a collection makes. */
export const bankRecords: Record<string, (f: Factory) => Promise<Ids>> = {
  '/bank-statements/{id}': async (f) => {
    const { statements } = await f.create('/bank-statements', await statement(f))
    return { id: statements[0].id }
  },
  '/bank-transactions/{id}': async (f) => ({ id: await newTransaction(f) }),
  '/bank-allocations/{id}': async (f) => {
    await matchedTransaction(f)
    return { id: await allocation(f) }
  },
  '/refunds/{id}': async (f) => {
    const { id: payment_id } = await f.record('/payments/{id}')
    return { id: await f.row('refunds', { payment_id, amount_cents: 100 }) }
  },
  '/gl-accounts/{id}': async (f) => ({ id: await newAccount(f) }),
  '/purchase-invoices/{id}': async (f) => ({ id: await newBill(f) }),
  '/purchase-payments/{id}': async (f) => {
    const purchase_invoice_id = await newBill(f)
    const payment = { purchase_invoice_id, amount_cents: 100, method: 'bank' }
    return { id: await f.row('purchase_payments', payment) }
  },
}

const newBill = async (f: Factory) =>
  f.row('purchase_invoices', {
    supplier_id: await f.id('/suppliers'),
    invoice_number: f.name('F'),
    invoice_date: '2026-03-27',
    due_date: '2026-04-27',
    total_cents: 12100,
  })

export const bankCollections = {
  bank_account_id: '/bank-accounts',
  statement_id: '/bank-statements',
  allocation_id: '/bank-allocations',
  account_id: '/gl-accounts',
  payment_id: '/payments',
  refund_id: '/refunds',
  purchase_invoice_id: '/purchase-invoices',
  purchase_payment_id: '/purchase-payments',
}
