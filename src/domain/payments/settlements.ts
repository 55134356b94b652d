import { and, gte, lte, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { guard, insert, newId, rowsBy, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  amount,
  day,
  Id,
  id,
  instant,
  money,
  optionalText,
  Paging,
  pageOf,
  positiveAmount,
  Stamps,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { bankAllocations } from '../bank/tables.ts'
import { mustBeUnmatched } from '../bank/unmatched.ts'
import { mustBePast } from '../ledger/days.ts'
import { settlements } from './tables.ts'

const module = 'accounting'
const providers = ['mollie', 'stripe', 'pin'] as const

const Settlement = z.object({
  id: id(),
  provider: z.enum(providers),
  settled_on: day(),
  gross: money()
    .describe('What came in at the provider')
    .meta({ examples: [1000] }),
  fee: money()
    .describe('What it kept, excl. VAT')
    .meta({ examples: [10] }),
  fee_vat: money().meta({ examples: [2.1] }),
  net: money()
    .describe('What it paid out')
    .meta({ examples: [987.9] }),
  reference: z
    .string()
    .nullable()
    .meta({ examples: ['1234567.2603.01'] }),
  voided_at: instant().nullable(),
  ...Stamps,
})

const Draft = z
  .object({
    provider: z.enum(providers).describe("`pin`: the terminal's"),
    settled_on: day(),
    gross: positiveAmount()
      .describe('What came in at the provider')
      .meta({ examples: [1000] }),
    fee: amount()
      .optional()
      .describe('What it kept, excl. VAT')
      .meta({ examples: [10] }),
    fee_vat: amount()
      .optional()
      .describe('VAT that it charged; none where it is exempt')
      .meta({ examples: [2.1] }),
    reference: optionalText().meta({ examples: ['1234567.2603.01'] }),
  })
  .refine(({ gross, fee = 0, fee_vat = 0 }) => gross > fee + fee_vat, {
    path: ['fee'],
    error: 'must be less than gross, with its VAT',
  })

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: settlements.id,
      provider: settlements.provider,
      settled_on: settlements.settled_on,
      gross: settlements.gross_cents,
      fee: settlements.fee_cents,
      fee_vat: settlements.fee_vat_cents,
      net: sql`${settlements.net_cents}`.mapWith(Number),
      reference: settlements.reference,
      voided_at: settlements.voided_at,
      created_at: settlements.created_at,
      updated_at: settlements.updated_at,
    })
    .from(settlements)

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [settlement] = await rowsBy(ctx, rows, settlements.id, id)
  return found(settlement)
}

export const listSettlements = read(
  {
    summary: 'List settlements',
    can: 'ledger:read',
    module,
    query: Paging.extend({
      provider: z.enum(providers).optional(),
      from: day().optional().describe('Settled from'),
      to: day().optional().describe('Settled to, that day included'),
    }),
    output: pageOf(Settlement),
  },
  (ctx, { query }) => {
    const where = and(
      same(settlements.provider, query.provider),
      query.from === undefined ? undefined : gte(settlements.settled_on, query.from),
      query.to === undefined ? undefined : lte(settlements.settled_on, query.to),
    )
    return page(ctx, settlements, query, where, rows)
  },
)

export const createSettlement = write(
  {
    summary: 'Record settlement',
    description:
      'What a payment provider, or that of the terminal, paid out: it clears what is on its way there, and its fee ' +
      'becomes a cost. Once per reference.',
    can: 'ledger:write',
    module,
    body: Draft,
    output: Settlement,
    status: 201,
  },
  async (ctx, { body: { gross, fee, fee_vat, ...draft } }) => {
    const amounts = { gross_cents: gross, fee_cents: fee, fee_vat_cents: fee_vat }
    const [, , settlement] = await Promise.all([
      mustBePast(ctx, draft.settled_on, 'settled_on'),
      insert(ctx, settlements, { ...draft, ...amounts }),
      one(ctx, newId(settlements)),
    ])
    return settlement
  },
)

export const getSettlement = read(
  {
    summary: 'Get settlement',
    can: 'ledger:read',
    module,
    params: Id,
    output: Settlement,
    on: settlements,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const voidSettlement = write(
  {
    summary: 'Void settlement',
    description:
      'One that was a mistake: its entry is undone, and its reference can be entered again. Refused while a line of ' +
      'a bank statement names it.',
    can: 'ledger:write',
    module,
    params: Id,
    output: Settlement,
    on: settlements,
  },
  async (ctx, { params: { id } }) => {
    const [, , , settlement] = await Promise.all([
      guard(
        ctx,
        sql`exists (select from ${settlements} where ${settlements.id} = ${id}
          and ${settlements.voided_at} is null for update)`,
        { code: 'voided', message: 'The settlement has been voided already.' },
      ),
      mustBeUnmatched(ctx, bankAllocations.settlement_id, id, 'settlement'),
      update(ctx, settlements, id, { voided_at: sql`app.now()` }),
      one(ctx, id),
    ])
    return settlement
  },
)
