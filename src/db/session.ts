import type { Context, Gate, Session } from '../context.ts'
import { unauthenticated } from '../refusal.ts'

interface Statement {
  text: string
  params: unknown[]
}

/**
 * The first statements of every transaction: who asks, what for, in which shop; then, when the path
 * names a record, that it is there and is the version of If-Match.
 */
export function beginStatements(ctx: Context, gate: Gate, kind: 'read' | 'write'): Statement[] {
  const who = beginStatement(ctx, gate)
  if (!who) return []
  if (!gate.on) return [who]
  const { table, id, across } = gate.on
  return [
    who,
    ...(across ? [{ text: 'select app.enter_shop_of($1, $2)', params: [table, id] }] : []),
    kind === 'write' && ctx.if_match && !ctx.if_match.checked
      ? { text: 'select app.must_match($1, $2, $3)', params: [table, id, ctx.if_match.versions] }
      : { text: 'select app.must_exist($1, $2)', params: [table, id] },
  ]
}

function beginStatement(ctx: Context, gate: Gate): Statement | undefined {
  const { caller } = ctx
  if (caller.kind === 'system') {
    return {
      text: 'select * from app.begin_system($1, $2, $3, $4, $5)',
      params: [
        caller.tenant_id,
        caller.user_id ?? null,
        caller.user_id ? 'user' : `system:${caller.job}`,
        ctx.request_id,
        ctx.now?.toISOString() ?? null,
      ],
    }
  }
  if (caller.kind === 'customer') {
    return {
      text: 'select * from app.begin_customer($1, $2, $3)',
      params: [caller.tenant_id, caller.link_id, ctx.request_id],
    }
  }
  if (gate.open) return undefined
  if (caller.kind === 'anonymous') throw unauthenticated()
  return {
    text: 'select * from app.begin_request($1, $2, $3, $4, $5, $6, $7)',
    params: [
      caller.id,
      caller.hash,
      gate.permission,
      gate.roles,
      gate.module,
      gate.writes,
      ctx.request_id,
    ],
  }
}

/** Takes what begin answered into the context. */
export function enter(
  ctx: Context,
  row: Record<string, unknown> | undefined,
  kind: 'read' | 'write',
) {
  if (!row) return
  if (ctx.if_match && kind === 'write') ctx.if_match.checked = true
  Object.assign(ctx.session, {
    token_id: row.token_id === null ? null : Number(row.token_id),
    user_id: row.user_id === null ? null : Number(row.user_id),
    tenant_id: Number(row.tenant_id),
    role: row.role,
    abilities: row.abilities,
    touch: row.touch,
  } as Session)
}
