import { camt, ibans, upload } from '../bank/statements.ts'
import type { Answer, Json } from '../harness/client.ts'
import { closePeriod, openPeriod } from './closing.ts'
import { ago, type Command, keep, nth, type Step, type World, withOne } from './world.ts'

const treatments = ['charged', 'reverse_charge', 'intra_eu', 'import', 'none']
const settings = [
  { vat_basis: 'cash' },
  { vat_basis: 'invoice' },
  { valuation_method: 'fifo' },
  { valuation_method: 'average' },
  { margin_method: 'individual' },
  { margin_method: 'global' },
  { cash_rounding: true },
  { sell_beyond_stock: true },
]

async function withTransaction(
  { api }: World,
  { which }: Step,
  act: (transaction: Json) => Promise<Answer | undefined>,
) {
  const transaction: Json | undefined = nth((await api.get('/bank-transactions')).body.data, which)
  return transaction && act(transaction)
}

const book = (world: World, id: number) => world.api.post(`/purchase-invoices/${id}/book`, {})

export const bookCommands = {
  set: ({ api }, { which }) => api.put('/settings', nth(settings, which)),
  close: async ({ owner, shop }) => closePeriod(shop, await openPeriod(owner, shop)),
  enter: async (world, { which, age, amount, flag }) => {
    const { accounts } = world
    const [debit, credit] = nth(
      [
        ['4400', 'bank'],
        ['bank', 'sales_services_high'],
        ['0520', 'vat_1d'],
        ['vat_5b', 'cash'],
        ['vat_return', 'bank'],
      ],
      which,
    ) ?? ['4400', 'bank']
    const lines = [
      {
        account_id: accounts[debit ?? ''],
        debit: amount,
        ...(flag && { description: 'By hand' }),
      },
      { account_id: accounts[credit ?? ''], credit: amount },
    ]
    const answer = await world.api.post('/journal-entries', { date: ago(age), lines })
    return keep(world, 'entries', answer)
  },
  reverseEntry: (world, step) =>
    withOne(world, 'entries', step, (id) => world.api.post(`/journal-entries/${id}/reverse`, {})),
  bill: async (world, step) => {
    const line = {
      description: 'Rent',
      account_id: world.accounts['4100'],
      unit_price: step.flag ? step.amount : -step.amount,
      vat_treatment: nth(treatments, step.which),
    }
    const answer = await world.api.post('/purchase-invoices', {
      supplier_id: world.supplier_id,
      invoice_number: crypto.randomUUID(),
      invoice_date: ago(step.age),
      lines: [line, { ...line, unit_price: 0.99, vat_rate: 9 }],
    })
    keep(world, 'bills', answer)
    return answer.status === 201 ? book(world, answer.body.id) : answer
  },
  billGoods: (world, step) =>
    withOne(world, 'receipts', step, async (goods_receipt_id) => {
      const { body } = await world.api.get(`/receiving/${goods_receipt_id}`)
      const answer = await world.api.post('/purchase-invoices/from-receipt', {
        goods_receipt_id,
        ...(!body.supplier_id && { supplier_id: world.supplier_id }),
        invoice_number: crypto.randomUUID(),
        invoice_date: ago(step.age),
      })
      keep(world, 'bills', answer)
      return answer.status === 201 ? book(world, answer.body.id) : answer
    }),
  cancelBill: (world, step) =>
    withOne(world, 'bills', step, (id) => world.api.post(`/purchase-invoices/${id}/cancel`, {})),
  payBill: (world, step) =>
    withOne(world, 'bills', step, async (id) => {
      const { body } = await world.api.get(`/purchase-invoices/${id}`)
      const answer = await world.api.post(`/purchase-invoices/${id}/payments`, {
        amount: step.flag ? body.amount_due : Math.sign(body.amount_due) * 0.5,
        method: nth(['bank', 'cash', 'other'], step.other),
        paid_on: ago(step.age),
      })
      return keep(world, 'bill_payments', answer)
    }),
  voidBillPayment: (world, step) =>
    withOne(world, 'bill_payments', step, (id) =>
      world.api.post(`/purchase-payments/${id}/void`, {}),
    ),
  settle: async (world, { which, amount, age }) =>
    keep(
      world,
      'settlements',
      await world.api.post('/settlements', {
        provider: nth(['mollie', 'stripe', 'pin'], which),
        settled_on: ago(age),
        gross: amount + 10,
        fee: 1.11,
        fee_vat: 0.23,
      }),
    ),
  voidSettlement: (world, step) =>
    withOne(world, 'settlements', step, (id) => world.api.post(`/settlements/${id}/void`, {})),
  state: (world, { amount, age, flag, which }) => {
    const line = {
      date: ago(age),
      amount: flag ? amount : -amount,
      name: nth(['Jan', 'Parts BV'], which) ?? '',
      reference: crypto.randomUUID(),
    }
    const number = String(Math.random()).slice(2)
    return upload(world.api, camt([{ iban: ibans.ing, number, from: line.date, lines: [line] }]))
  },
  match: (world, step) => {
    const { accounts, made } = world
    return withTransaction(world, step, ({ id, amount, open }) => {
      const part = step.flag ? Math.abs(open) : Math.max(0.01, Math.round(open * 50) / 100)
      const allocation = nth(
        [
          { account_id: accounts['4400'], amount: part },
          amount > 0
            ? { invoice_id: nth(made.invoices, step.other), amount: part }
            : { purchase_invoice_id: nth(made.bills, step.other), amount: part },
          { payment_id: nth(made.payments, step.other) },
          { settlement: { provider: 'mollie', gross: part + 0.5, fee: 0.4, fee_vat: 0.1 } },
        ],
        step.which,
      )
      return world.api.post(`/bank-transactions/${id}/match`, { allocations: [allocation] })
    })
  },
  unmatch: (world, step) =>
    withTransaction(world, step, async ({ id }) => {
      const { body } = await world.api.get(`/bank-transactions/${id}`)
      const allocation: Json | undefined = nth(body.allocations, step.other)
      if (!allocation) return undefined
      return world.api.post(`/bank-transactions/${id}/unmatch`, { allocation_id: allocation.id })
    }),
} satisfies Record<string, Command>
