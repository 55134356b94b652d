import { expect, test } from 'vitest'
import { startQuoting } from './quoting.ts'

const { owner, api, newQuotation, statusOf } = await startQuoting()

test('is accepted or rejected once', async () => {
  const accepted = await newQuotation()
  await api.post(`${accepted.path}/send`)
  expect(await api.post(`${accepted.path}/accept`)).toMatchObject({
    status: 200,
    body: { status: 'accepted', accepted_at: expect.any(String) },
  })
  const rejected = await newQuotation()
  expect(await api.post(`${rejected.path}/reject`, { reason: 'Too expensive' })).toMatchObject({
    status: 200,
    body: {
      status: 'rejected',
      rejection_reason: 'Too expensive',
      rejected_at: expect.any(String),
    },
  })
  for (const { path } of [accepted, rejected]) {
    for (const action of ['accept', 'reject', 'send']) {
      const refused = await api.post(`${path}/${action}`)
      expect(refused).toMatchObject({ status: 422, body: { code: 'quotation_closed' } })
    }
  }
  for (const action of ['convert-to-invoice', 'convert-to-work-order']) {
    const refused = await api.post(`${rejected.path}/${action}`)
    expect(refused).toMatchObject({ status: 422, body: { code: 'quotation_rejected' } })
  }
})

test('one of two opposite answers wins', async () => {
  const { path } = await newQuotation()
  const answers = await Promise.all(
    ['accept', 'reject', 'accept', 'reject'].map((action) => api.post(`${path}/${action}`)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422])
})

test('expires by itself after its last day', async () => {
  const { id, path } = await newQuotation({ valid_until: '2020-01-31' })
  expect(await statusOf(path)).toBe('draft')
  expect((await api.post(`${path}/send`)).status).toBe(200)
  expect(await statusOf(path)).toBe('expired')
  const listed = async (status: string) =>
    (await api.get(`/quotations?status=${status}&per_page=100`)).body.data.map(
      (quotation: { id: number }) => quotation.id,
    )
  expect(await listed('expired')).toContain(id)
  expect(await listed('sent')).not.toContain(id)
  const refused = {
    accept: 'quotation_closed',
    reject: 'quotation_closed',
    send: 'quotation_closed',
    'convert-to-invoice': 'quotation_expired',
    'convert-to-work-order': 'quotation_expired',
  }
  for (const [action, code] of Object.entries(refused)) {
    const answer = await api.post(`${path}/${action}`)
    expect(answer).toMatchObject({ status: 422, body: { code } })
  }
  expect((await api.put(path, { notes: 'x' })).body.code).toBe('quotation_closed')
  await owner.query(`update quotations set valid_until = current_date + 1 where id = $1`, [id])
  expect(await statusOf(path)).toBe('sent')
})
