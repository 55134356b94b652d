import type { Body, Factory, Ids } from './factory.ts'

/** Valid bodies of the licences. */
export const licenceBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/licenses': () => ({ license_type: 'SMR', tier: 'growth', valid_from: '2026-01-01' }),
  '/licenses/{id}/change-tier': () => ({ tier: 'enterprise' }),
  '/licenses/{id}/modules/activate': () => ({ module_key: 'hrm' }),
  '/licenses/{id}/modules/deactivate': () => ({ module_key: 'hrm' }),
}

/** A licence that is still to begin: what is done to it switches nothing off for the other tests. */
export const licenceToCome = async (f: Factory): Promise<Ids> => ({
  id: await f.row('licenses', {
    tier: 'growth',
    valid_from: '2099-01-01',
    max_users: 15,
    price_monthly_cents: 14900,
    is_current: false,
    began_at: null,
  }),
})

/** What the licences call a company is the shop. */
export const ownShop = async (f: Factory): Promise<Ids> => ({
  id: (await f.api.get('/license/current')).body.company_id,
})
