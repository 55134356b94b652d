import type { Context } from '../context.ts'

/** Last statement of every transaction that writes: the shop that has something to work off since then. */
export const reactingStatement = 'select app.reacting() as shop'

/**
 * Calls a consumer to work once the transaction is committed. A call that gets lost does no harm: the
 * reactions are rows, and the sweep finds them.
 */
export function callToWork(ctx: Context, row: Record<string, unknown> | undefined) {
  if (row?.shop === null || row?.shop === undefined) return
  const message = {
    kind: 'reactions',
    tenant_id: Number(row.shop),
    request_id: ctx.request_id,
  } as const
  // Seeds and the command line have no queue.
  const sent = ctx.env.EVENTS_QUEUE?.send(message)
  if (sent) ctx.defer(sent.catch(() => {}))
}
