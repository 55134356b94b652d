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

export interface Tier {
  modules: readonly ModuleKey[]
  max_users: number
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

export const tiers: Record<'starter' | 'growth' | 'enterprise', Tier> = {
  starter: { modules: starter, max_users: 5, price_monthly_cents: 4900 },
  growth: { modules: growth, max_users: 15, price_monthly_cents: 14900 },
  enterprise: { modules: moduleKeys, max_users: 250, price_monthly_cents: 39900 },
}

export type TierName = keyof typeof tiers
