import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Calling, Context, WritableDb } from '../../context.ts'
import { insertMissing, updateWhere } from '../../db/rows.ts'
import type { Refusal } from '../../refusal.ts'
import { reactions } from './tables.ts'

/** What happened: a row of `events`. */
export interface Happening {
  id: number
  /** `work_order.created` */
  name: string
  /** The record, or the one that it is part of. */
  root: string
  root_id: number
  user_id: number | null
  at: string
  changes: Record<string, [before: unknown, after: unknown]>
}

/** Something to be done because something happened (see `reactions` in tables.ts). */
export interface Reaction {
  id: number
  kind: string
  key: string
  event_id: number | null
  /** That event; null where it was none, or when its time to be kept is over. */
  event: Happening | null
  subject_id: number | null
  payload: Record<string, unknown>
  /** The automation rules that led here, the latest last. */
  chain: number[]
  /** Which try this is, from 1. */
  attempts: number
}

/**
 * Does what a reaction asks for, and ends it with `finish`: in the same transaction as its effect, so that
 * it happens once; or, when the effect is outside, afterwards, with the reaction's key as what makes two
 * tries one to the receiver. What it throws is tried again, but for a refusal: that is final.
 */
export type ReactionHandler = (ctx: Calling, reaction: Reaction) => Promise<void>

/** A failure that another try may mend, at a time that the handler knows better. */
export class TryLater extends Error {
  /** null: by the usual schedule. */
  readonly after_s: number | null

  constructor(message: string, after_s: number | null = null) {
    super(message)
    this.name = 'TryLater'
    this.after_s = after_s
  }
}

/** A failure that no other try can mend. */
export class GiveUp extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'GiveUp'
  }
}

/** Whether a refusal may not be the last word: another try can go well. */
export const mayPass = ({ status }: Refusal) => status >= 500 || status === 409 || status === 429

type Writer = Context & { db: WritableDb }

/** Ends a reaction. False when somebody else did: then its effect is there, and must not be made again. */
export async function finish(ctx: Writer, { id }: { id: number }): Promise<boolean> {
  const isOpen = and(eq(reactions.id, id), isNull(reactions.done_at), isNull(reactions.failed_at))
  const ended = await updateWhere(ctx, reactions, isOpen, {
    done_at: sql`app.now()`,
    failure: null,
    payload: {},
  })
  return ended > 0
}

/** What is to be done; `key` starts with what it follows from: `${reaction.key}/mail`. */
export type Asked = Pick<Reaction, 'kind' | 'key'> &
  Partial<Omit<Reaction, 'id' | 'attempts' | 'event'>>

/** Has a consumer called once this transaction is committed: it wrote reactions. */
export const callWhenDone = (ctx: Writer) =>
  ctx.db.execute(sql`select set_config('app.reacts', 'on', true)`)

/** Asks for things to be done after this transaction. A second one of the same key is not made. */
export async function react(ctx: Writer, ...asked: Asked[]) {
  if (asked.length === 0) return
  await Promise.all([callWhenDone(ctx), insertMissing(ctx, reactions, asked)])
}

/** The rules that led to what the rest of this transaction does; its events remember them. */
export async function follow(ctx: Writer, chain: readonly number[]) {
  await ctx.db.execute(sql`select set_config('app.chain', ${chain.join(',')}, true)`)
}
