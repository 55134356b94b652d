import { systemContext } from '../../dev/context.ts'
import { addNote } from '../../src/domain/workshop/work-order-notes.ts'
import { changeStatus } from '../../src/domain/workshop/work-order-status.ts'
import { createWorkOrder } from '../../src/domain/workshop/work-orders.ts'
import { settled } from '../engine/settled.ts'
import type { Json } from '../harness/client.ts'
import type { Shop, startShops } from '../harness/shop.ts'

type Started = Awaited<ReturnType<typeof startShops>>

/** Nine to half past five with a lunch break, closed in the weekend. */
const weekday = ['09:00-12:30', '13:00-17:30']
export const officeHours = { mon: weekday, tue: weekday, wed: weekday, thu: weekday, fri: weekday }

/** Work orders whose story is told at times of its own, and what the API says of them afterwards. */
export function workshopOf(
  { owner, miniflare, endpoint, worker_url }: Started,
  { api, tenant_id }: Shop,
) {
  const at = (now: string | Date) =>
    systemContext(
      { database_url: worker_url, endpoint_url: endpoint.url },
      { job: 'test', tenant_id, now: new Date(now) },
    )
  const fire = async (cron: string) =>
    (await miniflare.getWorker()).scheduled({ cron, scheduledTime: new Date() })

  const config = async (fields: object = {}): Promise<Json> => {
    const body = { name: 'Standard 24h', response_hours: 4, resolution_hours: 8, ...fields }
    const answer = await api.post('/sla/configs', body)
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  /** What happened long ago called nobody to work: the sweep does. */
  const caughtUp = async () => {
    await fire('* * * * *')
    await settled(owner)
  }
  return {
    config,
    caughtUp,
    fire,
    at,
    customer: async (): Promise<number> =>
      (await api.post('/customers', { first_name: 'Jane' })).body.id,
    order: async (now: string | Date, fields: object = {}): Promise<number> => {
      const customer = await api.post('/customers', { first_name: 'Jane' })
      const body = { customer_id: customer.body.id, ...fields }
      const parsed = createWorkOrder.spec.body.parse(body)
      return (await createWorkOrder(at(now), { body: parsed })).id
    },
    move: (now: string | Date, id: number, status: string) =>
      changeStatus(at(now), { params: { id }, body: { status, note: undefined } }),
    note: (now: string | Date, id: number, is_internal: boolean) =>
      addNote(at(now), { params: { id }, body: { note: 'Your phone is dry', is_internal } }),
    sla: async (id: number): Promise<Json> => (await api.get(`/work-orders/${id}`)).body.sla,
    breaches: async (query = ''): Promise<Json> =>
      (await api.get(`/sla/breaches${query}`)).body.data,
    check: async (): Promise<number> => (await api.post('/sla/run-check')).body.new_breaches,
    /** Events of a work order by this name. */
    told: async (name: string, id: number): Promise<Json[]> =>
      (await api.get(`/events?name=${name}&entity=work_order&entity_id=${id}`)).body.data,
  }
}
