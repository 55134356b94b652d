import { expect, test } from 'vitest'
import { owing } from '../payments/owing.ts'
import { newCustomer, newDraft } from '../sales/invoicing.ts'
import { startMatching } from './matching.ts'
import { ibans, newBankAccount } from './statements.ts'

const { shop, other, owner, api, row, receive, match, unmatch, detail, accountOf, agree } =
  await startMatching()
let bills = 0
async function newBill(total_cents: number, fields: object = {}) {
  bills += 1
  const invoice_number = `F2026${String(bills).padStart(4, '0')}`
  const supplier_id = await row('suppliers', { name: 'Onderdelen B.V.', iban: ibans.abn })
  const id = await row('purchase_invoices', {
    supplier_id,
    invoice_number,
    invoice_date: '2026-03-20',
    due_date: '2026-04-20',
    subtotal_cents: total_cents,
    total_cents,
    ...fields,
  })
  await row('purchase_invoice_lines', {
    purchase_invoice_id: id,
    position: 1,
    description: 'Schermen',
    account_id: await accountOf('Kantoorkosten'),
    unit_price: total_cents / 100,
    net_cents: total_cents,
    vat_treatment: 'none',
    vat_cents: 0,
  })
  await owner.query(
    `update purchase_invoices set status = 'booked', booked_at = now() where id = $1`,
    [id],
  )
  return { id, invoice_number }
}

const bill = async (id: number) =>
  (await owner.query('select status, paid_cents::int from purchase_invoices where id = $1', [id]))
    .rows[0]

test('pays a bill, and is paid by a credit note of a supplier', async () => {
  const { id: purchase_invoice_id, invoice_number } = await newBill(12100)
  const { id } = await receive(-121, { name: 'Onderdelen', iban: ibans.abn, text: invoice_number })
  expect((await detail(id)).suggestions[0]).toMatchObject({
    score: 1,
    allocations: [{ purchase_invoice_id, amount: 121 }],
  })
  expect((await match(id, { purchase_invoice_id, amount: 100 })).body).toMatchObject({
    open: -21,
    allocations: [{ kind: 'purchase_payment', amount: -100, purchase_invoice_id }],
  })
  expect(await bill(purchase_invoice_id)).toEqual({ status: 'booked', paid_cents: 10000 })
  const rest = await match(id, { purchase_invoice_id, amount: 21 })
  expect(await bill(purchase_invoice_id)).toEqual({ status: 'paid', paid_cents: 12100 })
  await agree()
  await unmatch(id, rest.body.allocations[1].id)
  expect(await bill(purchase_invoice_id)).toEqual({ status: 'booked', paid_cents: 10000 })
  await agree()

  const credit = await newBill(-2000)
  const back = await receive(20)
  expect((await match(back.id, { purchase_invoice_id: credit.id, amount: 20 })).status).toBe(200)
  expect(await bill(credit.id)).toEqual({ status: 'paid', paid_cents: -2000 })
  await agree()
})

test('books a payout of a provider, less what it kept', async () => {
  const { id } = await receive(97.58, { name: 'Stichting Mollie Payments' })
  expect((await detail(id)).suggestions[0]).toMatchObject({
    score: 0.5,
    allocations: [{ settlement: { provider: 'mollie', gross: 97.58, fee: 0, fee_vat: 0 } }],
  })
  const settlement = { provider: 'mollie', gross: 100, fee: 2, fee_vat: 0.42, reference: 'tr_1' }
  const answer = await match(id, { settlement })
  expect(answer.body).toMatchObject({
    open: 0,
    allocations: [{ kind: 'settlement', amount: 97.58 }],
  })
  const { rows } = await owner.query(
    'select settled_on::text, net_cents::int from settlements where id = $1',
    [answer.body.allocations[0].settlement_id],
  )
  expect(rows).toEqual([{ settled_on: '2026-03-27', net_cents: 9758 }])
  await agree()
  expect((await unmatch(id, answer.body.allocations[0].id)).body).toMatchObject({ open: 97.58 })
  await agree()
})

