import { expect, test } from 'vitest'
import { startShopsWithProviders } from './providing.ts'

const { shop, owner, mollie, owing, mollieSays, settled } = await startShopsWithProviders()
const { api } = shop

test('a report that comes while the one before it is being closed is not lost', async () => {
  const invoice = await owing(100)
  const path = `/invoices/${invoice.id}/payment-link`
  const { body: link } = await api.post(path, { provider: 'mollie' })
  const id: string = link.url.split('/').at(-1)
  await mollieSays(id)
  await settled()
  const mark = (done_at: string) =>
    `update inbox set done_at = ${done_at} where external_id = '${id}'`
  await owner.query(mark('null'))
  mollie.pay(id)
  const consumer = await owner.connect()
  await consumer.query(`begin; ${mark('now()')}`)
  const report = mollieSays(id)
  await expect
    .poll(async () => (await owner.query('select from pg_locks where not granted')).rowCount)
    .toBe(1)
  await consumer.query('commit')
  consumer.release()
  expect((await report).status).toBe(200)
  await settled()
  expect((await api.get(`/invoices/${invoice.id}`)).body).toMatchObject({ status: 'paid' })
})
