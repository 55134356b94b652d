import type { Transacting } from '../../src/context.ts'
import { fileClaim } from '../../src/domain/warranty/claims.ts'
import { createWarrantyConfig } from '../../src/domain/warranty/configs.ts'
import { approveClaim, rejectClaim } from '../../src/domain/warranty/decide.ts'
import { getWorkOrder, listWorkOrders } from '../../src/domain/workshop/work-orders.ts'
import { drafted } from './acting.ts'
import { pickPart } from './repairs.ts'
import { daysAfter, type Story } from './story.ts'

const policies = [
  { name: 'Standaard garantie', duration_days: 90 },
  { name: 'Garantie op schermen', duration_days: 180, applies_to: 'scherm' },
  { name: 'Garantie op laptops', duration_days: 365, applies_to: 'laptop', active: false },
]

/** Some days back a customer returns; the mail of a rejection is too old by then to be sent. */
const returns = [
  { daysAgo: 20, defect: 'Reageert weer niet op aanraken', end: 'approved' },
  { daysAgo: 6, defect: 'Barst in het glas', end: 'rejected' },
  { daysAgo: 4, defect: 'Valt soms weer uit', end: 'pending' },
] as const

/** What the shop stands in for, and three repairs that came back. */
export function planWarranty(story: Story): void {
  const opening = story.openingHour(350)
  for (const policy of policies) {
    story.at(opening, 'manager', (ctx) =>
      createWarrantyConfig(ctx, { body: drafted(createWarrantyConfig, policy) }),
    )
  }
  const known = new Set<number>()
  for (const { daysAgo, defect, end } of returns) {
    const at = story.openingHour(daysAgo)
    story.at(at, 'frontdesk', async (ctx) => {
      const order = await latestRepair(ctx, at, known)
      if (!order) return
      known.add(order.id)
      const body = drafted(fileClaim, { work_order_id: order.id, description: defect })
      const { id } = await fileClaim(ctx, { body })
      if (end === 'approved') await repairAgain(ctx, story, { id, work_order_id: order.id })
      if (end === 'rejected') {
        const reason = 'De schade komt door een val, niet door de reparatie.'
        await rejectClaim(ctx, { params: { id }, body: { reason } })
      }
    })
  }
}

/** The newest repair under warranty that did not come back yet. */
async function latestRepair(ctx: Transacting, at: Date, known: ReadonlySet<number>) {
  const { data } = await listWorkOrders(ctx, { query: { status: 'completed' } })
  const since = daysAfter(at, -80)
  return data.find(
    ({ id, completed_at, lines_count }) =>
      completed_at && new Date(completed_at) > since && lines_count > 0 && !known.has(id),
  )
}

/** With the same part, which comes from the shelf at once. */
async function repairAgain(
  ctx: Transacting,
  { shop }: Story,
  { id, work_order_id }: { id: number; work_order_id: number },
) {
  const first = await getWorkOrder(ctx, { params: { id: work_order_id } })
  const part = shop.goods.find(
    (goods) => goods.kind === 'part' && first.lines.some((line) => line.product_id === goods.id),
  )
  const lines = part && [{ description: part.name, product_id: part.id }]
  const body = drafted(approveClaim, { lines, assigned_to: first.assigned_to })
  const approved = await approveClaim(ctx, { params: { id }, body })
  if (part) await pickPart(ctx, approved.warranty_work_order_id, part)
}
