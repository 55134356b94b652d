import { sql } from 'drizzle-orm'
import type * as z from 'zod'
import type { Session, Transacting } from '../../src/context.ts'
import { enter } from '../../src/db/session.ts'

/** Who does something in a shop, and when. */
export interface Act {
  tenant_id: number | null
  /** The shop's system itself when absent. */
  user_id?: number
  now: Date
}

/** The same transaction as someone else at another time: what the verbs write from here on is theirs. */
export async function acting(ctx: Transacting, { now, ...who }: Act): Promise<Transacting> {
  const job = ctx.caller.kind === 'system' ? ctx.caller.job : 'seed'
  const caller = { kind: 'system' as const, job, ...who }
  const as: Transacting = { ...ctx, caller, now, session: {} as Session }
  const actor = who.user_id ? 'user' : `system:${job}`
  const { rows } = await ctx.db.execute(
    sql`select * from app.begin_system(${who.tenant_id}, ${who.user_id ?? null}, ${actor}, ${ctx.request_id}, ${now.toISOString()}::timestamptz)`,
  )
  enter(as, rows[0], 'write')
  return as
}

/** A body as a client writes it, read by the verb's schema: the demo data passes the API's own rules. */
export function drafted<Body extends z.ZodType>(
  { spec }: { readonly spec: { readonly body: Body } },
  body: z.input<Body>,
): z.output<Body> {
  return spec.body.parse(body)
}
