import { settled } from '../engine/settled.ts'
import type { Client, Json } from '../harness/client.ts'
import type { startShops } from '../harness/shop.ts'
import { makers } from '../workshop/makers.ts'

/** The rule of the reference's own sample. */
export const closing = {
  name: 'Auto-close after 30 days',
  trigger: 'wo_idle',
  conditions: [{ field: 'idle_days', operator: '>=', value: 30 }],
  actions: [{ type: 'set_status', params: { status: 'cancelled' } }],
}

export async function newRule(api: Client, draft: object = {}): Promise<Json> {
  const { status, body } = await api.post('/automation-rules', { ...closing, ...draft })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return { ...body, path: `/automation-rules/${body.id}` }
}

type Started = Awaited<ReturnType<typeof startShops>>
type Owner = Started['owner']

/** What leaves the house stays in the table, to be looked at. */
export const keepInside = (owner: Owner) =>
  owner.query(`
    create function keep_inside() returns trigger language plpgsql as
    $$ begin new.next_at := 'infinity'; new.failure := 'It waits for the test.'; return new; end $$;
    create trigger keep_inside before insert on reactions for each row
    when (new.kind in ('mail', 'sms', 'webhook', 'push')) execute function keep_inside()`)

/** What was asked to be done outside. */
export async function askedFor(owner: Owner, kind: string): Promise<Json[]> {
  const { rows } = await owner.query(
    'select key, subject_id::int, payload from reactions where kind = $1 order by id',
    [kind],
  )
  return rows
}

/** The log of a rule, newest first. */
export const logOf = async (api: Client, { path }: Json): Promise<Json[]> =>
  (await api.get(`${path}/logs`)).body.data

export const jane = { first_name: 'Jane', last_name: 'Smith', email: 'jane@example.com' }

/** A shop whose rules act, and what they act on. */
export function acting({ shop, owner }: Pick<Started, 'shop' | 'owner'>) {
  const { api } = shop
  const make = makers(shop, owner)
  return {
    make,
    /** A rule that acts on every new work order, unless said otherwise. */
    rule: (type: string, params: object, draft: object = {}) =>
      newRule(api, {
        name: 'Tested',
        trigger: 'work_order.created',
        conditions: [],
        actions: [{ type, params }],
        ...draft,
      }),
    /** A new work order, after the rules have acted on it. */
    orderOf: async (customer: object = jane, draft: object = {}): Promise<Json> => {
      const { id } = await make.customer(customer)
      const order = await make.order({ customer_id: id, ...draft })
      await settled(owner)
      return (await api.get(`/work-orders/${order.id}`)).body
    },
  }
}
