import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { settled } from '../engine/settled.ts'
import { startPushService } from '../fakes/push.ts'
import type { Client, Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

/** Two shops whose Worker can send mail and push messages, and who gets them. */
export async function startTelling() {
  const [mailbox, push] = await Promise.all([startMailbox(), startPushService()])
  afterAll(() => Promise.all([mailbox.stop(), push.stop()]))
  const vars = { ALLOW_PRIVATE_HOSTS: '1' }
  const shops = await startShops({ smtp_url: mailbox.smtp_url, vars })
  const { shop, owner, miniflare } = shops

  /** Calls a consumer to work, for what was written by hand. */
  async function work() {
    const queue = await miniflare.getQueueProducer('EVENTS_QUEUE')
    await queue.send({ kind: 'reactions', tenant_id: shop.tenant_id, request_id: 'test' })
  }

  /** An event that a job or a part of the service records. */
  async function happened(name: string, entity: string, id: number, changes: object = {}) {
    await owner.query(
      `insert into events (tenant_id, name, entity, entity_id, root, root_id, actor, changes)
       values ($1, $2, $3, $4, $3, $4, 'system:test', $5)`,
      [shop.tenant_id, name, entity, id, JSON.stringify(changes)],
    )
    await work()
  }
  /** A browser of a person, that subscribed. */
  async function subscribed(api: Client) {
    const browser = push.newBrowser()
    const { status, body } = await api.post('/notifications/subscriptions', browser.subscription)
    if (status !== 201) throw new Error(JSON.stringify(body))
    return { ...browser, id: body.id as number }
  }
  return { ...shops, mailbox, push, subscribed, work, happened, settled: () => settled(owner) }
}

export type Telling = Awaited<ReturnType<typeof startTelling>>

export const userOf = async (api: Client): Promise<number> => (await api.get('/auth/me')).body.id

/** What a person finds in the app, newest first. */
export const told = async (api: Client): Promise<Json[]> =>
  (await api.get('/notifications?per_page=100')).body.data

/** Makes the account of a client an engineer, to whom work can be given. */
export async function newEngineer({ owner, shop }: Telling, api: Client): Promise<number> {
  const { rows } = await owner.query(
    `insert into employees (tenant_id, name, user_id) values ($1, 'Engineer', $2) returning id::int`,
    [shop.tenant_id, await userOf(api)],
  )
  return rows[0].id
}
