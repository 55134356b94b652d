import { activateAgreement, createAgreement } from '../../src/domain/pricing/agreements.ts'
import { createRecurringInvoice } from '../../src/domain/recurring/recurring-invoices.ts'
import { drafted } from './acting.ts'
import type { Clients } from './customers.ts'
import { dayOf, daysAfter, type Story } from './story.ts'

/** Someone gets a fixed price for a product or service, most of them from now on; each one another. */
export function planAgreement(story: Story, clients: Clients, at: Date, place: number): void {
  const { random, shop } = story
  const staysDraft = random.chance(0.25)
  story.at(at, 'manager', async (ctx) => {
    const client = await clients.next(ctx)
    const goods = shop.goods[place % shop.goods.length]
    if (!goods) return
    const body = drafted(createAgreement, {
      customer_id: client.id,
      service_id: goods.id,
      agreed_price: Math.round(Number(goods.price_excl) * 90) / 100,
      valid_from: dayOf(at),
      valid_until: dayOf(daysAfter(at, 365)),
    })
    const { id } = await createAgreement(ctx, { body })
    if (!staysDraft) await activateAgreement(ctx, { params: { id } })
  })
}

/** Maintenance that is billed by itself, the next time in the coming weeks. */
export function planSubscription(story: Story, clients: Clients, at: Date): void {
  const { random } = story
  const frequency = random.pick(['monthly', 'monthly', 'quarterly', 'yearly'] as const)
  const next_run_date = dayOf(daysAfter(story.now, random.between(3, 27)))
  story.at(at, 'accountant', async (ctx) => {
    const client = await clients.next(ctx)
    const body = drafted(createRecurringInvoice, {
      customer_id: client.id,
      frequency,
      next_run_date,
      lines: [{ description: 'Onderhoud werkplekken', qty: 1, unit_price: 49.5, vat_rate: 21 }],
      auto_send: random.chance(0.5),
    })
    await createRecurringInvoice(ctx, { body })
  })
}
