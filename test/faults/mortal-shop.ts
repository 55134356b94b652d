import { expect } from 'vitest'
import { systemContext } from '../../dev/context.ts'
import type { NeonEndpoint } from '../../dev/neon-endpoint.ts'
import { createTenant } from '../../src/domain/identity/tenants.ts'
import type { startTwilio } from '../fakes/twilio.ts'
import type { startDatabase } from '../harness/database.ts'
import { openShop, type Shop, staffShop } from '../harness/shop.ts'
import type { startMortalWorker } from './mortal-worker.ts'

/** A shop whose Worker may die. */
export async function openMortalShop(
  database: Awaited<ReturnType<typeof startDatabase>>,
  endpoint: NeonEndpoint,
  worker: Awaited<ReturnType<typeof startMortalWorker>>,
  name: string,
) {
  const ctx = systemContext(
    { database_url: database.worker_url, endpoint_url: endpoint.url },
    { job: 'test', tenant_id: null },
  )
  const admin = { name: 'Ada Admin', email: `admin@${name}.example`, password: 'password' }
  const { id: tenant_id } = await createTenant(ctx, {
    body: { name, admin, license_type: 'SMR', tier: 'enterprise' },
  })
  const staffed = await staffShop(database.owner, tenant_id, name)
  return { shop: openShop(worker.url, staffed), tenant_id }
}

export async function connectTwilio(shop: Shop, twilio: Awaited<ReturnType<typeof startTwilio>>) {
  const { account_sid, auth_token } = twilio
  const config = { account_sid, auth_token, from_number: '+3197010000000' }
  const answer = await shop.api.put('/integrations/twilio', { is_enabled: true, config })
  expect(answer.status).toBe(200)
}