test('refuses what cannot be, and books nothing then', async () => {
  const invoice = await owing(api, 100)
  const draft = await newDraft(api, { customer_id: await newCustomer(api) })
  const cash = await api.post(`/invoices/${invoice.id}/payments`, { amount: 10, method: 'cash' })
  const { id } = await receive(150)
  const out = await receive(-150)
  const ofBank = await row('gl_accounts', { code: '1101', name: 'Spaarrekening', type: 'asset' })
  await newBankAccount(api, ibans.rabo, { account_id: ofBank })
  const refusals: [number, object[], string, string][] = [
    [id, [{ account_id: ofBank, amount: 1 }], 'account_kept', 'allocations.0.account_id'],
    [id, [{ invoice_id: invoice.id, amount: 90.01 }], 'overpaid', 'allocations.0.amount'],
    [id, [{ invoice_id: draft.id, amount: 1 }], 'not_issued', 'allocations.0.invoice_id'],
    [
      out.id,
      [{ invoice_id: invoice.id, amount: 1 }],
      'wrong_direction',
      'allocations.0.invoice_id',
    ],
    [id, [{ payment_id: cash.body.id }], 'not_by_hand', 'allocations.0.payment_id'],
    [
      id,
      [{ account_id: await accountOf('debtors'), amount: 1 }],
      'account_kept',
      'allocations.0.account_id',
    ],
    [
      id,
      [{ account_id: await accountOf('bank'), amount: 1 }],
      'account_kept',
      'allocations.0.account_id',
    ],
    [
      id,
      [{ account_id: await accountOf('vat_1a'), amount: 1 }],
      'account_kept',
      'allocations.0.account_id',
    ],
    [
      id,
      [
        { invoice_id: invoice.id, amount: 90 },
        { account_id: await accountOf('transfers'), amount: 60.01 },
      ],
      'over_allocated',
      'allocations',
    ],
    [id, [{ invoice_id: invoice.id }], 'validation_failed', 'allocations.0.amount'],
    [id, [{ amount: 1 }], 'validation_failed', 'allocations.0'],
    [id, [{ invoice_id: 999999999, amount: 1 }], 'validation_failed', 'allocations.0.invoice_id'],
    [
      id,
      [{ settlement: { provider: 'pin', gross: 1, fee: 1 } }],
      'validation_failed',
      'allocations.0.settlement.gross',
    ],
    [
      id,
      [
        { invoice_id: invoice.id, amount: 1 },
        { invoice_id: invoice.id, amount: 1 },
      ],
      'validation_failed',
      'allocations.1.invoice_id',
    ],
  ]
  for (const [transaction, allocations, code, field] of refusals) {
    const answer = await match(transaction, ...allocations)
    expect(answer, JSON.stringify(allocations)).toMatchObject({ status: 422, body: { code } })
    expect(Object.keys(answer.body.errors)).toEqual([field])
  }
  expect(await detail(id)).toMatchObject({ open: 150, allocations: [] })
  expect((await api.get(`/payments?invoice_id=${invoice.id}`)).body.total).toBe(1)
  await agree()
})

test('is matched once, however many try at the same time', async () => {
  const invoice = await owing(api, 500)
  const { id } = await receive(100)
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => match(id, { invoice_id: invoice.id, amount: 100 })),
  )
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    200, 422, 422, 422,
  ])
  expect((await api.get(`/invoices/${invoice.id}`)).body.amount_due).toBe(400)
  const payers = await Promise.all([receive(400), receive(400)])
  const raced = await Promise.all(
    payers.map((payer) => match(payer.id, { invoice_id: invoice.id, amount: 400 })),
  )
  expect(raced.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422])
  await agree()
})

test('is for those who keep the books, in their own shop', async () => {
  const invoice = await owing(api, 10)
  const { id } = await receive(10)
  const body = { allocations: [{ invoice_id: invoice.id, amount: 10 }] }
  expect((await shop.as.technician.post(`/bank-transactions/${id}/match`, body)).status).toBe(403)
  expect((await shop.as.technician.get('/bank-transactions')).status).toBe(403)
  expect((await other.api.post(`/bank-transactions/${id}/match`, body)).status).toBe(404)
  expect((await shop.as.accountant.post(`/bank-transactions/${id}/match`, body)).status).toBe(200)
})
