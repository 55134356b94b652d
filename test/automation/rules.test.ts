import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { closing, newRule } from './ruling.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const condition = (field: string, operator: string, value?: unknown) => ({
  conditions: [{ field, operator, value }],
})
const action = (type: string, params?: object) => ({ actions: [{ type, params }] })

test('the rule of the reference', async () => {
  const created = await api.post('/automation-rules', closing)
  expect(created).toMatchObject({
    status: 201,
    body: {
      id: expect.any(Number),
      name: 'Auto-close after 30 days',
      trigger: 'wo_idle',
      conditions: [{ field: 'idle_days', operator: '>=', value: 30 }],
      actions: [{ type: 'set_status', params: { status: 'cancelled' } }],
      active: true,
      last_run_at: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    },
  })
  const { id } = created.body
  expect((await api.get(`/automation-rules/${id}`)).body).toEqual(created.body)
  const list = await api.get('/automation-rules')
  expect(list.body).toEqual([created.body])
  expect(list.headers.get('x-total-count')).toBe('1')

  const renamed = await api.put(`/automation-rules/${id}`, { name: 'Close' })
  expect(renamed).toMatchObject({ status: 200, body: { name: 'Close', trigger: 'wo_idle' } })
  const toggled = await api.post(`/automation-rules/${id}/toggle`)
  expect(toggled).toMatchObject({ status: 200 })
  expect(toggled.body).toEqual({ active: false, message: 'Rule deactivated' })
  expect((await api.get(`/automation-rules/${id}`)).body.active).toBe(false)
  expect((await api.post(`/automation-rules/${id}/toggle`)).body).toEqual({
    active: true,
    message: 'Rule activated',
  })
  expect((await api.get(`/automation-rules/${id}/logs`)).body).toEqual({
    data: [],
    current_page: 1,
    last_page: 1,
    per_page: 25,
    total: 0,
  })
  expect((await api.delete(`/automation-rules/${id}`)).status).toBe(204)
  expect((await api.get(`/automation-rules/${id}`)).status).toBe(404)
})

test('the list is filtered by trigger and by whether the rule is active', async () => {
  const sleeping = await newRule(api, { active: false })
  const awake = await newRule(api, {
    trigger: 'invoice.paid',
    conditions: [],
    actions: [{ type: 'create_task', params: { title: 'Thank {{customer_name}}' } }],
  })
  const ids = async (query: string) =>
    (await api.get(`/automation-rules?${query}`)).body.map(({ id }: { id: number }) => id)
  expect(await ids('active=1')).toEqual([awake.id])
  expect(await ids('active=false')).toEqual([sleeping.id])
  expect(await ids('trigger=invoice.paid')).toEqual([awake.id])
  expect(await ids('')).toEqual([awake.id, sleeping.id])
  expect((await api.get('/automation-rules?trigger=nonsense')).body.errors).toHaveProperty(
    'trigger',
  )
})

test('another question makes a rule look at everything anew, another name does not', async () => {
  const { id } = await newRule(api)
  const looked = async () => {
    await owner.query('update automation_rules set checked_until = now() where id = $1', [id])
  }
  const isAnew = async () => {
    const { rows } = await owner.query('select checked_until from automation_rules where id = $1', [
      id,
    ])
    return rows[0].checked_until === null
  }
  const cases: [object, boolean][] = [
    [{ name: 'Other' }, false],
    [closing, false],
    [{ actions: [{ type: 'add_note', params: { note: 'Idle' } }] }, false],
    [condition('idle_days', '>=', 8), true],
    [{ trigger: 'wo_idle', conditions: [] }, true],
    [{ active: false }, true],
    [{ active: true }, true],
  ]
  for (const [draft, anew] of cases) {
    await looked()
    expect((await api.put(`/automation-rules/${id}`, draft)).status).toBe(200)
    expect(await isAnew(), JSON.stringify(draft)).toBe(anew)
  }
  await looked()
  await api.post(`/automation-rules/${id}/toggle`)
  expect(await isAnew()).toBe(true)
})

test('two changes of parts at once are not both right by themselves and wrong together', async () => {
  for (let n = 0; n < 5; n++) {
    const { id } = await newRule(api, {
      trigger: 'work_order.created',
      conditions: [],
      actions: [{ type: 'add_note', params: { note: 'x' } }],
    })
    const path = `/automation-rules/${id}`
    const answers = await Promise.all([
      api.patch(path, { trigger: 'product.created', ...action('create_task', { title: 'x' }) }),
      api.patch(path, condition('priority', '=', 'urgent')),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
  }
})

test('rules are for managers and administrators, and for shops with the module', async () => {
  const { id } = await newRule(api)
  for (const role of ['technician', 'frontdesk', 'accountant'] as const) {
    expect((await shop.as[role].get('/automation-rules')).status).toBe(403)
    expect((await shop.as[role].post('/automation-rules', closing)).status).toBe(403)
    expect((await shop.as[role].post(`/automation-rules/${id}/run`)).status).toBe(403)
  }
  expect((await shop.as.manager.get(`/automation-rules/${id}`)).status).toBe(200)
  for (const path of ['', '/logs']) {
    expect((await other.api.get(`/automation-rules/${id}${path}`)).status).toBe(404)
  }
  for (const path of ['/toggle', '/run']) {
    expect((await other.api.post(`/automation-rules/${id}${path}`)).status).toBe(404)
  }
  await owner.query(
    `update license_modules set is_active = false where tenant_id = $1 and module_key = 'automation'`,
    [other.tenant_id],
  )
  expect(await other.api.get('/automation-rules')).toMatchObject({
    status: 403,
    body: { code: 'module_inactive' },
  })
})

test('the catalog names what rules may name', async () => {
  const { status, body } = await api.get('/automation-rules/triggers')
  expect(status).toBe(200)
  const idle = body.triggers.find(({ key }: { key: string }) => key === 'wo_idle')
  expect(idle.fields).toContainEqual({ name: 'idle_days', type: 'number' })
  expect(idle.fields).toContainEqual({
    name: 'status',
    type: 'enum',
    values: expect.arrayContaining(['new', 'ready']),
  })
  expect(idle.actions).toContain('set_status')
  expect(body.triggers.map(({ key }: { key: string }) => key)).toEqual(
    expect.arrayContaining(['work_order.status_changed', 'low_stock', 'schedule']),
  )
  expect(body.operators).toEqual(
    expect.arrayContaining(['=', '!=', '>', '<', 'in', 'contains', 'empty', 'changed_to']),
  )
  expect(body.types.boolean).toEqual(['=', '!=', 'changed', 'changed_to', 'changed_from'])
  expect(body.actions).toContainEqual({
    type: 'set_status',
    label: 'Change the status of the work order',
    params: [
      {
        name: 'status',
        type: 'status',
        required: true,
        values: expect.arrayContaining(['new', 'ready']),
      },
    ],
  })
})
