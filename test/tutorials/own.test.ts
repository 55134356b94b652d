import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { roles, startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const draft = {
  title: 'Closing the shop',
  role: 'frontdesk',
  steps: [
    { title: 'Count the till', body: 'Count it, and write down the amount.' },
    { title: 'Lights', body: 'Switch them off.' },
    { title: 'Alarm', body: 'Switch it on.' },
  ],
}
const made = async (body: object = draft): Promise<Json> => {
  const answer = await api.post('/tutorials', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

test('a shop adds its own, the same in every language, behind the defaults', async () => {
  const tutorial = await made()
  expect(tutorial).toEqual({
    id: expect.any(Number),
    key: null,
    title: 'Closing the shop',
    role: 'frontdesk',
    position: 100,
    total_steps: 3,
    completed_steps: 0,
    percent: 0,
    completed: false,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
    steps: draft.steps.map((step, place) => ({
      id: expect.any(Number),
      order: place + 1,
      ...step,
      completed: false,
    })),
  })
  for (const lang of ['nl', 'en']) {
    expect((await api.get(`/tutorials/${tutorial.id}?lang=${lang}`)).body).toEqual(tutorial)
  }
  expect((await api.post('/tutorials/seed')).body.message).toBe('14 tutorials seeded')
  const first = await made({ title: 'First of all', position: 0, steps: draft.steps })
  expect(first.role).toBe('all')
  const ids = (await api.get('/tutorials')).body.map(({ id }: Json) => id)
  expect([ids[0], ids.at(-1), ids.length]).toEqual([first.id, tutorial.id, 16])
  expect((await shop.as.frontdesk.get(`/tutorials/${tutorial.id}`)).status).toBe(200)
  expect((await shop.as.technician.get(`/tutorials/${tutorial.id}`)).status).toBe(404)
})

test('a step that keeps its place stays completed', async () => {
  const { id, steps } = await made()
  for (const step of steps) await api.post(`/tutorials/${id}/steps/complete`, { step_id: step.id })
  const changed = await api.put(`/tutorials/${id}`, {
    steps: [{ title: 'Count the till twice', body: 'Again.' }, draft.steps[1]],
  })
  expect(changed).toMatchObject({
    status: 200,
    body: {
      title: 'Closing the shop',
      total_steps: 2,
      completed: true,
      steps: [
        { id: steps[0].id, order: 1, title: 'Count the till twice', body: 'Again.' },
        { id: steps[1].id, order: 2, title: 'Lights', completed: true },
      ],
    },
  })
  const longer = await api.patch(`/tutorials/${id}`, { title: 'Closing', steps: draft.steps })
  expect(longer.body).toMatchObject({ title: 'Closing', percent: 66, completed: false })
  const renamed = await api.patch(`/tutorials/${id}`, { role: 'all', position: 3 })
  expect(renamed.body).toMatchObject({ role: 'all', position: 3, steps: longer.body.steps })
})

test('is deleted with what was completed of it; seeding brings only a default back', async () => {
  await api.post('/tutorials/seed')
  const own = await made()
  const defaults = (await api.get('/tutorials?lang=en')).body.filter((t: Json) => t.key)
  const [start, order] = defaults
  const changed = await api.patch(`/tutorials/${order.id}?lang=nl`, { title: 'Repairs' })
  expect(changed.body).toMatchObject({ title: 'Repairs', key: 'creating_a_work_order' })
  expect(changed.body.steps[0].title).toBe('Zoek de klant en het toestel')
  for (const { id } of [own, start]) {
    const [step] = (await api.get(`/tutorials/${id}`)).body.steps
    await api.post('/tutorials/step', { tutorial_id: id, step_id: step.id })
    expect((await api.delete(`/tutorials/${id}`)).status).toBe(204)
    for (const gone of [
      await api.get(`/tutorials/${id}`),
      await api.put(`/tutorials/${id}`, { title: 'x' }),
      await api.delete(`/tutorials/${id}`),
    ]) {
      expect(gone.status).toBe(404)
    }
  }
  const { rows } = await owner.query(
    `select from tutorial_progress p where not exists (select from tutorial_steps s where s.id = p.step_id)`,
  )
  expect(rows).toEqual([])
  expect((await api.post('/tutorials/seed')).body).toEqual({ message: '1 tutorials seeded' })
  const again = (await api.get('/tutorials?lang=en')).body.filter((t: Json) => t.key)
  expect(again).toHaveLength(14)
  expect(again[0]).toMatchObject({ title: 'Getting Started', completed_steps: 0 })
  expect(again[1]).toMatchObject({ id: order.id, title: 'Repairs' })
})

test('of two changes at once all steps are those of one', async () => {
  const { id } = await made()
  const version = (name: string, length: number) => ({
    title: name,
    steps: Array.from({ length }, (_, i) => ({ title: `${name} ${i}`, body: name })),
  })
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      api.put(`/tutorials/${id}`, version(`v${i}`, 1 + (i % 7))),
    ),
  )
  const { title, steps } = (await api.get(`/tutorials/${id}`)).body
  const length = 1 + (Number(title.slice(1)) % 7)
  expect(steps.map((step: Json) => [step.order, step.title])).toEqual(
    Array.from({ length }, (_, i) => [i + 1, `${title} ${i}`]),
  )
})

test('refuses what it cannot be', async () => {
  expect((await api.post('/tutorials', {})).body.errors).toEqual({
    title: ['The title field is required.'],
    steps: ['The steps field is required.'],
  })
  const bad = await api.post('/tutorials', {
    title: 'x'.repeat(256),
    role: 'platform',
    position: -1,
    steps: [{ title: '' }],
  })
  expect(bad.status).toBe(422)
  const fields = ['title', 'role', 'position', 'steps.0.title', 'steps.0.body']
  expect(new Set(Object.keys(bad.body.errors))).toEqual(new Set(fields))
  for (const steps of [[], Array.from({ length: 51 }, () => draft.steps[0])]) {
    expect((await api.post('/tutorials', { ...draft, steps })).status).toBe(422)
  }
})

test('is written by administrators of the shop alone', async () => {
  const { id } = await made()
  for (const role of roles.filter((name) => name !== 'admin')) {
    const client = shop.as[role]
    for (const answer of [
      await client.post('/tutorials', draft),
      await client.patch(`/tutorials/${id}`, { title: 'x' }),
      await client.delete(`/tutorials/${id}`),
    ]) {
      expect(answer, role).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
  }
  expect((await other.api.delete(`/tutorials/${id}`)).status).toBe(404)
  expect((await other.api.patch(`/tutorials/${id}`, { title: 'x' })).status).toBe(404)
})
