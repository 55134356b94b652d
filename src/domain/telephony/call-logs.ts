import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Selecting } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { mustExist, onDays, rowsBy, same, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  day,
  Id,
  id,
  idText,
  instant,
  Named,
  Paging,
  pageOf,
  Stamps,
  searchText,
  text,
} from '../../schema.ts'
import { read } from '../../verb.ts'
import { e164 } from '../customers/phone.ts'
import { customers } from '../customers/tables.ts'
import { users } from '../identity/tables.ts'
import { callDirections, callOutcomes, calls } from './tables.ts'

const Call = z.object({
  id: id().meta({ examples: [4501] }),
  caller: z
    .string()
    .describe('A number in E.164 where it is one, an extension, or "anonymous"')
    .meta({ examples: ['+31612345678'] }),
  callee: z
    .string()
    .nullable()
    .meta({ examples: ['100'] }),
  extension: z
    .string()
    .nullable()
    .describe('Where it was taken, or rang')
    .meta({ examples: ['100'] }),
  queue: z.string().nullable().describe('The queue that it came through'),
  direction: z.enum(callDirections),
  phone: z
    .string()
    .nullable()
    .describe('The other side in E.164; null when withheld')
    .meta({ examples: ['+31612345678'] }),
  customer: Named.nullable().describe('Who has that number now; the newest, where several have it'),
  user: Named.nullable().describe('Whose extension it was then'),
  duration_sec: z.int().meta({ examples: [243] }),
  outcome: z
    .enum(callOutcomes)
    .describe('missed: nobody here took it; unanswered: nobody there did')
    .meta({ examples: ['answered'] }),
  started_at: instant().meta({ examples: ['2026-03-27T09:05:00Z'] }),
  answered_at: instant().nullable(),
  ended_at: instant().nullable(),
  ...Stamps,
})

/** No id is kept: a number finds its customer also when he comes later, or is entered again. */
const customer = subquery<{ id: number; name: string } | null>(sql`
  select json_build_object('id', ${customers.id}, 'name', ${customers.name}) from ${customers}
  where ${customers.phone_e164} = ${calls.phone} order by ${customers.id} desc limit 1`)

const user = subquery<{ id: number; name: string } | null>(sql`
  select json_build_object('id', ${users.id}, 'name', ${users.name}) from ${users}
  where ${users.id} = ${calls.user_id}`)

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: calls.id,
      caller: calls.caller,
      callee: calls.callee,
      extension: calls.extension,
      queue: calls.queue,
      direction: calls.direction,
      phone: calls.phone,
      customer,
      user,
      duration_sec: calls.duration_sec,
      outcome: calls.outcome,
      started_at: calls.started_at,
      answered_at: calls.answered_at,
      ended_at: calls.ended_at,
      created_at: calls.created_at,
      updated_at: calls.updated_at,
    })
    .from(calls)
    .$dynamic()

const Filters = Paging.extend({
  from: day().optional().describe('First day'),
  to: day().optional().describe('Last day'),
  direction: z.enum(callDirections).optional(),
  outcome: z.enum(callOutcomes).optional(),
})

type Filters = z.output<typeof Filters>

const filtered = (query: Filters) =>
  and(
    onDays(calls.started_at, query),
    same(calls.direction, query.direction),
    same(calls.outcome, query.outcome),
  )

/** By when they began, whenever we heard of them. */
const newestFirst = (ctx: Reading, query: Filters, where: SQL | undefined) =>
  pageInOrder(ctx, calls, query, where, [desc(calls.started_at), desc(calls.id)], rows)

const ofCustomer = (id: number | undefined) =>
  id === undefined
    ? undefined
    : sql`${calls.phone} = (select phone_e164 from ${customers} where ${customers.id} = ${id})`

/** In any national or international writing; part of it is enough for the search by `q`. */
const ofPhone = (phone: string | undefined) =>
  phone === undefined ? undefined : eq(calls.phone, e164(phone) ?? phone)

/** Digits are looked for in numbers, whatever stands between them; anything else in names of customers. */
function mentioning(q: string | undefined): SQL | undefined {
  if (!q) return undefined
  const digits = q.replace(/[^\d]/g, '').replace(/^0+/, '')
  if (digits && !/\p{L}/u.test(q)) {
    return sql`(strpos(${calls.caller}, ${digits}) > 0 or strpos(${calls.callee}, ${digits}) > 0)`
  }
  return sql`${calls.phone} in (select phone_e164 from ${customers} where ${customers.id} in (select app.search_customers(${q})))`
}

export const listCalls = read(
  {
    summary: 'Call history',
    description: 'Calls that are over, the latest first.',
    can: 'calls:read',
    module: 'telephony',
    query: Filters.extend({
      extension: text(20).optional(),
      user_id: idText().optional().describe('Whose extension it was'),
      customer_id: idText().optional().describe('Who has the number now'),
      phone: text(50).optional().describe('The number of the other side'),
      q: searchText().optional().describe('Part of a number, or the name of a customer'),
    }),
    output: pageOf(Call),
  },
  async (ctx, { query }) => {
    const where = and(
      filtered(query),
      same(calls.extension, query.extension),
      same(calls.user_id, query.user_id),
      ofCustomer(query.customer_id),
      ofPhone(query.phone),
      mentioning(query.q),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, users, query.user_id),
      mustExist(ctx, customers, query.customer_id),
      newestFirst(ctx, query, where),
    ])
    return list
  },
)

export const listCustomerCalls = read(
  {
    summary: 'List calls of a customer',
    description: 'Calls with the number that the customer has now, the latest first.',
    can: 'calls:read',
    module: 'telephony',
    params: Id,
    query: Filters,
    output: pageOf(Call),
    on: customers,
  },
  async (ctx, { params, query }) => {
    const [, list] = await Promise.all([
      mustExist(ctx, customers, params.id),
      newestFirst(ctx, query, and(filtered(query), ofCustomer(params.id))),
    ])
    return list
  },
)

export const getCall = read(
  {
    summary: 'Get call',
    can: 'calls:read',
    module: 'telephony',
    params: Id,
    output: Call,
    on: calls,
  },
  async (ctx, { params }) => {
    const [call] = await rowsBy(ctx, rows, calls.id, params.id)
    return found(call)
  },
)
