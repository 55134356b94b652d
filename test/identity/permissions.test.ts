import { expect, test } from 'vitest'
import {
  holds,
  isAbility,
  mayGrant,
  permissions,
  shopRoles,
} from '../../src/domain/identity/permissions.ts'

const holder = (role: string, ...abilities: string[]) => ({ role, abilities })

test('a token narrows its role', () => {
  expect(holds(holder('frontdesk', '*'), 'customers:write')).toBe(true)
  expect(holds(holder('frontdesk', 'customers:*'), 'customers:write')).toBe(true)
  expect(holds(holder('frontdesk', 'customers:read'), 'customers:write')).toBe(false)
  expect(holds(holder('technician', '*'), 'customers:write')).toBe(false)
  expect(holds(holder('technician', 'customers:write'), 'customers:write')).toBe(false)
  expect(holds(holder('nobody', '*'), 'customers:read')).toBe(false)
  expect(holds(holder('admin'), 'customers:read')).toBe(false)
})

test('no role of a shop holds what is the service’s own', () => {
  for (const role of shopRoles) {
    for (const permission of ['tenants:manage', 'licenses:admin'] as const) {
      expect(holds(holder(role, '*'), permission), `${role} ${permission}`).toBe(false)
    }
  }
})

test('what a token passes on gives it nothing that it has not', () => {
  const abilities = ['*', ...permissions, ...permissions.map((p) => `${p.split(':')[0]}:*`)]
  for (const role of shopRoles) {
    for (const own of abilities) {
      const giver = holder(role, own)
      for (const given of abilities.filter((ability) => mayGrant(giver, ability))) {
        const gained = permissions.filter((p) => holds(holder(role, given), p) && !holds(giver, p))
        expect(gained, `${role} ${own} → ${given}`).toEqual([])
        // Nor when the role grows later.
        const later = permissions.filter(
          (p) => holds(holder('platform', given), p) && !holds(holder('platform', own), p),
        )
        expect(later, `${role} ${own} → ${given}`).toEqual([])
      }
    }
  }
})

test('knows abilities by name', () => {
  for (const ability of ['*', 'customers:*', 'invoices:issue'])
    expect(isAbility(ability)).toBe(true)
  for (const ability of ['', ':*', '*:*', 'customers', 'customers:fly', 'nothing:*']) {
    expect(isAbility(ability), ability).toBe(false)
  }
})
