import { beforeAll, beforeEach, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import type { Json } from '../harness/client.ts'
import { startShopsWithMail } from '../harness/mail.ts'
import { claimants, tally } from './claiming.ts'

const { shop, owner, mailbox } = await startShopsWithMail()
const { api } = shop
const { policy, repaired, claimed, customer } = claimants(shop, owner)
const reject = (id: number, reason = 'The device was dropped') =>
  api.post(`/warranty/claims/${id}/reject`, { reason })
const claimOf = async (draft: object) =>
  claimed((await repaired(5, { customer_id: (await customer(draft)).id })).id)

beforeAll(() => policy(90))
beforeEach(async () => {
  await settled(owner)
  mailbox.clear()
})

test('tells the customer why, in the conversation about the work order', async () => {
  const claim = await claimOf({ first_name: 'Jane', email: 'jane@example.com' })
  const { ticket_no } = claim.work_order
  const answer = await reject(claim.id)
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    message: 'Claim rejected',
    status: 'rejected',
    customer_notified: true,
  })
  await settled(owner)
  const [mail, ...others] = mailbox.mails()
  expect(others).toEqual([])
  expect(mail).toMatchObject({
    subject: `Uw garantieclaim op ${ticket_no}`,
    text: expect.stringContaining('De reden:\n\nThe device was dropped'),
  })
  expect(JSON.stringify(mail)).toContain('jane@example.com')
  expect((await api.get(`/warranty/claims/${claim.id}`)).body).toMatchObject({
    status: 'rejected',
    reason: 'The device was dropped',
    decided_at: expect.stringMatching(/Z$/),
    warranty_work_order_id: null,
  })
  const { rows } = await owner.query(
    `select entity, entity_id::int from email_messages where subject like '%' || $1`,
    [ticket_no],
  )
  expect(rows).toEqual([{ entity: 'work_order', entity_id: claim.work_order_id }])
  const timeline = await api.get(`/work-orders/${claim.work_order_id}/timeline`)
  const told = timeline.body.data.map((entry: Json) => entry.description)
  expect(told).toContain('Warranty claim rejected: The device was dropped')
})

test('writes English where the shop does', async () => {
  await owner.query(`update tenants set locale = 'en' where id = $1`, [shop.tenant_id])
  const claim = await claimOf({ first_name: 'Jane', email: 'jane@example.com' })
  await reject(claim.id)
  await settled(owner)
  expect(mailbox.mails()).toMatchObject([
    {
      subject: `Your warranty claim on ${claim.work_order.ticket_no}`,
      text: expect.stringContaining('Dear Jane'),
    },
  ])
})

test('rejected many times at once, one mail leaves', async () => {
  const { id } = await claimOf({ email: 'jane@example.com' })
  const answers = await Promise.all(Array.from({ length: 20 }, () => reject(id)))
  expect(tally(answers)).toEqual({ 200: 1, not_pending: 19 })
  await settled(owner)
  expect(mailbox.mails()).toHaveLength(1)
})

test('says when nobody was told: there is no address, or it takes no mail', async () => {
  const silent = await claimOf({ first_name: 'No mail' })
  const bounced = await claimOf({ email: 'gone@example.com' })
  await owner.query('update customers set email_bounced_at = now() where id = $1', [
    bounced.customer.id,
  ])
  for (const { id } of [silent, bounced]) {
    expect((await reject(id)).body.customer_notified).toBe(false)
  }
  await settled(owner)
  expect(mailbox.mails()).toEqual([])
})

test('writes to the company of a customer without an address', async () => {
  const company = await api.post('/companies', { name: 'Bakery', email: 'info@bakery.example' })
  const { id } = await claimOf({ company_id: company.body.id })
  expect((await reject(id)).body.customer_notified).toBe(true)
  await settled(owner)
  expect(JSON.stringify(mailbox.mails())).toContain('info@bakery.example')
})

test('a rejection needs a reason, and opens the way for another claim', async () => {
  const { id, work_order_id } = await claimOf({})
  for (const body of [{}, { reason: '  ' }]) {
    const { status, body: answer } = await api.post(`/warranty/claims/${id}/reject`, body)
    expect(status).toBe(422)
    expect(Object.keys(answer.errors)).toEqual(['reason'])
  }
  await reject(id)
  expect((await claimed(work_order_id)).status).toBe('pending')
})

test('a new claim is told to those who decide on it', async () => {
  const { work_order } = await claimOf({ first_name: 'Jane', last_name: 'Smith' })
  await settled(owner)
  const claimedOn = async (role: 'frontdesk' | 'technician') =>
    (await shop.as[role].get('/notifications')).body.data.filter(
      ({ title }: Json) => title === `Warranty claimed on ${work_order.ticket_no}`,
    )
  expect(await claimedOn('frontdesk')).toMatchObject([{ body: 'Jane Smith, It flickers again' }])
  expect(await claimedOn('technician')).toEqual([])
})
