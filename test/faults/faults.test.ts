import { afterAll, expect, inject, test } from 'vitest'
import { startNeonEndpoint } from '../../dev/neon-endpoint.ts'
import { startTwilio } from '../fakes/twilio.ts'
import { startDatabase } from '../harness/database.ts'
import { Day } from './commands.ts'
import { connectTwilio, openMortalShop } from './mortal-shop.ts'
import { startMortalWorker } from './mortal-worker.ts'
import { PersistentClient } from './persistent-client.ts'
import { Chance, type Fault, type Moment, planFaults, points } from './plan.ts'
import { countedOnce, startReceivers, tally } from './receivers.ts'

// `npm run faults` plays fifty; FAULT_SEED repeats one.
const { FAULT_SEED, FAULT_RUNS = '2' } = process.env
const seeds = FAULT_SEED
  ? [Number(FAULT_SEED)]
  : Array.from({ length: Number(FAULT_RUNS) }, (_, n) => n + 1)
const commands = Number(process.env.FAULT_COMMANDS ?? 80)
const faultsPerRun = Math.max(4, Math.round(commands / 25))
/** Commands under way at a time. */
const hands = 4

const told = ['customer.created', 'work_order.created', 'work_order.status_changed', 'invoice.paid']

let armed: Fault[] = []
/** How often each thing went wrong. */
const struck: Record<string, number> = {}

/** The next fault whose place this is. @throws when it is a lie: the answer will be an error */
function strike(moment: Moment, text = ' ') {
  const place = armed.findIndex(({ point }) => point.at === moment && point.text.test(text))
  if (place < 0) return
  const [fault] = armed.splice(place, 1) as [Fault]
  const what = `${fault.kind}: ${fault.point.name}`
  struck[what] = (struck[what] ?? 0) + 1
  if (fault.kind === 'lie') throw new Error('a lie')
  worker.kill()
}

const database = await startDatabase()
const endpoint = await startNeonEndpoint({
  allow: (_, port) => port === database.port,
  watch: (text, moment) => strike(moment, text),
})
const receivers = await startReceivers(() => strike('received'))
const twilio = await startTwilio()
const worker = await startMortalWorker({
  bundle: inject('bundle'),
  database_url: database.worker_url,
  endpoint_url: endpoint.url,
  smtp_url: receivers.smtp_url,
  vars: {
    ALLOW_PRIVATE_HOSTS: '1',
    TWILIO_BASE_URL: twilio.url,
    PUBLIC_URL: 'https://api.repair-angel.example',
  },
})
afterAll(async () => {
  console.table({ ...struck, kills: worker.kills() })
  console.table({
    webhooks: tally(receivers.webhooks),
    mails: tally(receivers.mails),
    'text messages': { effects: twilio.messages.length },
  })
  await worker.stop()
  await Promise.all([endpoint.stop(), receivers.stop(), twilio.stop()])
  await database.owner.end()
})
const { owner } = database

const { api, technician, tenant_id } = await openForBusiness()

