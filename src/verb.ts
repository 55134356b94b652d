import { getTableName, type Table } from 'drizzle-orm'
import type * as z from 'zod'
import type { Calling, Context, Gate, Reading, Transacting, Writing } from './context.ts'
import { batchDb } from './db/batch.ts'
import { refusalOf } from './db/errors.ts'
import { transaction } from './db/transaction.ts'
import { type Permission, rolesWith } from './domain/identity/permissions.ts'
import type { ModuleKey } from './domain/licensing/tiers.ts'

/** What a verb says of itself; the route, the checks and the API document are made from it. */
export interface Spec {
  summary: string
  description?: string
  /** A permission; `account`: any logged-in user; `public`: nobody needs to be known. */
  can: Permission | 'account' | 'public'
  /** The licence module it belongs to. */
  module?: ModuleKey
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodObject
  /** The answer holds a secret: an Idempotency-Key keeps it sealed with the caller's own token. */
  secret?: true
  /** The body is multipart/form-data. */
  form?: true
  /** The body is a file of this media type, as it is or as `file` of a form; the verb gets its bytes. */
  upload?: string
  /** Media type of a file that is answered in place of JSON: the verb gives a `FileAnswer`. */
  file?: string
  /** Media types of files that it may answer in place of JSON, as a `FileAnswer`. */
  files?: readonly string[]
  /** What is answered; undeclared fields are stripped. Absent: 204. */
  output?: z.ZodType
  /** A call that only asks, here and outside: an expired licence allows it as it allows reading. */
  asks?: true
  /** Table whose row the path's `id` names; a write checks it (404, 412) before the body is looked at. */
  on?: Table
  /** The service's own staff reaches that row in any shop, and then acts inside that shop. */
  across?: true
  /** Success status; 200, or 204 without output, when absent. */
  status?: 200 | 201 | 202
}

export type InputOf<S extends Spec> = {
  [K in 'params' | 'query' | 'body' as S[K] extends z.ZodType ? K : never]: z.output<
    NonNullable<S[K]>
  >
}
/** A file to download or to show. */
export interface FileAnswer {
  content: Uint8Array | ReadableStream
  content_type: string
  filename: string
  /** Shown by the browser instead of saved. */
  inline?: boolean
}

export type OutputOf<S extends Spec> = S['file'] extends string
  ? FileAnswer
  : S['output'] extends z.ZodType
    ? z.input<S['output']> | (S['files'] extends readonly string[] ? FileAnswer : never)
    : unknown

export interface Verb<S extends Spec = Spec> {
  (ctx: Calling, input: InputOf<S>): Promise<OutputOf<S>>
  readonly spec: S
  readonly kind: 'read' | 'write' | 'transact' | 'call'
}

type Run<C, S extends Spec> = (ctx: C, input: InputOf<S>) => Promise<OutputOf<S>>

/** Only selects. The statements of a tick are one round trip. */
export function read<const S extends Spec>(spec: S, run: Run<Reading, S>): Verb<S> {
  return verb('read', spec, (ctx, input) =>
    run(withBatch(ctx, gateOf(ctx, spec, 'read', input), 'read'), input),
  )
}

/** Statements that are all known beforehand: issued in one tick, one batch, one round trip, all or nothing. */
export function write<const S extends Spec>(spec: S, run: Run<Writing, S>): Verb<S> {
  return verb('write', spec, (ctx, input) =>
    run(withBatch(ctx, gateOf(ctx, spec, 'write', input), 'write') as Writing, input),
  )
}

/** What a write has to know that its input mostly says. */
export interface Look<S extends Spec, Seen> {
  /** Does the input alone say what to write? */
  needless(input: InputOf<S>): boolean
  see(ctx: Reading, input: InputOf<S>): Promise<Seen>
}

/** Refusal of a batch that cannot do without a look. */
export const lookFirst = {
  code: 'look_first',
  message: 'Someone else changed the same records; try again.',
}

