import { and, eq, getTableColumns } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, matching, mustExist, newId, remove, rowsBy, same, update } from '../../db/rows.ts'
import { parseImei } from '../../lib/imei.ts'
import { found } from '../../refusal.ts'
import {
  Id,
  id,
  idText,
  Named,
  optionalText,
  Paging,
  pageOf,
  Stamps,
  searchText,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { customers, deviceKinds, devices } from './tables.ts'

const Device = z.object({
  id: id(),
  customer_id: id(),
  customer: Named,
  kind: z.string().meta({ examples: ['phone'] }),
  brand: z
    .string()
    .nullable()
    .meta({ examples: ['Apple'] }),
  model: z
    .string()
    .nullable()
    .meta({ examples: ['iPhone 15 Pro'] }),
  serial_number: z
    .string()
    .nullable()
    .meta({ examples: ['F2LW48XYZ1'] }),
  imei: z
    .string()
    .nullable()
    .meta({ examples: ['490154203237518'] }),
  license_plate: z
    .string()
    .nullable()
    .meta({ examples: ['AB-12-CD'] }),
  vin: z.string().nullable(),
  tail_number: z
    .string()
    .nullable()
    .meta({ examples: ['PH-ABC'] }),
  hull_number: z
    .string()
    .nullable()
    .meta({ examples: ['NL-ABC12345D626'] }),
  color: z.string().nullable(),
  notes: z.string().nullable(),
  ...Stamps,
})

const imei = () =>
  z
    .string()
    .trim()
    .refine(
      (value) => value === '' || parseImei(value) !== undefined,
      'must be a valid IMEI of 15 digits',
    )
    .transform((value) => parseImei(value) ?? null)
    .nullable()
    .optional()
    .meta({ type: ['string', 'null'], examples: ['490154203237518'] })

/** What is written on a car, aircraft or boat, in capitals; the dashes stay as they were typed. */
const inCapitals = (max: number) =>
  optionalText(max).transform((value) => value?.toUpperCase().replace(/\s+/g, ' ') ?? value)

const Draft = z.object({
  customer_id: id(),
  kind: z
    .enum(deviceKinds)
    .optional()
    .describe('When absent what the licence of the shop is for: phone, car, aircraft or boat'),
  brand: optionalText(),
  model: optionalText(),
  serial_number: optionalText(100),
  imei: imei(),
  license_plate: inCapitals(20),
  vin: inCapitals(32),
  tail_number: inCapitals(20),
  hull_number: inCapitals(32),
  color: optionalText(50),
  notes: optionalText(5000),
})

const { tenant_id: _tenant, search: _search, ...columns } = getTableColumns(devices)

const rows = (ctx: Selecting) =>
  ctx.db
    .select({ ...columns, customer: { id: customers.id, name: customers.name } })
    .from(devices)
    .innerJoin(customers, eq(customers.id, devices.customer_id))

const one = async (ctx: Selecting, id: number | ReturnType<typeof newId>) => {
  const [device] = await rowsBy(ctx, rows, devices.id, id)
  return found(device)
}

export const listDevices = read(
  {
    summary: 'List devices',
    can: 'customers:read',
    query: Paging.extend({
      q: searchText()
        .optional()
        .describe('Brand, model, serial number, IMEI, plate, VIN, tail or hull number'),
      customer_id: idText().optional(),
      kind: z.enum(deviceKinds).optional(),
    }),
    output: pageOf(Device),
  },
  async (ctx, { query }) => {
    const where = and(
      matching(devices.id, 'devices', query.q),
      same(devices.customer_id, query.customer_id),
      same(devices.kind, query.kind),
    )
    const [, list] = await Promise.all([
      mustExist(ctx, customers, query.customer_id),
      page(ctx, devices, query, where, rows),
    ])
    return list
  },
)

export const createDevice = write(
  {
    summary: 'Create device',
    description:
      'A shop for cars, aircraft or boats names the plate or VIN, the tail number or the hull number of these (GET /devices/kinds).',
    can: 'customers:write',
    body: Draft,
    output: Device,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, device] = await Promise.all([insert(ctx, devices, body), one(ctx, newId(devices))])
    return device
  },
)

export const getDevice = read(
  { summary: 'Get device', can: 'customers:read', params: Id, output: Device, on: devices },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateDevice = write(
  {
    summary: 'Update device',
    can: 'customers:write',
    params: Id,
    body: Draft.partial(),
    output: Device,
    on: devices,
  },
  async (ctx, { params, body }) => {
    const [, device] = await Promise.all([
      update(ctx, devices, params.id, body),
      one(ctx, params.id),
    ])
    return device
  },
)

export const deleteDevice = write(
  {
    summary: 'Delete device',
    description: 'Refused while work orders point at the device.',
    can: 'customers:write',
    params: Id,
    on: devices,
  },
  async (ctx, { params }) => {
    await remove(ctx, devices, params.id)
  },
)