/** A shop whose every change has effects: mails, text messages, webhooks, notes, notifications. */
async function openForBusiness() {
  const { shop, tenant_id } = await openMortalShop(database, endpoint, worker, 'fire')
  const made = async (path: string, body: object) => {
    const answer = await shop.api.post(path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body
  }
  const { body: me } = await shop.as.technician.get('/auth/me')
  const { id: technician } = await made('/employees', { name: 'Tim', user_id: (me.user ?? me).id })
  await connectTwilio(shop, twilio)
  await made('/webhook-endpoints', { url: receivers.webhook_url, events: told })
  await made('/automation-rules', {
    name: 'Welcome',
    trigger: 'customer.created',
    conditions: [],
    actions: [{ type: 'send_email', params: { subject: 'Welkom {{customer_name}}', body: 'Dag' } }],
  })
  await made('/automation-rules', {
    name: 'Tell the customer',
    trigger: 'work_order.status_changed',
    conditions: [{ field: 'status', operator: 'changed_to', value: 'in_repair' }],
    actions: [{ type: 'send_sms', params: { body: '{{ticket_no}} wordt gerepareerd' } }],
  })
  await made('/automation-rules', {
    name: 'Seen',
    trigger: 'work_order.created',
    conditions: [],
    actions: [{ type: 'add_note', params: { note: 'Gezien' } }],
  })
  const api = new PersistentClient(worker.url, shop.api.token ?? '')
  return { api, technician, tenant_id }
}

/** The time that a retry or a dead consumer's claim waits for is over. */
async function letTimePass() {
  await owner.query(
    `update reactions set next_at = now() - interval '10 seconds'
     where done_at is null and failed_at is null and next_at > now() - interval '10 seconds'`,
  )
  const miniflare = await worker.up()
  await (await miniflare.getWorker()).scheduled({ cron: '* * * * *', scheduledTime: new Date() })
}

async function play(seed: number) {
  const chance = new Chance(seed)
  const plan = planFaults(chance, commands, faultsPerRun)
  const day = new Day(api, chance, seed, technician)
  let given = 0
  const work = async () => {
    while (given < commands) {
      const nth = given++
      armed.push(...plan.filter(({ after }) => after === nth))
      await day.act(nth)
      if (armed.some(({ point }) => point.at === 'answered')) strike('answered')
    }
  }
  await Promise.all(Array.from({ length: hands }, work))
  armed = []
  await worker.up()
}

/** Until nothing waits any more. */
async function drain() {
  const waiting = async () =>
    (
      await owner.query(
        `select count(*)::int as n from reactions where done_at is null and failed_at is null`,
      )
    ).rows[0].n
  for (let rounds = 0; (await waiting()) > 0; rounds++) {
    if (rounds > 100) throw new Error(`${await waiting()} reactions still wait`)
    await letTimePass()
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** What there should be of each, by the events; and what there is. */
async function checkEffects() {
  const rows = async (text: string) => (await owner.query(text)).rows
  const counted = async (text: string) =>
    Object.fromEntries((await rows(text)).map(({ about, n }) => [about, Number(n)]))

  expect(await rows('select * from dead_letters')).toEqual([])
  expect(countedOnce(receivers.webhooks)).toEqual(
    await counted(
      `select name || ' ' || entity_id as about, count(*) as n from events
       where name = any ('{${told}}') group by 1`,
    ),
  )
  expect(countedOnce(receivers.mails.filter(({ about }) => about.startsWith('Welkom')))).toEqual(
    await counted(
      `select 'Welkom ' || (changes -> 'first_name' ->> 1) as about, 1 as n from events
       where name = 'customer.created'`,
    ),
  )
  expect(countedOnce(twilio.messages.map(({ sid, body }) => ({ id: sid, about: body })))).toEqual(
    await counted(
      `select w.ticket_no || ' wordt gerepareerd' as about, count(*) as n
       from events e join work_orders w on w.id = e.entity_id
       where e.name = 'work_order.status_changed' and e.changes -> 'status' ->> 1 = 'in_repair'
       group by 1`,
    ),
  )
  expect(
    await rows(
      `select w.id from work_orders w where (select count(*) from work_order_notes n
       where n.work_order_id = w.id and n.note = 'Gezien') <> 1`,
    ),
  ).toEqual([])
  expect(
    await rows(
      `select e.id from events e where e.name = 'work_order.assigned' and 1 <> (
         select count(*) from notifications n where n.event_id = e.id and n.key = 'wo_assigned')`,
    ),
  ).toEqual([])
}

test.each(seeds)(
  'seed %i: whatever dies when, every effect happens once',
  async (seed) => {
    await play(seed)
    await drain()
    await checkEffects()
  },
  600_000,
)

test('messages delivered five times at once, to consumers that fail half-way: the same', async () => {
  const day = new Day(api, new Chance(0), 0, technician)
  const body = { kind: 'reactions', tenant_id, request_id: 'again' }
  const message = () => ({ id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body })
  let nth = 0
  for (const point of points.filter(({ at }) => at === 'asked' || at === 'done')) {
    armed = Array.from({ length: 3 }, () => ({ point, kind: 'lie', after: 0 }))
    for (let commands = 0; commands < 8; commands++) await day.act(nth++)
    const consumer = await (await worker.up()).getWorker()
    const deliveries = Array.from({ length: 5 }, () =>
      consumer.queue('events', [message(), message()]),
    )
    await Promise.all(deliveries)
  }
  armed = []
  await drain()
  await checkEffects()
}, 120_000)

test('and all of them did happen', () => {
  for (const received of [receivers.webhooks, receivers.mails, twilio.messages]) {
    expect(received.length).toBeGreaterThan(0)
  }
  expect(worker.kills()).toBeGreaterThan(0)
})
