import { and, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { page } from '../../db/pages.ts'
import { newId, remove, same, update } from '../../db/rows.ts'
import { found, invalid } from '../../refusal.ts'
import { day, Id, id, idText, Paging, pageOf } from '../../schema.ts'
import { call, read, write } from '../../verb.ts'
import {
  enterShop,
  License,
  mustHold,
  mustNotBeHistory,
  oneLicense,
  rows,
  status,
} from './license.ts'
import { licenses } from './tables.ts'
import { billingCycles, licenseTypes, tierNames } from './tiers.ts'
import { startTrial } from './trial.ts'

const statuses = ['trial', 'active', 'suspended', 'expired'] as const

const Terms = z.object({
  license_type: z.enum(licenseTypes),
  valid_until: day().nullable().optional().describe('The last day; null: without end'),
  billing_cycle: z
    .enum(billingCycles)
    .optional()
    .describe('How it is billed; price_monthly stays the list price of a month'),
})

const Draft = Terms.extend({
  tier: z.enum(tierNames),
  valid_from: day().describe(
    'A licence of a later day becomes the current one when that day comes',
  ),
  company_id: id().optional().describe('The shop; the own one when absent'),
})

export const currentLicense = read(
  { summary: 'Get current tenant license', can: 'account', output: License },
  async (ctx) => {
    const [license] = await rows(ctx).where(eq(licenses.is_current, true))
    return found(license, 'License')
  },
)

export const listLicenses = read(
  {
    summary: 'List licenses',
    description: 'Those of the own shop, newest first; the former ones stay as its history.',
    can: 'licenses:read',
    query: Paging.extend({
      status: z.enum(statuses).optional(),
      tier: z.enum(tierNames).optional(),
      license_type: z.enum(licenseTypes).optional(),
      company_id: idText().optional().describe('Another shop, for the service’s own staff'),
    }),
    output: pageOf(License),
  },
  async (ctx, { query }) => {
    const where = and(
      query.status && sql`${status} = ${query.status}`,
      same(licenses.tier, query.tier),
      same(licenses.license_type, query.license_type),
    )
    const [, list] = await Promise.all([
      enterShop(ctx, query.company_id),
      page(ctx, licenses, query, where, rows),
    ])
    return list
  },
)

export const getLicense = read(
  {
    summary: 'Get license',
    can: 'licenses:read',
    params: Id,
    output: License,
    on: licenses,
    across: true,
  },
  (ctx, { params }) => oneLicense(ctx, params.id),
)

/** A call, so that an Idempotency-Key is kept in the shop of who asks, and not in the one that gets the licence. */
export const createLicense = call(
  {
    summary: 'Create license (admin)',
    description:
      'A trial licence with every module of its tier on; from `valid_from` on it is the current licence of the shop.',
    can: 'licenses:admin',
    body: Draft,
    output: License,
    status: 201,
  },
  async (ctx, { body }) => {
    if (body.valid_until && body.valid_until < body.valid_from) {
      throw invalid({ valid_until: [endsTooEarly] })
    }
    return addLicense(ctx, { body })
  },
)

export const addLicense = write(
  { summary: 'Add a license', can: 'licenses:admin', body: Draft, output: License },
  async (ctx, { body: { company_id, ...terms } }) => {
    const [, , license] = await Promise.all([
      enterShop(ctx, company_id, 'company_id'),
      startTrial(ctx, terms),
      oneLicense(ctx, newId(licenses)),
    ])
    return license
  },
)

const endsTooEarly = 'The valid until field must be a date after or equal to valid from.'

export const updateLicense = write(
  {
    summary: 'Update license',
    description: 'A later `valid_until` brings an expired licence back.',
    can: 'licenses:admin',
    params: Id,
    body: Terms.partial(),
    output: License,
    on: licenses,
    across: true,
  },
  async (ctx, { params: { id }, body }) => {
    const fits = sql`coalesce(${licenses.valid_until} >= ${licenses.valid_from}, true)`
    const [, , , license] = await Promise.all([
      mustNotBeHistory(ctx, id),
      update(ctx, licenses, id, body),
      body.valid_until &&
        mustHold(ctx, id, fits, {
          code: 'validation_failed',
          message: endsTooEarly,
          field: 'valid_until',
        }),
      oneLicense(ctx, id),
    ])
    return license
  },
)

export const deleteLicense = write(
  {
    summary: 'Delete license',
    description: 'Only one that is not current and was never active.',
    can: 'licenses:admin',
    params: Id,
    on: licenses,
    across: true,
  },
  async (ctx, { params: { id } }) => {
    const unused = sql`not ${licenses.is_current} and ${licenses.activated_at} is null`
    await Promise.all([
      mustHold(ctx, id, unused, {
        code: 'license_used',
        message: 'A licence that is current, or was active, stays; suspend it instead.',
      }),
      remove(ctx, licenses, id),
    ])
  },
)
