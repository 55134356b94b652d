import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { newShop, platformOf } from './platform.ts'

const { shop, owner, url, miniflare } = await startShops()
const platform = await platformOf(owner, url, shop.tenant_id)

/** What cron has the Worker do every hour. */
async function theHourPasses() {
  const worker = await miniflare.getWorker()
  const { outcome } = await worker.scheduled({ cron: '5 * * * *', scheduledTime: new Date() })
  expect(outcome).toBe('ok')
}

test('a licence of a later day takes over when that day has come', async () => {
  const { id: company_id, license_id, api } = await newShop(platform, owner)
  const terms = { license_type: 'MARINE', tier: 'enterprise', valid_from: '2098-01-01', company_id }
  const { id, is_current } = (await platform.post('/licenses', terms)).body
  expect(is_current).toBe(false)
  await theHourPasses()
  expect((await api.get('/license/current')).body.id).toBe(license_id)
  expect((await platform.post(`/licenses/${id}/activate`)).body).toMatchObject({
    status: 'active',
    is_current: false,
  })
  const another = (await platform.post('/licenses', terms)).body
  expect((await platform.delete(`/licenses/${another.id}`)).status).toBe(204)

  await owner.query('update licenses set valid_from = current_date - 1 where id = $1', [id])
  await theHourPasses()
  expect((await api.get('/license/current')).body).toMatchObject({ id, license_type: 'MARINE' })
  expect((await api.get(`/licenses/${license_id}`)).body.is_current).toBe(false)
  // The former one does not come back.
  await theHourPasses()
  expect((await api.get('/license/current')).body.id).toBe(id)
})
