import { expect } from 'vitest'
import type { Json } from '../harness/client.ts'
import type { Shop, startShops } from '../harness/shop.ts'
import { makers } from '../workshop/makers.ts'

type Owner = Awaited<ReturnType<typeof startShops>>['owner']

/** What a test of warranty needs: policies, repairs that were completed so many days ago, claims. */
export function claimants(shop: Shop, owner: Owner) {
  const { api, tenant_id } = shop
  const make = makers(shop, owner)

  const made = async (path: string, body: object): Promise<Json> => {
    const answer = await api.post(path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body
  }
  const policy = (duration_days: number, applies_to: string | null = null, draft: object = {}) =>
    made('/warranty/configs', {
      name: `${applies_to} ${duration_days}`,
      duration_days,
      applies_to,
      ...draft,
    })
  /** Ends the repair at noon of the shop's day, so many days back. */
  const complete = async (id: number, daysAgo = 0) => {
    const at =
      daysAgo === 0
        ? 'now()'
        : `(app.today() - ${daysAgo} + time '12:00') at time zone
           (select timezone from tenants where id = ${tenant_id})`
    await owner.query(`begin; set local app.tenant_id = '${tenant_id}';
      update work_orders set status = 'completed', completed_at = ${at} where id = ${id}; commit`)
  }
  const repaired = async (daysAgo = 0, draft: object = {}): Promise<Json> => {
    const { id } = await make.order(draft as { customer_id?: number })
    await complete(id, daysAgo)
    return (await api.get(`/work-orders/${id}`)).body
  }
  /** A day of the shop, so many days back. */
  const daysAgo = async (days: number): Promise<string> => {
    const { rows } = await owner.query(
      `select ((now() at time zone timezone)::date - $2::int)::text as day from tenants where id = $1`,
      [tenant_id, days],
    )
    return rows[0].day
  }
  const claim = (work_order_id: number, draft: object = {}) =>
    api.post('/warranty/claims', { work_order_id, description: 'It flickers again', ...draft })
  const claimed = (work_order_id: number, draft: object = {}) =>
    made('/warranty/claims', { work_order_id, description: 'It flickers again', ...draft })
  const refusal = async (work_order_id: number, draft: object = {}): Promise<string> => {
    const { status, body } = await claim(work_order_id, draft)
    expect(status, JSON.stringify(body)).toBe(422)
    return body.code
  }
  const approved = async (id: number, body: object = {}): Promise<Json> => {
    const answer = await api.post(`/warranty/claims/${id}/approve`, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    const order = await api.get(`/work-orders/${answer.body.warranty_work_order_id}`)
    return order.body
  }
  /** No policy but these. */
  const onlyPolicies = async (...kept: number[]) => {
    const ids = `{${kept.join()}}`
    await owner.query(
      'update warranty_configs set active = false where tenant_id = $1 and id <> all ($2::bigint[])',
      [tenant_id, ids],
    )
  }
  return {
    ...make,
    policy,
    complete,
    repaired,
    daysAgo,
    claim,
    claimed,
    refusal,
    approved,
    onlyPolicies,
  }
}

/** How often each answer was given: `{ '201': 1, claim_pending: 19 }`. */
export function tally(answers: { status: number; body: Json }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const name = status < 300 ? String(status) : body.code
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
