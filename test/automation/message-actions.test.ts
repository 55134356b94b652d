import { beforeEach, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { startShops } from '../harness/shop.ts'
import { acting, askedFor, jane, keepInside, logOf, newRule } from './ruling.ts'

const { shop, owner, miniflare } = await startShops()
const { api } = shop
const { make, rule, orderOf } = acting({ shop, owner })
await keepInside(owner)

beforeEach(async () => {
  await owner.query('delete from automation_rules')
  await owner.query('delete from reactions')
})

test('send_sms, to the customer who wants it', async () => {
  const made = await rule('send_sms', {
    body: 'Hi {{customer_first_name}}, {{status}}. {{shop_name}}',
  })
  await orderOf({ first_name: 'Jane', phone: '06-12345678' })
  await orderOf({ first_name: 'Mute', phone: '06-87654321', sms_opt_out: true })
  await orderOf({ first_name: 'None' })
  const { rows } = await owner.query(
    'select phone, body, customer_id is not null as known from sms_messages',
  )
  expect(rows).toEqual([{ phone: '+31612345678', body: 'Hi Jane, New. first', known: true }])
  expect(await askedFor(owner, 'sms')).toHaveLength(1)
  expect(await logOf(api, made)).toMatchObject([
    { outcome: 'skipped', results: [{ error: 'The customer has no phone number.' }] },
    { outcome: 'skipped', results: [{ error: 'The customer wants no text messages.' }] },
    { outcome: 'success', affected_records: 1 },
  ])
})

test('send_sms to a number of its own', async () => {
  await rule('send_sms', { body: 'New: {{ticket_no}}', to: '06 2000 0000' })
  const order = await orderOf({ first_name: 'None' })
  const { rows } = await owner.query(
    `select body, customer_id from sms_messages where phone = '+31620000000'`,
  )
  expect(rows).toEqual([{ body: `New: ${order.ticket_no}`, customer_id: null }])
})

test('send_email, by the queue of mails', async () => {
  const made = await rule('send_email', {
    subject: 'Repair {{ticket_no}}\r\nBcc: all@example.com',
    body: 'Dear {{customer_name}},\n\n{{shop_name}}',
  })
  const order = await orderOf()
  const company = await api.post('/companies', { name: 'Co', email: 'co@example.com' })
  await orderOf({ first_name: 'Cor', company_id: company.body.id })
  await orderOf({ first_name: 'None' })
  const bounced = await make.customer({ ...jane, email: 'gone@example.com' })
  await owner.query('update customers set email_bounced_at = now() where id = $1', [bounced.id])
  await make.order({ customer_id: bounced.id })
  await settled(owner)
  const mails = await askedFor(owner, 'mail')
  expect(mails.map(({ payload }) => payload.to)).toEqual(['jane@example.com', 'co@example.com'])
  expect(mails[0]).toMatchObject({
    key: expect.stringMatching(new RegExp(`^event:\\d+/rule:${made.id}/0/mail$`)),
    payload: {
      subject: `Repair ${order.ticket_no} Bcc: all@example.com`,
      text: 'Dear Jane Smith,\n\nfirst',
      outside: { about: { entity: 'work_order', id: order.id } },
    },
  })
  expect((await logOf(api, made)).map(({ results }) => results[0].error)).toEqual([
    'Mail to the customer came back.',
    'The customer has no e-mail address.',
    undefined,
    undefined,
  ])
})

test('notify: the assignee, a role, or who is named', async () => {
  const user = async (role: string) => {
    const { rows } = await owner.query(
      'select id::int from users where tenant_id = $1 and role = $2',
      [shop.tenant_id, role],
    )
    return rows[0].id
  }
  const [manager, frontdesk, technician] = await Promise.all(
    ['manager', 'frontdesk', 'technician'].map(user),
  )
  const engineer = await make.employee('Ed')
  await owner.query('update employees set user_id = $2 where id = $1', [engineer, technician])
  const message = 'Look at {{ticket_no}}'
  const urgent = {
    trigger: 'work_order.updated',
    conditions: [{ field: 'priority', operator: 'changed_to', value: 'urgent' }],
  }
  const toAssignee = await rule('notify', { message }, urgent)
  const toRole = await rule('notify', { message, title: 'Hot', role: 'manager' }, urgent)
  const toNamed = await rule('notify', { message, users: [frontdesk] }, urgent)
  const order = await orderOf(jane, { assigned_to: engineer })
  const hurry = async (id: number) => {
    await api.patch(`/work-orders/${id}`, { priority: 'urgent' })
    await settled(owner)
  }
  await hurry(order.id)
  const { rows } = await owner.query(
    `select user_id::int, key, type, title, body, entity, entity_id::int from notifications
     where key = 'automation' and entity_id = $1 order by user_id`,
    [order.id],
  )
  const told = {
    key: 'automation',
    type: 'work_order',
    title: 'Tested',
    body: `Look at ${order.ticket_no}`,
    entity: 'work_order',
    entity_id: order.id,
  }
  expect(rows).toEqual(
    expect.arrayContaining([
      { ...told, user_id: technician },
      { ...told, user_id: manager, title: 'Hot' },
      { ...told, user_id: frontdesk },
    ]),
  )
  for (const made of [toAssignee, toRole, toNamed]) {
    expect(await logOf(api, made)).toMatchObject([{ outcome: 'success', affected_records: 1 }])
  }
  await hurry((await orderOf()).id)
  expect((await logOf(api, toAssignee))[0]).toMatchObject({ outcome: 'skipped' })
})

test('webhook: an endpoint of the shop, or an address', async () => {
  const { rows } = await owner.query(
    `insert into webhook_endpoints (tenant_id, url, events, secrets) values ($1, 'https://example.com', '{}', 'none')
     returning id::int`,
    [shop.tenant_id],
  )
  const toEndpoint = await rule('webhook', { endpoint_id: rows[0].id })
  const toAddress = await rule('webhook', { url: 'https://hooks.example.com/x?y=1' })
  const order = await orderOf()
  const asked = await askedFor(owner, 'webhook')
  const about = { type: 'automation_rule.ran', entity: 'work_order', entity_id: order.id }
  expect(asked).toHaveLength(2)
  expect(asked).toEqual(
    expect.arrayContaining([
      {
        key: expect.stringMatching(`/rule:${toEndpoint.id}/0/webhook$`),
        subject_id: rows[0].id,
        payload: { ...about, rule_id: toEndpoint.id },
      },
      {
        key: expect.stringMatching(`/rule:${toAddress.id}/0/webhook$`),
        subject_id: null,
        payload: { ...about, rule_id: toAddress.id, url: 'https://hooks.example.com/x?y=1' },
      },
    ]),
  )
})

test('what the event itself says: which deadline was missed', async () => {
  const made = await newRule(api, {
    trigger: 'sla.breached',
    conditions: [{ field: 'sla_kind', operator: '=', value: 'response' }],
    actions: [
      { type: 'add_note', params: { note: '{{sla_kind}} of {{sla_config}}: {{sla_due_at}}' } },
    ],
  })
  const order = await orderOf()
  for (const kind of ['response', 'resolution']) {
    await owner.query(
      `insert into events (tenant_id, name, entity, entity_id, root, root_id, actor, changes)
       values ($1, 'sla.breached', 'work_order', $2, 'work_order', $2, 'system', $3)`,
      [
        shop.tenant_id,
        order.id,
        JSON.stringify({
          kind: [null, kind],
          sla_config: [null, 'Gold'],
          due_at: [null, '2026-07-01T10:00:00+00:00'],
        }),
      ],
    )
  }
  const queue = await miniflare.getQueueProducer('EVENTS_QUEUE')
  await queue.send({ kind: 'reactions', tenant_id: shop.tenant_id, request_id: 'test' })
  await settled(owner)
  expect(await logOf(api, made)).toHaveLength(1)
  const { body } = await api.get(`/work-orders/${order.id}`)
  expect(body.notes).toMatchObject([{ note: 'response of Gold: 1 juli 2026 12:00' }])
})
