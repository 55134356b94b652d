import { type SQL, sql } from 'drizzle-orm'
import type { Context } from '../../context.ts'
import { type Permission, rolesWith } from './permissions.ts'
import { apiTokens, users } from './tables.ts'

/**
 * Does the caller hold one permission more than the verb asks for? In SQL, for what a single batch shows or
 * refuses: who asks is known to nobody else before it runs. The rule of `app.begin_request`.
 */
export function holdsAlso({ caller }: Context, permission: Permission): SQL<boolean> {
  if (caller.kind === 'system') return sql`true`
  if (caller.kind !== 'token') return sql`false`
  const abilities = ['*', permission, `${permission.split(':')[0]}:*`]
  return sql<boolean>`(select exists (
    select from ${apiTokens} join ${users} on ${users.id} = ${apiTokens.user_id}
    where ${apiTokens.token_hash} = ${caller.hash}
      and ${users.role} = any (${sql.param(rolesWith(permission))}::text[])
      and ${apiTokens.abilities} ?| ${sql.param(abilities)}::text[]))`
}
