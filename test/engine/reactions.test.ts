import { beforeEach, expect, test, vi } from 'vitest'
import { startBusyMailServer } from '../harness/busy-mail.ts'
import { startShops } from '../harness/shop.ts'
import { settled } from './settled.ts'

const { smtp_url, mailbox, refuse } = await startBusyMailServer({ busy: 0 })
const { shop, other, owner, miniflare } = await startShops({ smtp_url })

beforeEach(async () => {
  mailbox.clear()
  await owner.query('delete from reactions')
  await owner.query('delete from dead_letters')
})

interface Asked {
  kind?: string
  key: string
  payload?: object
  attempts?: number
  next_at?: string
  tenant_id?: number
}

/** A reaction as a transaction leaves it. */
async function asked({ kind = 'mail', key, payload, attempts = 0, ...rest }: Asked) {
  const { next_at = 'now', tenant_id = shop.tenant_id } = rest
  const mail = { to: `${key}@example.com`, subject: key, text: 'Dag' }
  const { rows } = await owner.query(
    `insert into reactions (tenant_id, kind, key, payload, attempts, next_at)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [tenant_id, kind, key, JSON.stringify(payload ?? mail), attempts, next_at],
  )
  return Number(rows[0].id)
}

async function call(tenant_id = shop.tenant_id) {
  const queue = await miniflare.getQueueProducer('EVENTS_QUEUE')
  await queue.send({ kind: 'reactions', tenant_id, request_id: 'test' })
}

const fire = async (cron: string) => (await miniflare.getWorker()).scheduled({ cron })

const reaction = async (id: number) =>
  (await owner.query('select * from reactions where id = $1', [id])).rows[0]

test('each is done once, however many consumers are called at once', async () => {
  const keys = Array.from({ length: 40 }, (_, n) => `mail-${n}`)
  await Promise.all(keys.map((key) => asked({ key })))
  await Promise.all(Array.from({ length: 20 }, () => call()))
  await settled(owner)
  expect(mailbox.mails().map(({ to }) => to[0])).toHaveLength(keys.length)
  expect(new Set(mailbox.mails().map(({ to }) => to[0]))).toEqual(
    new Set(keys.map((key) => `${key}@example.com`)),
  )
})

test('what is done keeps nothing of what it said', async () => {
  const id = await asked({ key: 'discreet' })
  await call()
  await settled(owner)
  expect(await reaction(id)).toMatchObject({ payload: {}, done_at: expect.any(Date), attempts: 1 })
})

test('a key is asked for once', async () => {
  await asked({ key: 'once' })
  await expect(asked({ key: 'once' })).rejects.toThrow('reactions_key_unique')
  await expect(asked({ key: 'once', tenant_id: other.tenant_id })).resolves.toBeGreaterThan(0)
})

test('one whose consumer died is taken up by the sweep, after its time and not before', async () => {
  const dead = await asked({ key: 'died', attempts: 1, next_at: '2020-01-01' })
  const held = await asked({ key: 'held', attempts: 1, next_at: '2099-01-01' })
  const elsewhere = await asked({
    key: 'elsewhere',
    next_at: 'yesterday',
    tenant_id: other.tenant_id,
  })
  expect((await fire('* * * * *')).outcome).toBe('ok')
  for (const id of [dead, elsewhere]) {
    await expect.poll(async () => (await reaction(id)).done_at, { timeout: 10_000 }).not.toBeNull()
  }
  expect(await reaction(dead)).toMatchObject({ attempts: 2 })
  expect(await reaction(held)).toMatchObject({ done_at: null, attempts: 1 })
  expect(await reaction(elsewhere)).toMatchObject({ attempts: 1 })
})

test('one that fails is tried again within half a minute, as the same mail', async () => {
  refuse(1)
  const id = await asked({ key: 'again' })
  await call()
  await expect.poll(async () => (await reaction(id)).failure, { timeout: 10_000 }).not.toBeNull()
  const { rows } = await owner.query(
    `select next_at - now() <= interval '30 seconds' as soon, failure from reactions`,
  )
  expect(rows).toEqual([
    { soon: true, failure: expect.stringContaining('cannot take the mail now') },
  ])
  await vi.waitFor(() => expect(mailbox.mails()).toHaveLength(1), { timeout: 30_000 })
  expect(mailbox.mails()[0]?.headers['message-id']).toMatch(/^<[\da-f]{40}@/)
  await expect.poll(async () => (await reaction(id)).done_at).not.toBeNull()
}, 60_000)

test('what was tried to the end is a dead letter, and can be done again', async () => {
  refuse(1)
  const id = await asked({ key: 'last', attempts: 8 })
  await call()
  await expect.poll(async () => (await reaction(id)).failed_at, { timeout: 10_000 }).not.toBeNull()
  const { body: list } = await shop.api.get('/dead-letters?kind=mail&replayed=0')
  expect(list).toMatchObject({
    total: 1,
    data: [
      {
        queue: 'reactions',
        kind: 'mail',
        body: { reaction_id: id, key: 'last' },
        attempts: 9,
        failure: expect.stringContaining('cannot take the mail now'),
        replayed_at: null,
        replayed_by: null,
      },
    ],
  })
  expect((await other.api.get('/dead-letters')).body.total).toBe(0)
  const path = `/dead-letters/${list.data[0].id}`
  expect((await other.api.post(`${path}/replay`)).status).toBe(404)
  expect((await shop.as.manager.post(`${path}/replay`)).status).toBe(403)
  expect(mailbox.mails()).toEqual([])

  expect(await shop.api.post(`${path}/replay`)).toMatchObject({
    status: 200,
    body: {
      replayed_at: expect.any(String),
      replayed_by: { id: expect.any(Number), name: 'admin of first' },
    },
  })
  await settled(owner)
  expect(mailbox.mails().map(({ to }) => to[0])).toEqual(['last@example.com'])
  expect((await shop.api.get('/dead-letters?replayed=1')).body.total).toBe(1)
  expect((await shop.api.delete(path)).status).toBe(204)
  expect((await shop.api.get(path)).status).toBe(404)
})

test('what nothing handles is given up at once', async () => {
  const id = await asked({ kind: 'unheard_of', key: 'strange' })
  await call()
  await settled(owner)
  expect(await reaction(id)).toMatchObject({
    done_at: null,
    failed_at: expect.any(Date),
    failure: 'There is nothing that handles "unheard_of".',
  })
})

test('what kills its consumer each time is given up in the end', async () => {
  const id = await asked({ key: 'deadly', attempts: 25 })
  await call()
  await settled(owner)
  expect(await reaction(id)).toMatchObject({
    done_at: null,
    failure: 'Its consumer died each time.',
  })
  expect(mailbox.mails()).toEqual([])
})

test('a message that its queue gave up is kept, but for a link to a new password', async () => {
  const worker = await miniflare.getWorker()
  const message = (id: string, body: object) => ({ id, timestamp: new Date(), attempts: 7, body })
  const lost = { kind: 'inbox_message', tenant_id: shop.tenant_id, id: 7, request_id: 'r' }
  const void_after_an_hour = {
    kind: 'password_reset',
    email: 'a@b.nl',
    origin: '',
    request_id: 'r',
  }
  await worker.queue('dead-letters', [
    message('1', lost),
    message('2', void_after_an_hour),
    message('3', {}),
  ])
  const { body } = await shop.api.get('/dead-letters')
  expect(body.data).toMatchObject([
    { queue: 'events', kind: 'inbox_message', body: lost, attempts: 7, failure: null },
  ])
})

test('a message that fails for the last time is kept with the reason', async () => {
  const worker = await miniflare.getWorker()
  // Only a table that is not there makes a known message fail for good.
  await owner.query('alter table recurring_invoices rename to hidden')
  const body = { kind: 'recurring_invoice', tenant_id: shop.tenant_id, id: 1, request_id: 'r' }
  await worker.queue('events', [{ id: '1', timestamp: new Date(), attempts: 6, body }])
  await owner.query('alter table hidden rename to recurring_invoices')
  const { body: list } = await shop.api.get('/dead-letters?kind=recurring_invoice')
  expect(list.data).toMatchObject([
    { queue: 'events', attempts: 6, failure: expect.stringContaining('recurring_invoices') },
  ])
  expect((await shop.api.post(`/dead-letters/${list.data[0].id}/replay`)).status).toBe(200)
})
