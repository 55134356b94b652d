import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import {
  insertMissing,
  mustExist,
  mustMatch,
  removeWhere,
  rowsBy,
  updateWhere,
} from '../../db/rows.ts'
import { invalid, notFound } from '../../refusal.ts'
import { Id, id, instant, optionalText } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import { e164, isInternational } from '../customers/phone.ts'
import { sealSecrets } from '../integrations/secrets.ts'
import { employees } from '../staff/tables.ts'
import { shopCountry } from './country.ts'
import { extensionNumber } from './extensions.ts'
import { employeePhones } from './tables.ts'

const mask = '***masked***'

const PhoneConfig = z.object({
  employee_id: id().meta({ examples: [5] }),
  provider: z
    .string()
    .nullable()
    .meta({ examples: ['3cx'] }),
  extension: z
    .string()
    .nullable()
    .meta({ examples: ['101'] }),
  mobile_number: z
    .string()
    .nullable()
    .meta({ examples: ['+31612345678'] }),
  forwarding_number: z
    .string()
    .nullable()
    .meta({ examples: ['+31201234567'] }),
  sip_username: z
    .string()
    .nullable()
    .meta({ examples: ['john.doe@pbx.example.com'] }),
  sip_password: z
    .string()
    .nullable()
    .meta({ examples: [mask] }),
  is_active: z.boolean().nullable(),
  created_at: instant().nullable(),
  updated_at: instant().nullable(),
})

const columns = {
  provider: employeePhones.provider,
  extension: employeePhones.extension,
  mobile_number: employeePhones.mobile_number,
  forwarding_number: employeePhones.forwarding_number,
  sip_username: employeePhones.sip_username,
  has_password: sql<boolean>`${employeePhones.sip_password} is not null`,
  is_active: employeePhones.is_active,
  created_at: employeePhones.created_at,
  updated_at: employeePhones.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(employeePhones).$dynamic()

const unset = {
  ...{ provider: null, extension: null, mobile_number: null, forwarding_number: null },
  ...{ sip_username: null, has_password: false, is_active: null },
  ...{ created_at: null, updated_at: null },
}

/** Nothing but nulls before the first PUT. */
async function one(ctx: Selecting, employee_id: number): Promise<z.input<typeof PhoneConfig>> {
  const [row] = await rowsBy(ctx, rows, employeePhones.employee_id, employee_id)
  const { has_password, ...phone } = row ?? unset
  return { employee_id, ...phone, sip_password: has_password ? mask : null }
}

const common = { module: 'hrm', params: Id } as const

export const getPhoneConfig = read(
  {
    ...common,
    summary: 'Get employee phone config',
    description: 'The SIP password is shown masked. Null before the first update.',
    can: 'employees:read',
    output: PhoneConfig,
    on: employees,
  },
  async (ctx, { params }) => {
    const [, config] = await Promise.all([
      mustExist(ctx, employees, params.id),
      one(ctx, params.id),
    ])
    return config
  },
)

const Draft = z.object({
  provider: optionalText(50).describe('Telephony provider (e.g. 3cx, twilio)'),
  extension: extensionNumber().nullable().optional(),
  mobile_number: optionalText(50).describe('E.164, or a national number of the shop’s country'),
  forwarding_number: optionalText(50).describe('As the mobile number'),
  sip_username: optionalText(),
  sip_password: z
    .string()
    .max(255)
    .nullable()
    .optional()
    .describe('Stored encrypted; the mask sent back leaves it as it is'),
  is_active: z.boolean().optional(),
})

type Draft = z.output<typeof Draft>

export const updatePhoneConfig = call(
  {
    ...common,
    summary: 'Update employee phone config',
    description: 'Changes what is given.',
    can: 'employees:write',
    body: Draft,
    output: PhoneConfig,
  },
  async (ctx, { params, body }) => {
    const { sip_password, ...draft } = body
    const isNational = [draft.mobile_number, draft.forwarding_number].some(
      (phone) => phone && !isInternational(phone),
    )
    const numbers = inE164(draft, isNational ? await shopCountry(ctx, {}) : undefined)
    const sealed = await sealedPassword(ctx, params.id, sip_password)
    return keepPhone(ctx, { params, body: { ...draft, ...numbers, ...sealed } })
  },
)

/** Both numbers in E.164; 422 at each that is none. */
function inE164(draft: Draft, country: string | undefined) {
  const { mobile_number, forwarding_number } = draft
  const numbers = Object.entries({ mobile_number, forwarding_number }).flatMap(([name, phone]) =>
    phone === undefined ? [] : [{ name, phone, number: e164(phone, country) }],
  )
  const wrong = numbers.filter(({ phone, number }) => phone !== null && number === null)
  if (wrong.length > 0) {
    const sentence = (name: string) => [
      `The ${name.replaceAll('_', ' ')} field must be a phone number in E.164 format, such as +31612345678.`,
    ]
    throw invalid(Object.fromEntries(wrong.map(({ name }) => [name, sentence(name)])))
  }
  return Object.fromEntries(numbers.map(({ name, number }) => [name, number]))
}

async function sealedPassword(
  ctx: Parameters<typeof shopCountry>[0],
  employee_id: number,
  password: string | null | undefined,
): Promise<{ sip_password?: string | null }> {
  if (password === undefined || (password?.includes(mask) ?? false)) return {}
  if (!password) return { sip_password: null }
  const of = `employee_phone/${employee_id}`
  return { sip_password: await sealSecrets(ctx.env, { sip_password: password }, of) }
}

const ofEmployee = (id: number) => eq(employeePhones.employee_id, id)

const versionOf = (id: number) =>
  sql<number>`(select ${employeePhones.id} from ${employeePhones} where ${ofEmployee(id)})`

const keepPhone = write(
  {
    ...common,
    summary: 'Keep how an employee is reached',
    can: 'employees:write',
    body: Draft,
    output: PhoneConfig,
  },
  async (ctx, { params: { id }, body }) => {
    const [, , , , config] = await Promise.all([
      mustExist(ctx, employees, id),
      mustMatch(ctx, employeePhones, versionOf(id)),
      insertMissing(ctx, employeePhones, { ...body, employee_id: id }),
      updateWhere(ctx, employeePhones, ofEmployee(id), body),
      one(ctx, id),
    ])
    return config
  },
)

export const deletePhoneConfig = write(
  { ...common, summary: 'Delete employee phone config', can: 'employees:write' },
  async (ctx, { params: { id } }) => {
    const [, , removed] = await Promise.all([
      mustExist(ctx, employees, id),
      mustMatch(ctx, employeePhones, versionOf(id)),
      removeWhere(ctx, employeePhones, ofEmployee(id)),
    ])
    if (removed === 0) throw notFound()
  },
)
