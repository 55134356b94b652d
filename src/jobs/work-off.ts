import type { Calling } from '../context.ts'
import { refusalOf } from '../db/errors.ts'
import { workCall } from '../db/reacting.ts'
import { atOnce, buryReaction, claimReactions, postponeReaction } from '../domain/engine/claims.ts'
import { GiveUp, mayPass, type Reaction, TryLater } from '../domain/engine/reaction.ts'
import { delayOf } from '../domain/engine/retry.ts'
import { log } from '../http/log.ts'
import { ProviderError } from '../integrations/exchange.ts'
import { describe } from './failure.ts'
import { handlers } from './reactions.ts'

/** Retries this close are called for by a message; later ones by the sweep. */
const soon_s = 90

/** Failures end sooner by their schedule; so many tries has only what kills its consumer. */
const mostTries = 25

/** Works off the reactions of one shop until none is due. */
export async function workOff(ctx: Calling, tenant_id: number) {
  for (;;) {
    const claimed = await claimReactions(fresh(ctx), {})
    await Promise.all(claimed.map((reaction) => handle(fresh(ctx), tenant_id, reaction)))
    if (claimed.length < atOnce) return
  }
}

/** Each with a session of its own: a handler may act as somebody. */
const fresh = (ctx: Calling): Calling => ({ ...ctx, session: {} })

async function handle(ctx: Calling, tenant_id: number, reaction: Reaction) {
  const { kind, key, attempts } = reaction
  try {
    if (attempts > mostTries) throw new GiveUp('Its consumer died each time.')
    const handler = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined
    if (!handler) throw new GiveUp(`There is nothing that handles "${kind}".`)
    await handler(ctx, reaction)
  } catch (error) {
    const about = { kind, key, attempt: attempts, request_id: ctx.request_id }
    const { failure, isFinal, wish_s } = judge(error)
    const after_s = isFinal ? null : delayOf(kind, attempts, wish_s)
    log('warn', 'reaction failed', { ...about, retry_in_s: after_s, ...describe(error) })
    if (after_s === null) return buryReaction(fresh(ctx), { body: { reaction, failure } })
    await postponeReaction(fresh(ctx), { params: reaction, body: { after_s, failure } })
    if (after_s <= soon_s) {
      await ctx.env.EVENTS_QUEUE.send(workCall(tenant_id, ctx), { delaySeconds: after_s })
    }
  }
}

/** What can be told of a failure, and whether another try is worth it. */
function judge(error: unknown): { failure: string; isFinal: boolean; wish_s: number | null } {
  if (error instanceof GiveUp) return { failure: error.message, isFinal: true, wish_s: null }
  if (error instanceof TryLater) {
    return { failure: error.message, isFinal: false, wish_s: error.after_s }
  }
  if (error instanceof ProviderError) {
    const { message: failure, retry_after_s: wish_s } = error
    return { failure, isFinal: error.failure !== 'no_answer', wish_s }
  }
  const refusal = refusalOf(error)
  if (!refusal) return { failure: 'It failed unexpectedly.', isFinal: false, wish_s: null }
  return { failure: refusal.message, isFinal: !mayPass(refusal), wish_s: null }
}
