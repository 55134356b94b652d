import type { Context } from '../context.ts'

/** Last statement of every transaction that writes: the shop that has something to work off since then. */
export const reactingStatement = 'select app.reacting() as shop'

/** The message that calls a consumer to work in a shop. */
export const workCall = (tenant_id: number, { request_id }: Pick<Context, 'request_id'>) => ({
  kind: 'reactions' as const,
  tenant_id,
  request_id,
})

/**
 * Calls a consumer to work once the transaction is committed. A call that gets lost does no harm: the
 * reactions are rows, and the sweep finds them.
 */
export function callToWork(ctx: Context, row: Record<string, unknown> | undefined) {
  if (row?.shop === null || row?.shop === undefined) return
  // Seeds and the command line have no queue.
  const sent = ctx.env.EVENTS_QUEUE?.send(workCall(Number(row.shop), ctx))
  if (sent) ctx.defer(sent.catch(() => {}))
}
