import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const masked = '***masked***'

const newPath = async () => {
  const { body } = await api.post('/employees', { name: 'John Doe' })
  return { id: body.id, path: `/employees/${body.id}/phone-config` }
}

const full = {
  provider: '3cx',
  extension: '101',
  mobile_number: '06 1234 5678',
  forwarding_number: '+31 20 123 4567',
  sip_username: 'john.doe@pbx.example.com',
  sip_password: 'hush hush',
  is_active: true,
}

test('is null before the first update, and then as it was given, the password masked', async () => {
  const { id, path } = await newPath()
  const unset = Object.fromEntries(Object.keys(full).map((name) => [name, null]))
  const before = await api.get(path)
  expect(before).toMatchObject({ status: 200, body: { employee_id: id, ...unset } })
  const shown = {
    ...full,
    employee_id: id,
    mobile_number: '+31612345678',
    forwarding_number: '+31201234567',
    sip_password: masked,
  }
  expect(await api.put(path, full)).toMatchObject({ status: 200, body: shown })
  expect((await api.get(path)).body).toMatchObject(shown)
  const { rows } = await owner.query(
    `
    select (select sip_password from employee_phones where employee_id = $1) as sealed,
      (select string_agg(to_jsonb(e)::text, '') from events e where root_id = $1 and root = 'employee') as told`,
    [id],
  )
  expect(rows[0].sealed).toMatch(/^eyJ/)
  expect(JSON.stringify(rows)).not.toContain('hush')
})

test('changes only what is given; the mask leaves the password, null removes it', async () => {
  const { path } = await newPath()
  await api.put(path, full)
  const sealed = async () =>
    (await owner.query('select sip_password from employee_phones order by id desc limit 1')).rows[0]
      .sip_password
  const before = await sealed()
  const { body } = await api.patch(path, { extension: '102', sip_password: masked })
  expect(body).toMatchObject({ extension: '102', sip_username: full.sip_username, is_active: true })
  expect(await sealed()).toBe(before)
  expect((await api.put(path, { sip_password: 'other' })).body.sip_password).toBe(masked)
  expect(await sealed()).not.toBe(before)
  expect((await api.put(path, { sip_password: null })).body.sip_password).toBeNull()
  expect((await api.put(path, { is_active: false })).body.is_active).toBe(false)
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.delete(path)).status).toBe(404)
  expect((await api.get(path)).body.provider).toBeNull()
})

test('numbers that are none are refused at their fields', async () => {
  const { path } = await newPath()
  const answer = await api.put(path, { mobile_number: 'none', forwarding_number: '12' })
  expect(answer.status).toBe(422)
  expect(Object.keys(answer.body.errors)).toEqual(['mobile_number', 'forwarding_number'])
  expect((await api.put(path, { extension: 'abc' })).status).toBe(422)
  expect((await api.put(path, { mobile_number: '' })).body.mobile_number).toBeNull()
})

test('the version that was read is taken once', async () => {
  const { path } = await newPath()
  await api.put(path, full)
  const etag = (await api.get(path)).headers.get('etag') ?? ''
  const change = () => api.put(path, { extension: '103' }, { 'If-Match': etag })
  expect((await change()).status).toBe(200)
  expect((await change()).status).toBe(412)
})

test('two first updates at once keep both', async () => {
  const { path } = await newPath()
  await Promise.all([
    api.put(path, { extension: '104' }),
    api.put(path, { sip_username: 'john' }),
    api.put(path, { provider: 'twilio' }),
  ])
  expect((await api.get(path)).body).toMatchObject({
    extension: '104',
    sip_username: 'john',
    provider: 'twilio',
  })
})

test('is the own shop’s, and for those who may', async () => {
  const { path } = await newPath()
  expect((await other.api.get(path)).status).toBe(404)
  expect((await other.api.put(path, full)).status).toBe(404)
  expect((await other.api.delete(path)).status).toBe(404)
  expect((await shop.as.technician.get(path)).status).toBe(200)
  expect((await shop.as.technician.put(path, full)).status).toBe(403)
})
