import { beforeEach, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { startShops } from '../harness/shop.ts'
import { newIssued, screen } from '../sales/invoicing.ts'
import { acting, askedFor, jane, keepInside, logOf, newRule } from './ruling.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { make, rule, orderOf } = acting({ shop, owner })
await keepInside(owner)

beforeEach(async () => {
  await owner.query('delete from automation_rules')
  await owner.query('delete from reactions')
})

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

const becomes = (status: string) => ({ field: 'status', operator: 'changed_to', value: status })

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
