import { and, eq, sql } from 'drizzle-orm'
import type { Context, Transacting } from '../context.ts'
import { insert, removeWhere } from '../db/rows.ts'
import { idempotencyKeys } from '../db/tables.ts'
import { transaction } from '../db/transaction.ts'
import { sha256Hex } from '../lib/digest.ts'
import { invalid, Refusal } from '../refusal.ts'
import { gateOf } from '../verb.ts'
import { type Answer, type Described, respond } from './answer.ts'
import type { HttpContext } from './context.ts'
import { errorBody, refusalFrom } from './errors.ts'
import { seal, unseal } from './seal.ts'

type Act = (ctx?: Context) => Promise<Answer>

/** A provider call that died is free to be tried again after this. */
const lease_ms = 60_000
const kept_ms = 24 * 3600 * 1000

/**
 * The first answer to a key is stored in the transaction of its effect and given again for 24 hours;
 * a key that is under way elsewhere is 409. Draft: IETF httpapi idempotency-key-header-07.
 */
export async function withIdempotency(
  c: HttpContext,
  verb: Described,
  input: object,
  rawKey: string,
  act: Act,
): Promise<Response> {
  const ctx = c.get('ctx')
  const gate = gateOf(ctx, verb.spec, verb.kind, input)
  // A key belongs to a token, and nobody looks at the token where anybody may come in.
  if (gate.open) return respond(c, await act())
  // The draft writes the key as a quoted string, most clients do not.
  const key = rawKey.replace(/^"(.*)"$/, '$1')
  if (key.length === 0 || key.length > 255) {
    throw invalid({ 'Idempotency-Key': ['The Idempotency-Key must have 1 to 255 characters.'] })
  }
  const fingerprint = sha256Hex(
    `${c.req.method} ${c.req.path}\n${sha256Hex(new Uint8Array(await c.req.arrayBuffer()))}`,
  )
  const run = verb.kind === 'call' ? aroundCall : insideTransaction
  const secretBy = async (change: typeof seal, answer: Answer): Promise<Answer> => {
    if (!verb.spec.secret || answer.status >= 300 || answer.body === null) return answer
    return { ...answer, body: await change(answer.body, c.req.header('authorization') ?? '') }
  }
  const keeps = (answer: Answer) => secretBy(seal, answer)
  const { answer, replayed } = await run({ c, ctx, gate, key, fingerprint, act, keeps })
  if (!replayed) return respond(c, answer)
  c.header('Idempotent-Replayed', 'true')
  return respond(c, await secretBy(unseal, answer))
}

interface Attempt {
  c: HttpContext
  ctx: Context
  gate: ReturnType<typeof gateOf>
  key: string
  fingerprint: string
  act: Act
  /** The answer as it is stored. */
  keeps: (answer: Answer) => Promise<Answer>
}
interface Outcome {
  answer: Answer
  replayed: boolean
}

/** Effect and answer commit together; a crash leaves neither. */
function insideTransaction({
  c,
  ctx,
  gate,
  key,
  fingerprint,
  act,
  keeps,
}: Attempt): Promise<Outcome> {
  return transaction(ctx, gate, async (inner) => {
    const earlier = await claim(inner, key, fingerprint)
    if (earlier) return { answer: earlier, replayed: true }
    await inner.db.execute(sql`savepoint effect`)
    const answer = await act(inner).catch(async (error: unknown) => {
      const refusal = storable(error, c)
      await inner.db.execute(sql`rollback to savepoint effect`)
      return refusalAnswer(refusal, ctx)
    })
    await store(inner, key, fingerprint, await keeps(answer))
    return { answer, replayed: false }
  })
}

/** A verb that talks to a provider holds no transaction: the key is claimed first, answered after. */
async function aroundCall({
  c,
  ctx,
  gate,
  key,
  fingerprint,
  act,
  keeps,
}: Attempt): Promise<Outcome> {
  const earlier = await transaction(ctx, gate, async (inner) => {
    const answer = await claim(inner, key, fingerprint)
    if (!answer) await store(inner, key, fingerprint, { status: 0, body: null })
    return answer
  })
  if (earlier) return { answer: earlier, replayed: true }
  try {
    const answer = await act().catch((error: unknown) => refusalAnswer(storable(error, c), ctx))
    const kept = await keeps(answer)
    await transaction(ctx, gate, (inner) => store(inner, key, fingerprint, kept))
    return { answer, replayed: false }
  } catch (error) {
    await transaction(ctx, gate, (inner) => removeWhere(inner, idempotencyKeys, named(inner, key)))
    throw error
  }
}

/** The stored answer, or undefined when the key is ours now (until this transaction ends). */
async function claim(
  ctx: Transacting,
  key: string,
  fingerprint: string,
): Promise<Answer | undefined> {
  const lock = sql`hashtextextended(${`${tokenOf(ctx)} ${key}`}, 0)`
  const { rows } = await ctx.db.execute<{ free: boolean }>(
    sql`select pg_try_advisory_xact_lock(${lock}) as free`,
  )
  if (!rows[0]?.free) throw stillRunning()
  const [stored] = await ctx.db.select().from(idempotencyKeys).where(named(ctx, key))
  if (!stored) return undefined
  const age_ms = Date.now() - new Date(stored.created_at).getTime()
  if (age_ms > kept_ms) return undefined
  if (stored.fingerprint !== fingerprint) {
    throw new Refusal(
      422,
      'idempotency_key_reused',
      'This Idempotency-Key was used for another request.',
    )
  }
  if (stored.status !== null) return { status: stored.status, body: stored.body }
  if (age_ms < lease_ms) throw stillRunning()
  return undefined
}

async function store(ctx: Transacting, key: string, fingerprint: string, answer: Answer) {
  await removeWhere(ctx, idempotencyKeys, named(ctx, key))
  await insert(ctx, idempotencyKeys, {
    token_id: tokenOf(ctx),
    key,
    fingerprint,
    status: answer.status || null,
    body: answer.body,
  })
}

const named = (ctx: Transacting, key: string) =>
  and(eq(idempotencyKeys.token_id, tokenOf(ctx)), eq(idempotencyKeys.key, key))

const tokenOf = (ctx: Transacting) => ctx.session.token_id ?? 0

const stillRunning = () =>
  new Refusal(
    409,
    'idempotency_key_in_use',
    'A request with this Idempotency-Key is still running.',
  )

/** Refusals of state are answers too; complaints about the input and failures are not. */
function storable(error: unknown, c: HttpContext): Refusal {
  const refusal = refusalFrom(error, c)
  const isAnswer =
    [404, 409, 412, 422].includes(refusal.status) && refusal.code !== 'validation_failed'
  if (!isAnswer) throw refusal
  return refusal
}

const refusalAnswer = (refusal: Refusal, ctx: Context): Answer => ({
  status: refusal.status,
  body: JSON.stringify(errorBody(refusal, ctx.request_id)),
})
