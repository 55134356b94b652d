/** Parts of the product that a licence switches on and off. */
export const moduleKeys = [
  'work_orders',
  'invoices',
  'inventory',
  'quotations',
  'accounting',
  'hrm',
  'warehouse',
  'crm',
  'automation',
  'messaging',
  'telephony',
  'shipping',
  'bi',
  'ai',
] as const

export type ModuleKey = (typeof moduleKeys)[number]

/** What a shop repairs: small consumer devices, cars, aircraft, boats (see `app.device_rules`). */
export const licenseTypes = ['SMR', 'AUTO', 'AVIATION', 'MARINE'] as const
export type LicenseType = (typeof licenseTypes)[number]

export const tierNames = ['starter', 'growth', 'enterprise'] as const
export type TierName = (typeof tierNames)[number]

export const billingCycles = ['monthly', 'annual'] as const

export interface Tier {
  modules: readonly ModuleKey[]
  /** Active users. */
  max_users: number
  /** The list price, however it is billed. */
  price_monthly_cents: number
}

const starter: ModuleKey[] = ['work_orders', 'invoices', 'inventory', 'crm']
const growth: ModuleKey[] = [
  ...starter,
  'quotations',
  'accounting',
  'hrm',
  'warehouse',
  'messaging',
  'shipping',
  'bi',
]

/** The one table of what a tier has and costs. */
export const tiers: Record<TierName, Tier> = {
  starter: { modules: starter, max_users: 5, price_monthly_cents: 4900 },
  growth: { modules: growth, max_users: 15, price_monthly_cents: 14900 },
  enterprise: { modules: moduleKeys, max_users: 250, price_monthly_cents: 39900 },
}
