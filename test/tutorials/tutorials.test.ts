import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { roles, startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const seeded = await Promise.all(Array.from({ length: 20 }, () => api.post('/tutorials/seed')))
const list = async (query = '', client = api): Promise<Json[]> => {
  const { status, body } = await client.get(`/tutorials?lang=en&${query}`)
  expect(status).toBe(200)
  return body
}
const [start, order] = (await list()) as [Json, Json]

test('twenty seedings at once bring fourteen tutorials', async () => {
  const messages = seeded.map(({ status, body }) => `${status} ${body.message}`)
  expect(messages.filter((message) => message === '200 14 tutorials seeded')).toHaveLength(1)
  expect(messages.filter((message) => message === '200 0 tutorials seeded')).toHaveLength(19)
  const { rows } = await owner.query(
    `select count(distinct t.id)::int as tutorials, count(s)::int as steps from tutorials t
     join tutorial_steps s on s.tutorial_id = t.id where t.tenant_id = $1`,
    [shop.tenant_id],
  )
  expect(rows).toEqual([{ tutorials: 14, steps: 79 }])
  expect(await list('', other.api)).toEqual([])
})

test('seeding is for administrators', async () => {
  for (const role of roles.filter((name) => name !== 'admin')) {
    const answer = await shop.as[role].post('/tutorials/seed')
    expect(answer, role).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  }
})

test('shows the tutorials in order, with the steps of each', async () => {
  expect(start).toMatchObject({ title: 'Getting Started', role: 'all', total_steps: 5 })
  expect(order).toMatchObject({
    title: 'Creating a Work Order',
    role: 'technician',
    total_steps: 7,
  })
  const { status, body } = await api.get(`/tutorials/${start.id}?lang=en`)
  expect(status).toBe(200)
  expect(body).toEqual({
    id: start.id,
    key: 'getting_started',
    title: 'Getting Started',
    role: 'all',
    position: 1,
    total_steps: 5,
    completed_steps: 0,
    percent: 0,
    completed: false,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
    steps: expect.any(Array),
  })
  expect(body.steps.slice(0, 2)).toEqual([
    {
      id: expect.any(Number),
      order: 1,
      title: 'Welcome',
      body: expect.stringContaining('whole repair shop in one place'),
      completed: false,
    },
    expect.objectContaining({ order: 2, title: 'Dashboard overview' }),
  ])
})

test("speaks the shop's language, or the one that is asked for", async () => {
  const titles = async (query: string) =>
    (await api.get(`/tutorials${query}`)).body.slice(0, 2).map(({ title }: Json) => title)
  expect(await titles('')).toEqual(['Aan de slag', 'Een werkorder maken'])
  expect(await titles('?lang=en')).toEqual(['Getting Started', 'Creating a Work Order'])
  const inDutch = await api.get(`/tutorials/${start.id}`)
  expect(inDutch.body.steps[0].title).toBe('Welkom')
  await api.put('/settings', { locale: 'en' })
  expect(await titles('')).toEqual(['Getting Started', 'Creating a Work Order'])
  expect((await api.get('/tutorials/progress')).body[0].tutorial.title).toBe('Getting Started')
  expect(await titles('?lang=nl')).toEqual(['Aan de slag', 'Een werkorder maken'])
  await api.put('/settings', { locale: 'nl' })
  expect((await api.get('/tutorials?lang=fr')).status).toBe(422)
})

test('each role sees its own and those for all; an administrator sees every one', async () => {
  const seen = async (client: typeof api) =>
    new Set((await list('', client)).map(({ role }) => role))
  for (const role of roles.filter((name) => name !== 'admin')) {
    expect(await seen(shop.as[role]), role).toEqual(new Set(['all', role]))
  }
  expect(await seen(api)).toEqual(new Set(['all', ...roles]))
  const { as } = shop
  expect((await as.frontdesk.get(`/tutorials/${order.id}`)).status).toBe(404)
  expect((await as.technician.get(`/tutorials/${order.id}`)).status).toBe(200)
  const progress = (await as.frontdesk.get('/tutorials/progress')).body
  expect(progress).toHaveLength((await list('', as.frontdesk)).length)
  expect(await list('role=manager', as.frontdesk)).toEqual([])
  const [step] = (await api.get(`/tutorials/${order.id}`)).body.steps
  const refused = await as.frontdesk.post('/tutorials/step', {
    tutorial_id: order.id,
    step_id: step.id,
  })
  expect(refused).toMatchObject({
    status: 422,
    body: { errors: { tutorial_id: ['The selected tutorial id is invalid.'] } },
  })
  for (const answer of [
    await as.frontdesk.post(`/tutorials/${order.id}/steps/complete`, { step_id: step.id }),
    await as.frontdesk.post(`/tutorials/${order.id}/reset`),
  ]) {
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  const { rows } = await owner.query('select count(*)::int as count from tutorial_progress')
  expect(rows).toEqual([{ count: 0 }])
})

test('lists by page, role and completion', async () => {
  const page = await api.get('/tutorials?per_page=5&page=2')
  expect(page.headers.get('x-total-count')).toBe('14')
  expect(page.body.map(({ position }: Json) => position)).toEqual([6, 7, 8, 9, 10])
  expect((await list('role=accountant')).map(({ key }) => key)).toEqual([
    'reminders',
    'bank_and_bookkeeping',
    'vat_return',
  ])
  const { as } = shop
  const { steps } = (await as.accountant.get(`/tutorials/${start.id}`)).body
  for (const { id } of steps) {
    await as.accountant.post(`/tutorials/${start.id}/steps/complete`, { step_id: id })
  }
  expect((await list('completed=1', as.accountant)).map(({ id }) => id)).toEqual([start.id])
  expect(await list('completed=0', as.accountant)).toHaveLength(3)
  const done = (await as.accountant.get('/tutorials/progress?lang=en&completed=true')).body
  expect(done).toEqual([
    {
      tutorial: { id: start.id, title: 'Getting Started' },
      total_steps: 5,
      completed_steps: 5,
      percent: 100,
      completed: true,
    },
  ])
  for (const query of ['role=chef', 'completed=maybe', 'per_page=0']) {
    expect((await api.get(`/tutorials?${query}`)).status, query).toBe(422)
  }
})
