import type { Answer, Json } from '../harness/client.ts'
import { done } from '../ledger/posting.ts'
import { nth, type Step, type World } from '../ledger/world.ts'

/** A shop of two branches, with engineers and a second warehouse. */
export interface Figured extends World {
  branches: number[]
  engineers: number[]
  orders: number[]
}

export async function furnish(world: World): Promise<Figured> {
  const { api } = world
  const branches: number[] = []
  for (const name of ['Centre', 'Harbour']) {
    branches.push((await done(api.post('/branches', { name }))).id)
  }
  const engineers: number[] = []
  for (const name of ['Jan', 'Sofie']) {
    engineers.push((await done(api.post('/employees', { name }))).id)
  }
  return { ...world, branches, engineers, orders: [...world.work_orders] }
}

export type Chance = Omit<Step, 'command'>
type Act = (world: Figured, step: Chance) => Promise<Answer | undefined>

const withOrder =
  (act: (world: Figured, id: number, step: Chance) => Promise<Answer>): Act =>
  async (world, step) => {
    const id = nth(world.orders, step.which)
    return id === undefined ? undefined : act(world, id, step)
  }

const patch = (change: (world: Figured, step: Chance) => object) =>
  withOrder((world, id, step) => world.api.patch(`/work-orders/${id}`, change(world, step)))

/** As nobody but the database's owner can. */
const asOwner =
  (query: string, values: (world: Figured, step: Chance) => unknown[]): Act =>
  async (world, step) => {
    await world.owner.query(query, values(world, step))
    return undefined
  }

const statuses = ['diagnosis', 'in_repair', 'ready', 'completed', 'cancelled']

const order: Act = async (world, { which, other, flag }) => {
  const customers = Object.values(world.customers)
  const answer = await world.api.post('/work-orders', {
    customer_id: nth(customers, which),
    ...(flag && { branch_id: nth(world.branches, other) }),
    ...(other % 3 && { assigned_to: nth(world.engineers, which) }),
  })
  if (answer.status === 201) world.orders.push(answer.body.id)
  return answer
}

/** Bills a work order and issues that. */
const bill = withOrder(async (world, id, { amount, flag }) => {
  await world.api.post(`/work-orders/${id}/lines`, { description: 'Work', unit_price: amount })
  const invoice = await world.api.post(`/work-orders/${id}/invoice`, {})
  if (invoice.status !== 201) return invoice
  world.made.invoices.push(invoice.body.id)
  return flag ? world.api.post(`/invoices/${invoice.body.id}/issue`, {}) : invoice
})

export const biCommands: Record<string, Act> = {
  order,
  bill,
  assign: patch(({ engineers }, { other, flag }) => ({
    assigned_to: flag ? nth(engineers, other) : null,
  })),
  move: patch(({ branches }, { other, flag }) => ({
    branch_id: flag ? nth(branches, other) : null,
  })),
  give: patch(({ customers }, { other }) => ({
    customer_id: nth(Object.values(customers), other),
  })),
  turn: withOrder((world, id, { other }) =>
    world.api.post(`/work-orders/${id}/status`, { status: nth(statuses, other) }),
  ),
  remove: withOrder((world, id) => world.api.delete(`/work-orders/${id}`)),
  age: asOwner(
    `update work_orders set created_at = created_at - $2 * interval '1 day' where id = $1`,
    (world, { which, age }) => [nth(world.orders, which), age],
  ),
  fold: asOwner('select app.fold_facts($1)', ({ shop }) => [shop.tenant_id]),
  zone: (world, { other }) =>
    world.api.put('/settings', {
      timezone: nth(['Europe/Amsterdam', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'], other),
    }),
  house: async (world, { other, flag }) => {
    const { body } = await world.api.get('/warehouses')
    const warehouse = nth(body.data as Json[], other)
    const branch_id = flag ? nth(world.branches, other) : null
    return world.api.patch(`/warehouses/${warehouse?.id}`, { branch_id })
  },
}
