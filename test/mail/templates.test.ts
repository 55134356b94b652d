import { expect, test } from 'vitest'
import { startMailing } from './mailing.ts'

const { shop, other, api, mailbox, newCustomer } = await startMailing()

const draft = {
  name: 'Repair Ready',
  subject: 'Your repair is ready, {{first_name}}',
  body_html: '<p>Dear {{customer_name}}, {{ticket_no}} is {{status}}. {{shop_name}}</p>',
}

test('keeps templates, listed as the reference prints them', async () => {
  const created = await api.post('/email/templates', draft)
  expect(created).toMatchObject({ status: 201, body: draft })
  const { id } = created.body
  const listed = await api.get('/email/templates')
  expect(listed.body).toEqual([
    {
      id,
      name: draft.name,
      subject: draft.subject,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    },
  ])
  expect(listed.headers.get('x-total-count')).toBe('1')
  const path = `/email/templates/${id}`
  const changed = await api.put(path, { subject: 'Ready' })
  expect(changed.body).toMatchObject({ ...draft, subject: 'Ready' })
  const stale = { 'If-Match': created.headers.get('etag') ?? '' }
  expect((await api.patch(path, { name: 'X' }, stale)).status).toBe(412)
  expect((await other.api.get(path)).status).toBe(404)
  expect((await shop.as.technician.put(path, {})).status).toBe(403)
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.get(path)).status).toBe(404)
})

test('refuses a placeholder that nothing fills, a second of one name, and more than a line', async () => {
  const errors = async (change: object) =>
    (await api.post('/email/templates', { ...draft, name: 'Other', ...change })).body.errors
  expect(await errors({ body_html: '<p>{{colour}}</p>' })).toEqual({
    body_html: [expect.stringContaining('unknown placeholder: {{colour}}')],
  })
  expect(Object.keys(await errors({ subject: '{{customer.name}}' }))).toEqual(['subject'])
  expect(Object.keys(await errors({ subject: 'Hi\r\nBcc: all@example.com' }))).toEqual(['subject'])
  expect((await api.post('/email/templates', draft)).status).toBe(201)
  expect(Object.keys(await errors({ name: 'repair ready' }))).toEqual(['name'])
})

test('previews and sends it filled, with HTML escaped', async () => {
  const { id } = (await api.post('/email/templates', { ...draft, name: 'Escaped' })).body
  const customer = await newCustomer({
    first_name: '<b>Jan</b>',
    last_name: '& "Co"',
    email: 'jan@example.com',
  })
  const order = (await api.post('/work-orders', { customer_id: customer.id })).body
  const filled = `<p>Dear &lt;b&gt;Jan&lt;/b&gt; &amp; "Co", ${order.ticket_no} is New. first</p>`
  const path = `/email/templates/${id}/preview`
  expect(await api.post(path, { customer_id: customer.id })).toMatchObject({
    status: 200,
    body: { subject: 'Your repair is ready, <b>Jan</b>', body_html: filled },
  })
  expect((await api.post(path, {})).body).toEqual({
    subject: 'Your repair is ready,',
    body_html: '<p>Dear ,  is . first</p>',
  })
  expect((await api.post(path, { customer_id: 999_999_999 })).status).toBe(422)

  const sent = await api.post('/email/send', {
    to: 'jan@example.com',
    template_id: id,
    body_html: '<p>overridden</p>',
  })
  expect(sent.status).toBe(200)
  const [mail] = mailbox.mails()
  expect(mail?.subject).toBe('Your repair is ready, <b>Jan</b>')
  expect(mail?.html).toContain('Dear &lt;b&gt;Jan&lt;/b&gt; &amp; &quot;Co&quot;')
  expect(mail?.text).toContain(`Dear <b>Jan</b> & "Co", ${order.ticket_no} is New.`)
  const named = await api.post('/email/send', {
    to: 'jan@example.com',
    subject: 'My own',
    template_id: id,
  })
  expect(named.status).toBe(200)
  expect(mailbox.mails()[0]?.subject).toBe('My own')
})

test('a preview runs nothing', async () => {
  const { id } = (
    await api.post('/email/templates', {
      name: 'Bad',
      subject: 'x',
      body_html: '<p onclick="x()">Hi</p><script>alert(1)</script>',
    })
  ).body
  expect((await api.post(`/email/templates/${id}/preview`, {})).body.body_html).toBe('<p>Hi</p>')
})
