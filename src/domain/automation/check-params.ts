import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { e164 } from '../customers/phone.ts'
import { tags } from '../customers/tables.ts'
import { users } from '../identity/tables.ts'
import { employees } from '../staff/tables.ts'
import { webhookEndpoints } from '../webhooks/tables.ts'
import { workOrderStatuses } from '../workshop/tables.ts'
import type { Param, ParamType } from './action.ts'

/** What a parameter must name: the column of the shop's own records where its value must be found. */
export const paramNames: Partial<Record<ParamType, PgColumn>> = {
  status: workOrderStatuses.slug,
  employee: employees.id,
  users: users.id,
  tag: tags.id,
  webhook_endpoint: webhookEndpoints.id,
}

const isId = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0
const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= max

const id: Check = [isId, () => 'must be a valid id']

type Check = [(value: unknown, param: Param) => boolean, (param: Param) => string]

const checks: Record<ParamType, Check> = {
  text: [
    (value, { max = 255 }) => isText(value, max),
    ({ max = 255 }) => `must be a string of 1 to ${max} characters`,
  ],
  integer: [
    (value, { max = 1e6 }) =>
      Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max,
    ({ max = 1e6 }) => `must be an integer of 0 to ${max}`,
  ],
  boolean: [(value) => typeof value === 'boolean', () => 'must be a boolean'],
  enum: [
    (value, { values = [] }) => typeof value === 'string' && values.includes(value),
    ({ values = [] }) => `must be one of: ${values.join(', ')}`,
  ],
  email: [
    (value) => isText(value, 254) && z.email().safeParse(value).success,
    () => 'must be a valid email',
  ],
  phone: [
    (value) => isText(value, 50) && e164(value) !== null,
    () => 'must be a valid phone number',
  ],
  url: [
    (value) => isText(value, 2000) && URL.parse(value)?.protocol === 'https:',
    () => 'must be an address that begins with https://',
  ],
  status: [(value) => isText(value, 50), () => 'must be a status of a work order'],
  employee: id,
  users: [
    (value) => Array.isArray(value) && value.length > 0 && value.length <= 100 && value.every(isId),
    () => 'must be an array of 1 to 100 ids',
  ],
  tag: id,
  webhook_endpoint: id,
}

/** What is wrong with the value of a parameter; undefined when it fits. */
export function paramProblem(param: Param, value: unknown): string | undefined {
  const [isRight, problem] = checks[param.type]
  return isRight(value, param) ? undefined : problem(param)
}
