/** What can be permitted: `resource:read`, `resource:write`, and the special ones. */
export const permissions = [
  'customers:read',
  'customers:write',
  'work_orders:read',
  'work_orders:write',
  'products:read',
  'products:write',
  'stock:read',
  'stock:write',
  'suppliers:read',
  'suppliers:write',
  'purchase_orders:read',
  'purchase_orders:write',
  'quotations:read',
  'quotations:write',
  'invoices:read',
  'invoices:write',
  'invoices:issue',
  'payments:read',
  'payments:write',
  'credit_notes:read',
  'credit_notes:write',
  'recurring_invoices:read',
  'recurring_invoices:write',
  'price_agreements:read',
  'price_agreements:write',
  'tax_rates:read',
  'tax_rates:write',
  'integrations:read',
  'integrations:write',
  'branches:read',
  'branches:write',
  'employees:read',
  'employees:write',
  'settings:read',
  'settings:write',
  'licenses:read',
  'licenses:write',
  'licenses:admin',
  'users:manage',
  'events:read',
  'tasks:read',
  'tasks:write',
  'sms:read',
  'sms:write',
  'emails:read',
  'emails:write',
  'calls:read',
  'calls:write',
  'shipments:read',
  'shipments:write',
  'vat_checks:read',
  'vat_checks:write',
  'assistant:use',
  'bookkeeping:read',
  'bookkeeping:write',
  'ledger:read',
  'ledger:write',
  'journal:post',
  'btw:read',
  'btw:close',
  'bank:read',
  'bank:write',
  'purchase_invoices:read',
  'purchase_invoices:write',
  'leave:read',
  'leave:write',
  'leave:approve',
  'warranty:read',
  'warranty:write',
  'bi:read',
  'sla:read',
  'sla:write',
  'automation_rules:read',
  'automation_rules:write',
  'webhook_endpoints:read',
  'webhook_endpoints:write',
  'dead_letters:read',
  'dead_letters:write',
  'tenants:manage',
] as const

export type Permission = (typeof permissions)[number]

const everyday: Permission[] = [
  'customers:read',
  'work_orders:read',
  'products:read',
  'stock:read',
  'suppliers:read',
  'purchase_orders:read',
  'branches:read',
  'employees:read',
  'settings:read',
  'tax_rates:read',
  'price_agreements:read',
  'tasks:read',
  'tasks:write',
  'leave:read',
  'leave:write',
  'warranty:read',
  'sla:read',
]

const forTheShop = permissions.filter((p) => p !== 'tenants:manage' && p !== 'licenses:admin')

/** Roles are sets of permissions; a token's abilities narrow its owner's, never widen. */
export const roles: Record<string, { label: string; permissions: readonly Permission[] }> = {
  admin: { label: 'Administrator', permissions: forTheShop },
  manager: {
    label: 'Manager',
    permissions: forTheShop.filter(
      (p) =>
        ![
          'users:manage',
          'licenses:write',
          'settings:write',
          'integrations:write',
          'webhook_endpoints:write',
          'dead_letters:write',
        ].includes(p),
    ),
  },
  technician: {
    label: 'Technician',
    permissions: [
      ...everyday,
      'work_orders:write',
      'stock:write',
      'quotations:read',
      'emails:read',
      'calls:read',
      'shipments:read',
      'assistant:use',
    ],
  },
  frontdesk: {
    label: 'Front desk',
    permissions: [
      ...everyday,
      'customers:write',
      'work_orders:write',
      'warranty:write',
      'quotations:read',
      'quotations:write',
      'invoices:read',
      'invoices:write',
      'invoices:issue',
      'payments:read',
      'payments:write',
      'credit_notes:read',
      'credit_notes:write',
      'recurring_invoices:read',
      'price_agreements:write',
      'sms:read',
      'sms:write',
      'emails:read',
      'emails:write',
      'calls:read',
      'calls:write',
      'shipments:read',
      'shipments:write',
      'vat_checks:read',
      'vat_checks:write',
      'assistant:use',
    ],
  },
  accountant: {
    label: 'Accountant',
    permissions: [
      ...everyday,
      'quotations:read',
      'invoices:read',
      'invoices:write',
      'invoices:issue',
      'payments:read',
      'payments:write',
      'credit_notes:read',
      'credit_notes:write',
      'recurring_invoices:read',
      'recurring_invoices:write',
      'tax_rates:write',
      'licenses:read',
      'events:read',
      'emails:read',
      'vat_checks:read',
      'vat_checks:write',
      'bookkeeping:read',
      'bookkeeping:write',
      'ledger:read',
      'ledger:write',
      'journal:post',
      'btw:read',
      'btw:close',
      'bank:read',
      'bank:write',
      'purchase_invoices:read',
      'purchase_invoices:write',
      'bi:read',
    ],
  },
  platform: { label: 'Platform administrator', permissions },
}

/** Roles that a shop gives to its people. */
export const shopRoles = ['admin', 'manager', 'technician', 'frontdesk', 'accountant'] as const

export const roleNames = Object.keys(roles)

/** The roles that hold a permission. */
export const rolesWith = (permission: Permission) =>
  roleNames.filter((role) => roles[role]?.permissions.includes(permission))

interface Holder {
  role: string
  abilities: readonly string[]
}

const covers = (ability: string, permission: Permission) =>
  ability === '*' || ability === permission || ability === `${permission.split(':')[0]}:*`

const reaches = ({ abilities }: Holder, permission: Permission) =>
  abilities.some((ability) => covers(ability, permission))

/** Does a role, narrowed by a token's abilities, hold a permission? The rule of `app.begin_request`. */
export const holds = (holder: Holder, permission: Permission): boolean =>
  rolesWith(permission).includes(holder.role) && reaches(holder, permission)

/** What a token's `abilities` may name: a permission, all of a resource, or all. */
export const isAbility = (text: string): boolean => permissions.some((p) => covers(text, p))

/** May the holder give an ability to a token? Never one that reaches further than its own. */
export function mayGrant(holder: Holder, ability: string): boolean {
  const covered = permissions.filter((permission) => covers(ability, permission))
  return covered.every((p) => reaches(holder, p)) && covered.some((p) => holds(holder, p))
}
