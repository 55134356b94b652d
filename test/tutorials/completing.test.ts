import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
await api.post('/tutorials/seed')
const [start, order] = (await api.get('/tutorials')).body
const stepsOf = async (tutorial: Json, client = api): Promise<Json[]> =>
  (await client.get(`/tutorials/${tutorial.id}`)).body.steps
const steps = await stepsOf(start)
const complete = (place: number, client = api) =>
  client.post('/tutorials/step', { tutorial_id: start.id, step_id: steps[place]?.id })

test('a step is marked complete by either route, and again without effect', async () => {
  const first = await complete(0)
  expect(first.status).toBe(200)
  expect(first.body).toEqual({ message: 'Step marked complete', percent: 20, completed: false })
  const path = `/tutorials/${start.id}/steps/complete`
  const second = await api.post(path, { step_id: steps[1]?.id })
  expect(second.body).toEqual({ message: 'Step marked complete', percent: 40, completed: false })
  expect((await complete(1)).body).toEqual(second.body)
  expect((await stepsOf(start)).map(({ completed }) => completed)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  await complete(2)
  const [progress] = (await api.get('/tutorials/progress?lang=en')).body
  expect(progress).toEqual({
    tutorial: { id: start.id, title: 'Getting Started' },
    total_steps: 5,
    completed_steps: 3,
    percent: 60,
    completed: false,
  })
  await complete(3)
  expect((await complete(4)).body).toEqual({
    message: 'Step marked complete',
    percent: 100,
    completed: true,
  })
})

test('progress is the own, and a reset clears that of one tutorial', async () => {
  const { technician } = shop.as
  await complete(0, technician)
  const [aStep] = await stepsOf(order, technician)
  await technician.post(`/tutorials/${order.id}/steps/complete`, { step_id: aStep?.id })
  expect((await technician.get(`/tutorials/${start.id}`)).body).toMatchObject({ percent: 20 })
  const reset = await technician.post(`/tutorials/${start.id}/reset`)
  expect(reset).toMatchObject({ status: 200, body: { message: 'Tutorial progress reset' } })
  const { body } = await technician.get('/tutorials/progress')
  expect(body.slice(0, 2)).toMatchObject([
    { completed_steps: 0, percent: 0 },
    { completed_steps: 1, percent: 14, total_steps: 7 },
  ])
  expect((await api.get(`/tutorials/${start.id}`)).body).toMatchObject({ completed: true })
  expect((await technician.post(`/tutorials/${start.id}/reset`)).status).toBe(200)
})

test('fifty completions of a step at once are one', async () => {
  const { manager } = shop.as
  const answers = await Promise.all(Array.from({ length: 50 }, () => complete(0, manager)))
  for (const { status, body } of answers) {
    expect(status).toBe(200)
    expect(body).toEqual({ message: 'Step marked complete', percent: 20, completed: false })
  }
  const { rows } = await owner.query(
    `select count(*)::int as count from tutorial_progress p join users u on u.id = p.user_id
     where p.step_id = $1 and u.role = 'manager'`,
    [steps[0]?.id],
  )
  expect(rows).toEqual([{ count: 1 }])
  await Promise.all([1, 2, 3, 4].map((place) => complete(place, manager)))
  expect((await manager.get(`/tutorials/${start.id}`)).body).toMatchObject({ completed: true })
})

test('refuses a step of another tutorial, of another shop and of none', async () => {
  await other.api.post('/tutorials/seed')
  const [theirs] = (await other.api.get('/tutorials')).body
  const [ofOrder] = await stepsOf(order)
  const [strange] = await stepsOf(theirs, other.api)
  for (const step_id of [ofOrder?.id, strange?.id, 999_999_999]) {
    const refusal = {
      status: 422,
      body: {
        code: 'validation_failed',
        errors: { step_id: ['The selected step id is invalid.'] },
      },
    }
    expect(await api.post('/tutorials/step', { tutorial_id: start.id, step_id })).toMatchObject(
      refusal,
    )
    const path = `/tutorials/${start.id}/steps/complete`
    expect(await api.post(path, { step_id })).toMatchObject(refusal)
  }
  const unknown = await api.post('/tutorials/step', {
    tutorial_id: theirs.id,
    step_id: strange?.id,
  })
  expect(unknown.body.errors).toEqual({ tutorial_id: ['The selected tutorial id is invalid.'] })
  expect((await api.post('/tutorials/step', {})).body.errors).toEqual({
    tutorial_id: ['The tutorial id field is required.'],
    step_id: ['The step id field is required.'],
  })
  for (const id of [theirs.id, 999_999_999, 'abc', 0]) {
    expect((await api.get(`/tutorials/${id}`)).status, id).toBe(404)
    expect((await api.post(`/tutorials/${id}/reset`)).status, id).toBe(404)
  }
})

test('settings are those of the caller, and hide nothing by themselves', async () => {
  const { technician, frontdesk } = shop.as
  const untouched = { tutorials_enabled: true, completed_onboarding: false, dismissed_hints: [] }
  expect((await technician.get('/tutorials/settings')).body).toEqual(untouched)
  const put = await technician.put('/tutorials/settings', {
    dismissed_hints: ['dashboard_hint', ' wo_hint ', 'dashboard_hint'],
  })
  expect(put).toMatchObject({ status: 200 })
  expect(put.body).toEqual({ ...untouched, dismissed_hints: ['dashboard_hint', 'wo_hint'] })
  const patched = await technician.patch('/tutorials/settings', {
    tutorials_enabled: false,
    completed_onboarding: true,
    dismissed_hints: ['wo_hint'],
  })
  expect(patched.body).toEqual({
    tutorials_enabled: false,
    completed_onboarding: true,
    dismissed_hints: ['wo_hint'],
  })
  expect((await technician.get('/tutorials/settings')).body).toEqual(patched.body)
  expect((await technician.put('/tutorials/settings', {})).body).toEqual(patched.body)
  expect((await technician.get('/tutorials')).body.length).toBeGreaterThan(0)
  expect((await frontdesk.get('/tutorials/settings')).body).toEqual(untouched)
  for (const wrong of [
    { dismissed_hints: Array.from({ length: 201 }, (_, i) => `hint ${i}`) },
    { dismissed_hints: ['x'.repeat(101)] },
    { dismissed_hints: [''] },
    { dismissed_hints: 'wo_hint' },
    { tutorials_enabled: 'yes' },
    { completed_onboarding: null },
  ]) {
    expect((await frontdesk.put('/tutorials/settings', wrong)).status).toBe(422)
  }
})

test('settings that are saved many times at once are one row', async () => {
  const { accountant } = shop.as
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      accountant.put('/tutorials/settings', { completed_onboarding: true }),
    ),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const { rows } = await owner.query(
    `select count(*)::int as count from tutorial_settings s join users u on u.id = s.user_id
     where u.role = 'accountant' and u.tenant_id = $1`,
    [shop.tenant_id],
  )
  expect(rows).toEqual([{ count: 1 }])
})
