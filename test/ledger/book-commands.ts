import { closePeriod, openPeriod } from './closing.ts'
import { ago, type Command, keep, nth, type World, withOne } from './world.ts'

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

const book = (world: World, id: number) => world.api.post(`/purchase-invoices/${id}/book`, {})

export const bookCommands = {
  set: { act: ({ api }, { which }) => api.put('/settings', nth(settings, which)) },
  close: {
    act: async ({ owner, shop }) => closePeriod(owner, shop, await openPeriod(owner, shop)),
  },
  enter: {
    needs: 'POST /journal-entries',
    act: async (world, { which, age, amount, flag }) => {
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
  },
  reverseEntry: {
    needs: 'POST /journal-entries/{id}/reverse',
    act: (world, step) =>
      withOne(world, 'entries', step, (id) => world.api.post(`/journal-entries/${id}/reverse`, {})),
  },
  bill: {
    needs: 'POST /purchase-invoices',
    act: async (world, step) => {
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
  },
  billGoods: {
    needs: 'POST /purchase-invoices/from-receipt',
    act: (world, step) =>
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
  },
  cancelBill: {
    needs: 'POST /purchase-invoices/{id}/cancel',
    act: (world, step) =>
      withOne(world, 'bills', step, (id) => world.api.post(`/purchase-invoices/${id}/cancel`, {})),
  },
  payBill: {
    needs: 'POST /purchase-invoices/{id}/payments',
    act: (world, step) =>
      withOne(world, 'bills', step, async (id) => {
        const { body } = await world.api.get(`/purchase-invoices/${id}`)
        const answer = await world.api.post(`/purchase-invoices/${id}/payments`, {
          amount: step.flag ? body.amount_due : Math.sign(body.amount_due) * 0.5,
          method: nth(['bank', 'cash', 'other'], step.other),
          paid_on: ago(step.age),
        })
        return keep(world, 'bill_payments', answer)
      }),
  },
  voidBillPayment: {
    needs: 'POST /purchase-payments/{id}/void',
    act: (world, step) =>
      withOne(world, 'bill_payments', step, (id) =>
        world.api.post(`/purchase-payments/${id}/void`, {}),
      ),
  },
  settle: {
    needs: 'POST /settlements',
    act: async (world, { which, amount, age }) =>
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
  },
  voidSettlement: {
    needs: 'POST /settlements/{id}/void',
    act: (world, step) =>
      withOne(world, 'settlements', step, (id) => world.api.post(`/settlements/${id}/void`, {})),
  },
} satisfies Record<string, { needs?: string; act: Command }>
