import { beforeEach, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { startShops } from '../harness/shop.ts'
import { newIssued, screen } from '../sales/invoicing.ts'
import { makers } from '../workshop/makers.ts'
import { askedFor, keepInside, logOf, newRule } from './ruling.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const make = makers(shop, owner)
await keepInside(owner)

beforeEach(async () => {
  await owner.query('delete from automation_rules')
  await owner.query('delete from reactions')
})

/** A rule that acts on every new work order, unless said otherwise. */
const rule = (type: string, params: object, draft: object = {}) =>
  newRule(api, {
    name: 'Tested',
    trigger: 'work_order.created',
    conditions: [],
    actions: [{ type, params }],
    ...draft,
  })

const jane = { first_name: 'Jane', last_name: 'Smith', email: 'jane@example.com' }

async function orderOf(customer: object = jane, draft: object = {}) {
  const { id } = await make.customer(customer)
  const order = await make.order({ customer_id: id, ...draft })
  await settled(owner)
  return (await api.get(`/work-orders/${order.id}`)).body
}

test('set_status, as the workshop allows it', async () => {
  const made = await rule('set_status', { status: 'diagnosis' })
  const order = await orderOf()
  expect(order.status.slug).toBe('diagnosis')
  const record = { entity: 'work_order', id: order.id }
  expect(await logOf(api, made)).toEqual([
    {
      id: expect.any(Number),
      ran_at: expect.stringMatching(/Z$/),
      outcome: 'success',
      affected_records: 1,
      error: null,
      records: [record],
      results: [{ type: 'set_status', outcome: 'success', record, did: 'status = diagnosis' }],
      event_id: expect.any(Number),
      dry_run: false,
    },
  ])
  const { body } = await api.get(made.path)
  expect(body.last_run_at).toMatch(/Z$/)
  expect(body.updated_at).toBe(made.updated_at)
  const events = await api.get(`/events?entity=work_order&entity_id=${order.id}`)
  expect(events.body.data[0]).toMatchObject({
    name: 'work_order.status_changed',
    actor: 'system:automation',
    changes: { status: ['new', 'diagnosis'] },
  })
})

test('a status that does not follow is refused, and the log says so', async () => {
  const made = await rule('set_status', { status: 'completed' })
  const order = await orderOf()
  expect(order.status.slug).toBe('new')
  const [entry] = await logOf(api, made)
  expect(entry).toMatchObject({
    outcome: 'failed',
    affected_records: 0,
    records: [],
    results: [
      {
        outcome: 'failed',
        error: expect.stringContaining('A work order in New cannot go to completed'),
      },
    ],
  })
})

test('what is so already is not done again', async () => {
  const made = await rule('set_priority', { priority: 'normal' })
  const order = await orderOf()
  expect(await logOf(api, made)).toMatchObject([
    { outcome: 'skipped', affected_records: 0, results: [{ error: 'It is so already.' }] },
  ])
  const { rows } = await owner.query(
    `select name from events where entity = 'work_order' and entity_id = $1`,
    [order.id],
  )
  expect(rows).toEqual([{ name: 'work_order.created' }])
})

test('assign, set_priority and add_note', async () => {
  const employee_id = await make.employee('Ed Engineer')
  await rule('assign', { employee_id })
  await rule('set_priority', { priority: 'urgent' })
  await rule('add_note', { note: 'For {{customer_name}}: {{device}}', is_internal: false })
  const order = await orderOf(jane, { device_brand: 'Apple', device_model: 'iPhone 15' })
  expect(order).toMatchObject({
    assigned_to: employee_id,
    priority: 'urgent',
    notes: [{ note: 'For Jane Smith: Apple iPhone 15', is_internal: false, user: null }],
  })
})

test('create_task, on the work order', async () => {
  const assigned_to = await make.employee('Tess')
  await rule('create_task', {
    title: 'Call {{customer_first_name}} about {{ ticket_no }}',
    description: '{{problem_description}}',
    assigned_to,
    due_in_days: 2,
  })
  const order = await orderOf(jane, { problem_description: 'Cracked screen' })
  const { rows } = await owner.query(
    `select title, description, assigned_to::int, status, due_date - current_date as days from tasks
     where work_order_id = $1`,
    [order.id],
  )
  expect(rows).toEqual([
    {
      title: `Call Jane about ${order.ticket_no}`,
      description: 'Cracked screen',
      assigned_to,
      status: 'open',
      days: expect.any(Number),
    },
  ])
  expect([1, 2, 3]).toContain(rows[0].days)
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
      from_name: 'first',
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

test('add_tag, known or new, beside the tags that are there', async () => {
  const vip = (await api.post('/tags', { name: 'VIP' })).body
  const made = await rule('add_tag', { tag_id: vip.id })
  await rule('add_tag', { name: 'Walk-in' })
  await rule('add_tag', { name: 'vip' })
  const order = await orderOf()
  const tagsOf = async (id: number) =>
    (await api.get(`/customers/${id}`)).body.tags.map(({ name }: { name: string }) => name)
  expect(await tagsOf(order.customer.id)).toEqual(['VIP', 'Walk-in'])
  await make.order({ customer_id: order.customer.id })
  await settled(owner)
  expect(await tagsOf(order.customer.id)).toEqual(['VIP', 'Walk-in'])
  expect((await logOf(api, made))[0]).toMatchObject({ outcome: 'skipped', affected_records: 0 })
})

test('create_invoice, when there is something to bill', async () => {
  const made = await rule(
    'create_invoice',
    {},
    { trigger: 'work_order.status_changed', conditions: [becomes('ready')] },
  )
  const order = await orderOf()
  await api.post(`/work-orders/${order.id}/lines`, {
    description: 'Screen',
    quantity: 1,
    unit_price: 89,
    vat_rate: 21,
  })
  const move = async (status: string) => {
    await api.post(`/work-orders/${order.id}/status`, { status })
    await settled(owner)
  }
  await move('ready')
  const { body } = await api.get(`/invoices?customer_id=${order.customer.id}`)
  expect(body.data).toMatchObject([{ status: 'draft', amount_due: 107.69 }])
  await move('in_repair')
  await move('ready')
  expect(await logOf(api, made)).toMatchObject([
    { outcome: 'skipped', affected_records: 0 },
    { outcome: 'success', records: [{ entity: 'invoice', id: body.data[0].id }] },
  ])
})

const becomes = (status: string) => ({ field: 'status', operator: 'changed_to', value: status })

test('a rule about an invoice acts on its work order and writes amounts and days', async () => {
  const made = await rule(
    'set_status',
    { status: 'completed' },
    {
      trigger: 'invoice.issued',
      conditions: [{ field: 'amount_due', operator: '>', value: 100 }],
      actions: [
        { type: 'set_status', params: { status: 'in_repair' } },
        {
          type: 'send_email',
          params: {
            subject: '{{invoice_number}}',
            body: '{{amount_due}} / {{due_date}} / {{customer_is_business}} / {{issued_at}}',
          },
        },
      ],
    },
  )
  const order = await orderOf()
  await api.post(`/work-orders/${order.id}/lines`, { ...screen, quantity: 1 })
  const draft = (await api.post(`/work-orders/${order.id}/invoice`)).body
  const issued = (await api.post(`/invoices/${draft.id}/issue`)).body
  await settled(owner)
  expect((await api.get(`/work-orders/${order.id}`)).body.status.slug).toBe('in_repair')
  const [mail] = await askedFor(owner, 'mail')
  expect(mail?.payload.subject).toBe(issued.invoice_number)
  expect(mail?.payload.text).toMatch(
    /^€ 107,69 \/ \d+ [a-z]+ \d{4} \/ nee \/ \d+ [a-z]+ \d{4} \d\d:\d\d$/,
  )
  await newIssued(api)
  await settled(owner)
  expect((await logOf(api, made))[0]).toMatchObject({
    outcome: 'success',
    results: [
      { type: 'set_status', outcome: 'skipped' },
      { type: 'send_email', outcome: 'success' },
    ],
  })
})

test('an action that is refused does not undo the others, and the others do not undo it', async () => {
  const made = await rule(
    'add_note',
    {},
    {
      actions: [
        { type: 'add_note', params: { note: 'First' } },
        { type: 'set_status', params: { status: 'completed' } },
        { type: 'add_note', params: { note: 'Third' } },
      ],
    },
  )
  const order = await orderOf()
  expect(order.status.slug).toBe('new')
  expect(order.notes.map(({ note }: { note: string }) => note)).toEqual(['Third', 'First'])
  expect(await logOf(api, made)).toMatchObject([
    {
      outcome: 'partial',
      affected_records: 1,
      results: [{ outcome: 'success' }, { outcome: 'failed' }, { outcome: 'success' }],
    },
  ])
})

test('low stock: once, when it falls below the minimum, under either name', async () => {
  const about = { trigger: 'low_stock' }
  const alias = await rule(
    'create_task',
    { title: 'Order {{name}}: {{stock_quantity}} left' },
    about,
  )
  const named = await rule('create_task', { title: 'x' }, { trigger: 'product.low_stock' })
  expect((await api.get(alias.path)).body.trigger).toBe('low_stock')
  const { body: product } = await api.post('/products', {
    name: 'OLED',
    price_excl: 10,
    stock_quantity: 6,
    min_stock: 5,
  })
  const adjust = async (quantity: number) => {
    await api.post('/stock/adjust', { product_id: product.id, quantity, reason: 'Sold' })
    await settled(owner)
  }
  await adjust(-1)
  await adjust(-1)
  await adjust(-1)
  expect(await logOf(api, alias)).toHaveLength(1)
  expect(await logOf(api, named)).toHaveLength(1)
  await adjust(4)
  await adjust(-4)
  expect(await logOf(api, alias)).toHaveLength(2)
  const { rows } = await owner.query(
    `select title from tasks where title like 'Order%' order by id`,
  )
  expect(rows.map(({ title }) => title)).toEqual(['Order OLED: 4 left', 'Order OLED: 3 left'])
})

test('nothing is done by a rule that sleeps, of another shop, or that the licence does not hold', async () => {
  const sleeping = await rule('add_note', { note: 'x' }, { active: false })
  const theirs = await newRule(other.api, {
    trigger: 'work_order.created',
    conditions: [],
    actions: [{ type: 'add_note', params: { note: 'x' } }],
  })
  const unlicensed = await rule('add_note', { note: 'x' })
  const licence = (is_active: boolean) =>
    owner.query(
      `update license_modules set is_active = $2 where tenant_id = $1 and module_key = 'automation'`,
      [shop.tenant_id, is_active],
    )
  await licence(false)
  const order = await orderOf()
  await licence(true)
  expect(order.notes).toEqual([])
  expect(await logOf(api, sleeping)).toEqual([])
  expect(await logOf(other.api, theirs)).toEqual([])
  expect(await logOf(api, unlicensed)).toEqual([])
  const { rows } = await owner.query(
    `select count(*)::int from reactions where kind = 'rule' and done_at is null`,
  )
  expect(rows).toEqual([{ count: 0 }])
})