/**
 * A write that sometimes has to look first: one batch when the input says all, else a round trip more.
 * The batch of an unseen write holds guards that refuse with `lookFirst` what turns out otherwise; then
 * nothing has happened, and it looks. Inside a transaction, where a refusal would end all, it always looks.
 */
export function writeAfterLook<const S extends Spec, Seen>(
  spec: S,
  { needless, see }: Look<S, Seen>,
  run: (ctx: Writing, input: InputOf<S>, seen: Seen | undefined) => Promise<OutputOf<S>>,
): Verb<S> {
  return verb('write', spec, async (ctx, input) => {
    const gate = gateOf(ctx, spec, 'write', input)
    const look = () => see(withBatch(ctx, gate, 'read'), input)
    const act = (seen: Seen | undefined, looks: number): Promise<OutputOf<S>> =>
      run(withBatch(ctx, gate, 'write') as Writing, input, seen).catch(async (error: unknown) => {
        if (looks === mostLooks || refusalOf(error)?.code !== lookFirst.code) throw error
        return act(await look(), looks + 1)
      })
    return ctx.db || !needless(input)
      ? act(await look(), ctx.db ? mostLooks : 1)
      : act(undefined, 0)
  })
}

/** What changed between the look and the write is looked at again, but not for ever. */
const mostLooks = 3

/** Looks before it leaps: an interactive transaction. No network; joins the transaction it is called in. */
export function transact<const S extends Spec>(spec: S, run: Run<Transacting, S>): Verb<S> {
  return verb('transact', spec, (ctx, input) =>
    ctx.db
      ? run(ctx as Transacting, input)
      : transaction(ctx, gateOf(ctx, spec, 'transact', input), (inner) => run(inner, input)),
  )
}

/** May talk to the outside and holds no transaction; the verbs that it calls open short ones. */
export function call<const S extends Spec>(spec: S, run: Run<Calling, S>): Verb<S> {
  return verb('call', spec, (ctx, input) => {
    if (ctx.db) throw new Error(`"${spec.summary}" talks to the outside; not inside a transaction`)
    return run({ ...ctx, gate: gateOf(ctx, spec, 'call', input) }, input)
  })
}

function verb<S extends Spec>(kind: Verb['kind'], spec: S, act: Run<Context, S>): Verb<S> {
  return Object.assign((ctx: Calling, input: InputOf<S>) => act(ctx as Context, input), {
    spec,
    kind,
  })
}

function withBatch(ctx: Context, gate: Gate, kind: 'read' | 'write'): Reading {
  return (ctx.db ? ctx : { ...ctx, gate, db: batchDb(ctx, gate, kind) }) as Reading
}

const gates = new WeakMap<Spec, Gate>()

/** The gate of the outermost verb; what it calls was checked with it. */
export function gateOf(ctx: Context, spec: Spec, kind: Verb['kind'], input: object): Gate {
  if (ctx.gate) return ctx.gate
  let gate = gates.get(spec)
  if (!gate) {
    gate = makeGate(spec, kind)
    gates.set(spec, gate)
  }
  const { id } = (input as { params?: { id?: number } }).params ?? {}
  // A read looks for its record itself, and answers 404 without an extra statement.
  if ((kind === 'read' && !spec.across) || !spec.on || id === undefined) return gate
  return { ...gate, on: { table: getTableName(spec.on), id, across: spec.across ?? false } }
}

function makeGate(spec: Spec, kind: Verb['kind']): Gate {
  const permission = spec.can === 'account' || spec.can === 'public' ? null : spec.can
  return {
    permission,
    roles: permission ? rolesWith(permission) : [],
    module: spec.module ?? null,
    // Accounts and licences stay workable when the licence has expired, or nobody could renew it.
    writes: kind !== 'read' && !spec.asks && permission !== null && !licenceFree.has(permission),
    open: spec.can === 'public',
  }
}

const licenceFree: ReadonlySet<Permission> = new Set([
  'tenants:manage',
  'licenses:admin',
  'users:manage',
])
