import type { Transacting } from '../../src/context.ts'
import { getProduct } from '../../src/domain/catalog/products.ts'
import { completePickList } from '../../src/domain/warehouse/pick.ts'
import { makePickList } from '../../src/domain/warehouse/pick-lists.ts'
import { adjustStock } from '../../src/domain/warehouse/stock.ts'
import { addLine } from '../../src/domain/workshop/work-order-lines.ts'
import { addNote } from '../../src/domain/workshop/work-order-notes.ts'
import { changeStatus } from '../../src/domain/workshop/work-order-status.ts'
import { createWorkOrder } from '../../src/domain/workshop/work-orders.ts'
import { drafted } from './acting.ts'
import { type Bill, billRepair } from './bills.ts'
import type { Client, Clients } from './customers.ts'
import { complaints, services } from './goods.ts'
import { answerOffer, makeOffer } from './offers.ts'
import { cancel, type Repair } from './repair.ts'
import type { Shop } from './shop.ts'
import { daysAfter, type Story } from './story.ts'
import { orderPart, restock } from './warehouse.ts'

const urgencies = ['normal', 'normal', 'normal', 'normal', 'high', 'urgent'] as const

/** Plans a repair from intake to invoice; how far it is today follows from when it came in. */
export function planRepair(story: Story, clients: Clients, broughtIn: Date): void {
  const { random, shop } = story
  const repair = {} as Repair
  const move = (at: Date, status: string, note?: string) =>
    story.at(at, 'technician', (ctx) =>
      changeStatus(ctx, { params: { id: repair.id }, body: { status, note } }),
    )

  story.at(broughtIn, 'frontdesk', async (ctx) => {
    Object.assign(repair, await bringIn(ctx, story, await clients.next(ctx)))
  })
  let at = story.later(broughtIn, 6)
  if (random.chance(0.04)) {
    story.at(at, 'frontdesk', (ctx) => cancel(ctx, repair, 'Klant heeft afgebeld'))
    return
  }
  move(at, 'diagnosis', random.pick(['Toestel geopend en bekeken', 'Storing bevestigd', 'Getest']))
  if (random.chance(0.25)) {
    at = story.later(at, 3)
    story.at(at, 'manager', (ctx) => makeOffer(ctx, repair, at))
    const answer = random.pick(['yes', 'yes', 'yes', 'yes', 'yes', 'no', 'none'] as const)
    const answeredAt = answer === 'none' ? daysAfter(at, 20) : story.later(at, 40)
    story.at(answeredAt, 'frontdesk', (ctx) => answerOffer(ctx, repair, answer))
    if (answer !== 'yes') return
    at = answeredAt
  }
  if (random.chance(0.2)) {
    at = story.later(at, 1)
    at = waitForPart(story, repair, at)
  }
  at = story.later(at, 8)
  move(at, 'in_repair')
  at = story.later(at, 3)
  story.at(at, 'technician', (ctx) => doWork(ctx, story, repair))
  const bill: Bill = { isPaidAtOnce: random.chance(0.9), invoice_id: 0 }
  at = story.later(at, random.chance(0.2) ? 90 : 14)
  billRepair(story, repair, bill, at)
  if (random.chance(0.15)) {
    story.at(at, 'frontdesk', (ctx) =>
      addNote(ctx, {
        params: { id: repair.id },
        body: { note: 'Uw toestel is klaar, tot ziens!', is_internal: false },
      }),
    )
  }
  const spare = random.pick(shop.goods)
  if (spare.kind === 'accessory' && random.chance(0.5)) {
    story.at(at, 'frontdesk', (ctx) => sellAtCounter(ctx, spare))
  }
}

async function bringIn(ctx: Transacting, { random, shop }: Story, client: Client): Promise<Repair> {
  const complaint = random.pick(complaints)
  const device = random.pick(client.devices)
  const part = shop.goods.find(({ name }) => name === `${complaint.part} ${device.model.model}`)
  const body = drafted(createWorkOrder, {
    customer_id: client.id,
    device_id: device.id,
    category: complaint.part?.toLowerCase(),
    problem_description: complaint.problem,
    priority: random.pick(urgencies),
    assigned_to: random.pick(shop.technicians),
    branch_id: random.pick(shop.branches),
  })
  const { id } = await createWorkOrder(ctx, { body })
  return { id, client, complaint, part }
}

/** The part is ordered for this repair and taken in days later; a repair without one waits all the same. */
function waitForPart(story: Story, repair: Repair, at: Date): Date {
  let comes: Awaited<ReturnType<typeof orderPart>> | undefined
  story.at(at, 'technician', async (ctx) => {
    if (repair.part) comes = await orderPart(ctx, repair.id, repair.part)
    const body = { status: 'waiting_parts', note: 'Onderdeel besteld' }
    await changeStatus(ctx, { params: { id: repair.id }, body })
  })
  const arrival = story.later(at, 90)
  story.at(arrival, 'frontdesk', async (ctx) => comes?.(ctx))
  return arrival
}

/** The lines of what was done; the part comes from the shelf. */
async function doWork(ctx: Transacting, story: Story, { id, complaint, part }: Repair) {
  const service = services[complaint.service]
  const labour = story.shop.goods.find(({ name }) => name === service?.name)
  for (const goods of [labour, part]) {
    if (!goods) continue
    const { name: description, price_excl: unit_price, id: product_id } = goods
    await addLine(ctx, { params: { id }, body: { description, unit_price, product_id } })
  }
  if (part) await pickPart(ctx, id, part)
  const params = { id }
  if (story.random.chance(0.3)) {
    await addNote(ctx, { params, body: { note: 'Getest: scherm, geluid, camera en opladen' } })
  }
  await changeStatus(ctx, { params, body: { status: 'ready', note: null } })
}

/** Takes the part from the shelf; an empty one is filled first. */
export async function pickPart(
  ctx: Transacting,
  work_order_id: number,
  part: Shop['goods'][number],
) {
  await fillShelf(ctx, part)
  const { id } = await makePickList(ctx, { body: { work_order_id } })
  await completePickList(ctx, { params: { id }, body: {} })
}

/** One piece over the counter, without an invoice. */
async function sellAtCounter(ctx: Transacting, item: Shop['goods'][number]) {
  await fillShelf(ctx, item)
  const body = { product_id: item.id, quantity: -1, reason: 'Verkocht aan de balie' }
  await adjustStock(ctx, { body })
}

async function fillShelf(ctx: Transacting, item: Shop['goods'][number]) {
  const { stock_quantity, reserved_quantity } = await getProduct(ctx, { params: { id: item.id } })
  if (stock_quantity <= reserved_quantity) await restock(ctx, item)
}
