import { sql } from 'drizzle-orm'
import type { Transacting } from '../../src/context.ts'
import { update } from '../../src/db/rows.ts'
import { issueInvoice } from '../../src/domain/sales/invoice-issue.ts'
import { acceptQuotation, rejectQuotation } from '../../src/domain/sales/quotation-answers.ts'
import { convertToInvoice } from '../../src/domain/sales/quotation-conversion.ts'
import { createQuotation } from '../../src/domain/sales/quotations.ts'
import { quotations } from '../../src/domain/sales/tables.ts'
import { changeStatus } from '../../src/domain/workshop/work-order-status.ts'
import { markSent } from './bills.ts'
import type { Clients } from './customers.ts'
import { cancel, type Repair } from './repair.ts'
import { dayOf, daysAfter, type Story } from './story.ts'

/** A repair that costs more than was thought: the customer is asked first. */
export async function makeOffer(ctx: Transacting, repair: Repair, at: Date): Promise<void> {
  const { id } = await createQuotation(ctx, {
    body: {
      customer_id: repair.client.id,
      work_order_id: repair.id,
      valid_until: dayOf(daysAfter(at, 14)),
      notes: 'Prijs op voorraad van het onderdeel.',
      lines: [
        line(repair.part?.name ?? 'Onderdelen', repair.part?.price_excl ?? '40', '1'),
        line('Arbeid', '65', '0.5'),
      ],
    },
  })
  repair.quotation_id = id
  await send(ctx, id)
  const params = { id: repair.id }
  await changeStatus(ctx, { params, body: { status: 'waiting_approval', note: null } })
}

export async function answerOffer(
  ctx: Transacting,
  repair: Repair,
  answer: 'yes' | 'no' | 'none',
): Promise<void> {
  const params = { id: repair.quotation_id ?? 0 }
  if (answer === 'none') return void (await cancel(ctx, repair, 'Geen antwoord op de offerte'))
  if (answer === 'yes') return void (await acceptQuotation(ctx, { params }))
  await rejectQuotation(ctx, { params, body: { reason: 'Te duur' } })
  await cancel(ctx, repair, 'Offerte afgewezen')
}

/** A business asks for a price without a repair; some of these are drafts still, some became invoices. */
export function planOffer(story: Story, clients: Clients, at: Date): void {
  const { random } = story
  const pieces = random.between(3, 25)
  const end = random.pick(['draft', 'sent', 'sent', 'invoice', 'rejected'] as const)
  let id = 0
  story.at(at, 'manager', async (ctx) => {
    const client = await clients.next(ctx)
    const created = await createQuotation(ctx, {
      body: {
        customer_id: client.id,
        valid_until: dayOf(daysAfter(at, 30)),
        notes: null,
        lines: [
          line('Onderhoud werkplek', '49.5', String(pieces)),
          { ...line('Screenprotector glas', '16.5', String(pieces)), discount_pct: '10' },
        ],
      },
    })
    id = created.id
    if (end !== 'draft') await send(ctx, id)
  })
  if (end === 'rejected') {
    story.at(story.later(at, 60), 'manager', (ctx) =>
      rejectQuotation(ctx, { params: { id }, body: { reason: 'Gaat niet door' } }),
    )
  }
  if (end !== 'invoice') return
  story.at(story.later(at, 60), 'manager', async (ctx) => {
    const { invoice_id } = await convertToInvoice(ctx, { params: { id } })
    await issueInvoice(ctx, { params: { id: invoice_id }, body: {} })
    await markSent(ctx, invoice_id)
  })
}

const line = (description: string, unit_price: string, quantity: string) => ({
  description,
  unit_price,
  quantity,
  vat_rate: '21',
})

/** As sending it does, without a mail. */
const send = (ctx: Transacting, id: number) =>
  update(ctx, quotations, id, { status: 'sent', sent_at: sql`app.now()` })
