import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import type { Role, startShops } from '../harness/shop.ts'

type Shops = Awaited<ReturnType<typeof startShops>>

/** Makes what leave is about: employees, types, requests; each answers the record. */
export function leaveOf({ shop, owner }: Pick<Shops, 'shop' | 'owner'>) {
  let count = 0
  const made = async (path: string, body: object, client: Client = shop.api): Promise<Json> => {
    const answer = await client.post(path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body
  }
  const employee = (draft: object = {}) =>
    made('/employees', { name: `Employee ${++count}`, ...draft })
  const type = (draft: object = {}) =>
    made('/leave-types', { name: `Leave ${++count}`, days_per_year: 20, ...draft })
  const request = (draft: object, client?: Client) => made('/leave-requests', draft, client)
  /** The employee that a role's account belongs to. */
  const employeeOf = async (role: Role) => {
    const { rows } = await owner.query('select id from users where tenant_id = $1 and role = $2', [
      shop.tenant_id,
      role,
    ])
    return employee({ name: `The ${role}`, user_id: Number(rows[0].id) })
  }
  const balance = async (employee_id: number, leave_type_id: number, year?: number) => {
    const query = `employee_id=${employee_id}${year ? `&year=${year}` : ''}`
    const { body } = await shop.api.get(`/leave-balances?${query}`)
    return body.find((row: Json) => row.leave_type_id === leave_type_id)
  }
  return { made, employee, type, request, employeeOf, balance }
}

/** The refusal of a request, as an answer has it. */
export const refusal = (status: number, code: string) => ({ status, body: { code } })
