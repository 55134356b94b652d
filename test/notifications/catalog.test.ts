import { expect, test } from 'vitest'
import { kinds, notifiedEvents } from '../../src/domain/notifications/catalog.ts'
import type { Client } from '../harness/client.ts'
import { newRecords } from './records.ts'
import { newEngineer, startTelling, told } from './telling.ts'

const world = await startTelling()
const { shop, owner, settled, work, happened, mailbox } = world
const { technician, admin } = shop.as
const engineer = await newEngineer(world, technician)

test('the trigger on events knows the events of the catalog, and no others', async () => {
  const { rows } = await owner.query(
    `select prosrc from pg_proc where oid = 'app.is_notified'::regproc`,
  )
  const names = Array.from(rows[0].prosrc.matchAll(/'([^']+)'/g), ([, name]) => name)
  expect(new Set(names)).toEqual(notifiedEvents)
  expect(names).toHaveLength(notifiedEvents.size)
})

test('every key is one', () => {
  const keys = kinds.map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})

const records = await newRecords(world, engineer)
const { customer, order, invoice, payment, quotation } = records
const { task, product, agreement, endpoint, license, sync, mail } = records
await work()

interface Case {
  event: string
  record: [entity: string, id: number]
  changes?: object
  to: Client
  words: [title: string, body: string]
  /** The same in Dutch. */
  woorden: [title: string, body: string]
}

const wo: Case['record'] = ['work_order', order.id]
const about = `${customer.name}, Apple iPhone 14`

const cases: Case[] = [
  {
    event: 'email_message.received',
    record: ['email_message', mail.id],
    to: shop.as.frontdesk,
    words: [`E-mail from ${customer.name}`, 'Where is my phone?'],
    woorden: [`E-mail van ${customer.name}`, 'Where is my phone?'],
  },
  {
    event: 'work_order.created',
    record: wo,
    to: admin,
    words: [`${order.ticket_no} created`, about],
    woorden: [`${order.ticket_no} aangemaakt`, about],
  },
  {
    event: 'work_order.completed',
    record: wo,
    to: admin,
    words: [`${order.ticket_no} completed`, about],
    woorden: [`${order.ticket_no} is klaar`, about],
  },
  {
    event: 'work_order.assigned',
    record: wo,
    changes: { assigned_to: [null, engineer] },
    to: technician,
    words: [`${order.ticket_no} assigned to you`, about],
    woorden: [`${order.ticket_no} is aan u toegewezen`, about],
  },
  {
    event: 'sla.warned',
    record: wo,
    changes: { kind: [null, 'response'] },
    to: technician,
    words: [`${order.ticket_no}: response deadline is near`, about],
    woorden: [`${order.ticket_no}: reactietermijn nadert`, about],
  },
  {
    event: 'sla.breached',
    record: wo,
    changes: { kind: [null, 'resolution'] },
    to: admin,
    words: [`${order.ticket_no}: resolution deadline missed`, about],
    woorden: [`${order.ticket_no}: oplostermijn overschreden`, about],
  },
  {
    event: 'invoice.overdue',
    record: ['invoice', invoice.id],
    to: admin,
    words: [
      `Invoice ${invoice.invoice_number} is overdue`,
      `${customer.name}: €121.00 open, due 10 April 2026`,
    ],
    woorden: [
      `Factuur ${invoice.invoice_number} is te laat`,
      `${customer.name}: € 121,00 open, te betalen voor 10 april 2026`,
    ],
  },
  {
    event: 'invoice.paid',
    record: ['invoice', invoice.id],
    to: shop.as.accountant,
    words: [`Invoice ${invoice.invoice_number} paid`, `${customer.name}: €121.00`],
    woorden: [`Factuur ${invoice.invoice_number} is betaald`, `${customer.name}: € 121,00`],
  },
  {
    event: 'payment.failed',
    record: ['payment', payment.id],
    to: shop.as.frontdesk,
    words: [
      `Payment of invoice ${invoice.invoice_number} failed`,
      `${customer.name}: €50.00, Insufficient funds`,
    ],
    woorden: [
      `Betaling van factuur ${invoice.invoice_number} is mislukt`,
      `${customer.name}: € 50,00, Insufficient funds`,
    ],
  },
  {
    event: 'task.created',
    record: ['task', task.id],
    changes: { assigned_to: [null, engineer] },
    to: technician,
    words: ['Task assigned to you', `Order a screen, ${order.ticket_no}, due 2 April 2026`],
    woorden: [
      'Een taak is aan u toegewezen',
      `Order a screen, ${order.ticket_no}, voor 2 april 2026`,
    ],
  },
  {
    event: 'task.due',
    record: ['task', task.id],
    to: technician,
    words: ['Task due', `Order a screen, ${order.ticket_no}, due 2 April 2026`],
    woorden: ['Een taak moet af', `Order a screen, ${order.ticket_no}, voor 2 april 2026`],
  },
  {
    event: 'task.reminded',
    record: ['task', task.id],
    to: technician,
    words: ['Reminder of a task', `Order a screen, ${order.ticket_no}, due 2 April 2026`],
    woorden: ['Herinnering aan een taak', `Order a screen, ${order.ticket_no}, voor 2 april 2026`],
  },
  {
    event: 'quotation.rejected',
    record: ['quotation', quotation.id],
    to: admin,
    words: [`Quotation ${quotation.quotation_number} rejected`, `${customer.name}, Too dear`],
    woorden: [`Offerte ${quotation.quotation_number} is afgewezen`, `${customer.name}, Too dear`],
  },
  {
    event: 'quotation.expired',
    record: ['quotation', quotation.id],
    to: admin,
    words: [
      `Quotation ${quotation.quotation_number} expired`,
      `${customer.name}: valid until 1 May 2026`,
    ],
    woorden: [
      `Offerte ${quotation.quotation_number} is verlopen`,
      `${customer.name}: geldig tot en met 1 mei 2026`,
    ],
  },
  {
    event: 'price_agreement.signed',
    record: ['price_agreement', agreement.id],
    to: admin,
    words: ['Price agreement signed', `${customer.name}: OLED screen`],
    woorden: ['Prijsafspraak ondertekend', `${customer.name}: OLED screen`],
  },
  {
    event: 'price_agreement.expired',
    record: ['price_agreement', agreement.id],
    to: admin,
    words: ['Price agreement expired', `${customer.name}: OLED screen`],
    woorden: ['Prijsafspraak verlopen', `${customer.name}: OLED screen`],
  },
  {
    event: 'product.low_stock',
    record: ['product', product.id],
    to: admin,
    words: ['OLED screen is running out', '2 in stock'],
    woorden: ['OLED screen raakt op', 'Nog 2 op voorraad'],
  },
  {
    event: 'license.expiring',
    record: ['license', license.id],
    to: admin,
    words: ['Your licence expires soon', 'Valid until 30 April 2026'],
    woorden: ['Uw licentie verloopt binnenkort', 'Geldig tot en met 30 april 2026'],
  },
  {
    event: 'license.expired',
    record: ['license', license.id],
    to: admin,
    words: [
      'Your licence has expired',
      'Valid until 30 April 2026. Reading and exporting stay possible.',
    ],
    woorden: [
      'Uw licentie is verlopen',
      'Geldig tot en met 30 april 2026. Lezen en exporteren blijft mogelijk.',
    ],
  },
  {
    event: 'webhook_endpoint.disabled',
    record: ['webhook_endpoint', endpoint.id],
    to: admin,
    words: ['Webhook disabled', 'https://hooks.example.com/in, It answered 410'],
    woorden: ['Webhook uitgeschakeld', 'https://hooks.example.com/in, It answered 410'],
  },
  {
    event: 'document_sync.failed',
    record: ['document_sync', sync.id],
    to: admin,
    words: [`${sync.reference} is not in the bookkeeping`, sync.failure],
    woorden: [`${sync.reference} staat niet in de boekhouding`, sync.failure],
  },
]

