import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startShopsWithProviders } from './providing.ts'

const { shop, owner, mollie, owing, mollieSays, settled } = await startShopsWithProviders()
const { api } = shop

const command = fc.record({
  do: fc.constantFrom(
    'ask',
    'report',
    'fail',
    'pay there',
    'chargeback',
    'reverse',
    'refund',
    'refund there',
    'pay by hand',
  ),
  /** Of the payments at Mollie so far. */
  which: fc.nat(9),
  cents: fc.integer({ min: 1, max: 12_000 }),
})
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

const euros = (amount_cents: number) => (amount_cents / 100).toFixed(2)
const sum = (amounts: { amount: { value: string } }[]) =>
  amounts.reduce((total, { amount }) => total + Math.round(Number(amount.value) * 100), 0)

/** What happens to one invoice, at Mollie and here, in any order. */
async function play(invoice: { id: number }, commands: Command[]) {
  const ids: string[] = []
  const nth = (n: number) => mollie.payments.get(ids[n % Math.max(1, ids.length)] ?? '')
  for (const step of commands) {
    if (step.do === 'ask') {
      const path = `/invoices/${invoice.id}/payment-link`
      const { body } = await api.post(path, { provider: 'mollie' })
      const id = body.url?.split('/').at(-1)
      if (id && !ids.includes(id)) ids.push(id)
    } else if (step.do === 'report') {
      await Promise.all([...ids, ...ids].map((id) => mollieSays(id)))
    } else if (step.do === 'fail') {
      mollie.next(/POST .*\/(payments|refunds)$/, 'error', 'error')
    } else if (step.do === 'pay by hand') {
      const payment = { amount: euros(step.cents), method: 'pin' }
      await api.post(`/invoices/${invoice.id}/payments`, payment)
    } else {
      const there = nth(step.which)
      if (!there) continue
      const isPaid = there.status === 'paid'
      const left = sum([there]) - sum(there.refunds)
      if (step.do === 'pay there' && !isPaid) mollie.pay(there.id)
      if (step.do === 'chargeback' && isPaid && there.chargebacks.length === 0) {
        mollie.chargeBack(there.id, there.amount.value)
      }
      if (step.do === 'reverse' && there.chargebacks[0]) {
        there.chargebacks[0].reversedAt = new Date().toISOString()
      }
      if (step.do === 'refund there' && isPaid && left > 0) {
        mollie.refundThere(there.id, euros(Math.min(left, step.cents)))
      }
      if (step.do === 'refund') {
        const { rows } = await owner.query('select id from payments where provider_id = $1', [
          there.id,
        ])
        await api.post(`/payments/${rows[0].id}/refund`, { amount: euros(step.cents) })
      }
    }
  }
  return ids
}

test('whatever happens there and here, the books end as Mollie has it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 20 }), async (commands) => {
      const invoice = await owing(100)
      const ids = await play(invoice, [{ do: 'ask', which: 0, cents: 0 }, ...commands])
      // An hour later Mollie would have had every refund that it was ever to have.
      await owner.query(
        `update refunds set created_at = created_at - interval '61 minutes' where provider_id is null`,
      )
      const told = await Promise.all(ids.map((id) => mollieSays(id)))
      expect(told.map(({ status }) => status)).toEqual(ids.map(() => 200))
      await settled()
      const { rows: payments } = await owner.query(
        `select provider_id, status, amount_cents::int, refunded_cents::int, unapplied_cents::int,
           (amount_cents + rounding_cents - unapplied_cents - refunded_cents)::int as settles
         from payments where invoice_id = $1`,
        [invoice.id],
      )
      const counted = payments.filter(({ status }) => !['pending', 'failed'].includes(status))
      for (const id of ids) {
        const there = mollie.payments.get(id)
        const here = counted.filter(({ provider_id }) => provider_id === id)
        if (there?.status !== 'paid') {
          expect(here).toEqual([])
          continue
        }
        const gone = sum(there.refunds) + sum(there.chargebacks.filter((c) => !c.reversedAt))
        expect(here).toMatchObject([
          { amount_cents: sum([there]), refunded_cents: Math.min(sum([there]), gone) },
        ])
      }
      const { rows } = await owner.query(
        'select paid_cents::int, due_cents::int, status from invoices where id = $1',
        [invoice.id],
      )
      const settles = counted.reduce((total, row) => total + row.settles, 0)
      expect(rows[0]).toEqual({
        paid_cents: settles,
        due_cents: 10_000 - settles,
        status: settles === 10_000 ? 'paid' : 'sent',
      })
      expect(rows[0].due_cents).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 15 },
  )
}, 300_000)
