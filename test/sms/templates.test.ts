import { expect, test } from 'vitest'
import { startShopsWithTwilio } from './texting.ts'

const { shop, other, twilio, settled, newPhone, logOf } = await startShopsWithTwilio()
const { api } = shop

const draft = {
  name: 'Ready for pickup',
  body: 'Your repair is ready. Please collect at your convenience.',
}

test('templates are kept, changed and deleted', async () => {
  const made = await api.post('/sms/templates', draft)
  expect(made).toMatchObject({ status: 201, body: draft })
  const { id } = made.body
  const list = await api.get('/sms/templates')
  expect(list.body).toEqual([made.body])
  expect(list.headers.get('x-total-count')).toBe('1')
  expect((await api.get(`/sms/templates/${id}`)).body).toEqual(made.body)
  const renamed = await api.put(`/sms/templates/${id}`, { name: 'Ready' })
  expect(renamed).toMatchObject({ status: 200, body: { ...draft, name: 'Ready' } })
  const reworded = await api.patch(`/sms/templates/${id}`, { body: 'Dag {{customer_name}}' })
  expect(reworded.body).toMatchObject({ name: 'Ready', body: 'Dag {{customer_name}}' })
  for (const [method, body] of [
    ['get', undefined],
    ['put', { name: 'Theirs' }],
    ['delete', undefined],
  ] as const) {
    expect((await other.api[method](`/sms/templates/${id}`, body as never)).status).toBe(404)
  }
  expect((await other.api.get('/sms/templates')).body).toEqual([])
  expect((await api.delete(`/sms/templates/${id}`)).status).toBe(204)
  expect((await api.get(`/sms/templates/${id}`)).status).toBe(404)
  for (const role of ['technician', 'accountant'] as const) {
    expect((await shop.as[role].post('/sms/templates', draft)).status).toBe(403)
  }
})

test('a template that could not be filled or sent is refused', async () => {
  const errors = async (body: string, name = 'Wrong') =>
    (await api.post('/sms/templates', { name, body })).body.errors?.body
  expect(await errors('Dag {{ nickname }}')).toEqual([
    expect.stringContaining('holds an unknown placeholder: {{nickname}}; known are customer_name,'),
  ])
  expect(await errors('{{}}')).toHaveLength(1)
  expect(await errors('x'.repeat(1601))).toContain(
    'The body field may not be greater than 1600 characters.',
  )
  expect(await errors('ё'.repeat(700))).toEqual([
    'The body field may not take more than 10 messages.',
  ])
  expect(await errors('{ {customer_name} } {{customer_name}', 'Odd')).toBeUndefined()
  await api.post('/sms/templates', draft)
  const again = await api.post('/sms/templates', { ...draft, name: 'READY FOR PICKUP' })
  expect(again).toMatchObject({ status: 422, body: { errors: { name: [expect.any(String)] } } })
  expect((await api.post('/sms/templates', {})).body.errors).toEqual({
    name: ['The name field is required.'],
    body: ['The body field is required.'],
  })
})

test('its placeholders are filled from the customer, the shop and the order that moved last', async () => {
  const phone = newPhone()
  const { body: customer } = await api.post('/customers', {
    first_name: 'Zoë',
    last_name: '{{shop_name}}',
    phone,
  })
  await api.put('/settings', { phone: '020 1234567', email: null })
  const order = { customer_id: customer.id, device_brand: 'Apple', device_model: 'iPhone 14' }
  const { body: first } = await api.post('/work-orders', order)
  const { body: second } = await api.post('/work-orders', { ...order, device_model: 'iPad' })
  await api.post(`/work-orders/${first.id}/status`, { status: 'in_repair' })
  const { body: third } = await api.post('/work-orders', order)
  await api.post(`/work-orders/${third.id}/status`, { status: 'cancelled' })
  expect(second.id).toBeGreaterThan(first.id)
  const { body: template } = await api.post('/sms/templates', {
    name: 'All of them',
    body: '{{customer_name}}, {{ first_name }}: {{shop_name}} {{shop_phone}}{{shop_email}} {{ticket_no}} {{device}} {{status}}',
  })
  const expected = `Zoë {{shop_name}}, Zoë: first 020 1234567 ${second.ticket_no}`
  await api.post(`/work-orders/${second.id}/status`, { status: 'in_repair' })
  const sent = await api.post('/sms/send', { phone, body: 'not this', template_id: template.id })
  expect(sent.status).toBe(200)
  await settled()
  expect(twilio.to(phone)).toMatchObject([{ body: `${expected} Apple iPad In Repair` }])
  expect(await logOf(phone)).toMatchObject([{ credits: 2, customer_id: customer.id }])
})

test('what is not known is left out, and nothing at all is refused', async () => {
  const phone = newPhone()
  const send = (body: string) => api.post('/sms/send', { phone, body })
  expect((await send('Dag {{customer_name}}! {{ticket_no}}{{device}} {{shop_name}}')).status).toBe(
    200,
  )
  await settled()
  expect(twilio.to(phone)).toMatchObject([{ body: 'Dag !  first' }])
  expect(await send('{{customer_name}}')).toMatchObject({ status: 422 })
  expect((await send('{{whatever}}')).body.errors).toHaveProperty('body')
  const unknown = await api.post('/sms/send', { phone, template_id: 999_999 })
  expect(unknown.body.errors).toEqual({ template_id: ['The selected template id is invalid.'] })
  const { body: theirs } = await other.api.post('/sms/templates', draft)
  expect((await api.post('/sms/send', { phone, template_id: theirs.id })).body.errors).toEqual(
    unknown.body.errors,
  )
})