test.each(cases)('$event is told in the app, and in Dutch by mail', async (given) => {
  const { event, record, changes = {}, to, words, woorden } = given
  await settled()
  await owner.query('delete from notifications')
  await owner.query('delete from notification_preferences')
  const keys = kinds.filter(({ events }) => events.includes(event)).map(({ key }) => key)
  await to.put('/notifications/preferences', {
    preferences: Object.fromEntries(keys.map((key) => [key, ['in_app', 'email']])),
  })
  await settled()
  mailbox.clear()
  await happened(event, ...record, changes)
  await settled()
  const [title, body] = words
  expect(await told(to)).toMatchObject([
    { title, body, entity: record[0], entity_id: record[1], read_at: null },
  ])
  const { email } = (await to.get('/auth/me')).body
  const mail = mailbox.mails().find(({ to: [address] }) => address === email)
  expect(mail?.subject).toBe(woorden[0])
  expect(mail?.text.replaceAll('\u00a0', ' ')).toContain(woorden[1])
})

test('a task that is done is told to who made it', async () => {
  await settled()
  await owner.query('delete from notifications')
  const { id: user_id } = (await shop.as.frontdesk.get('/auth/me')).body
  await owner.query(
    `insert into events (tenant_id, name, entity, entity_id, root, root_id, actor, user_id, changes)
     values ($1, 'task.created', 'task', $2, 'task', $2, 'user', $3, '{}'),
       ($1, 'task.completed', 'task', $2, 'task', $2, 'user', null, '{}')`,
    [shop.tenant_id, task.id, user_id],
  )
  await work()
  await settled()
  expect(await told(shop.as.frontdesk)).toMatchObject([
    { key: 'task_completed', title: 'Task completed', body: `Order a screen, ${order.ticket_no}` },
  ])
  expect(await told(technician)).toEqual([])
  expect(await told(admin)).toEqual([])
})
