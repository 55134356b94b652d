import { and, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Session, Transacting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { atShopTime, guard, insert, removeWhere, same, update } from '../../db/rows.ts'
import { found, invalid, notFound } from '../../refusal.ts'
import { Id, id, instant, moment, Paging, pageOf, Stamps, text } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { holds, isAbility, mayGrant } from './permissions.ts'
import { apiTokens } from './tables.ts'
import { newSecret } from './tokens.ts'

const Token = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Zapier Integration'] }),
  abilities: z.array(z.string()).meta({ examples: [['*']] }),
  last_used_at: instant().nullable(),
  expires_at: instant().nullable(),
  ...Stamps,
})

const NewToken = Token.omit({ last_used_at: true }).extend({
  token: z.string().meta({ examples: ['5|xKqz9...'] }),
})

const Draft = z.object({
  name: text(),
  abilities: z
    .array(z.string().refine(isAbility, 'must be a permission, "resource:*" or "*"'))
    .min(1)
    .max(100)
    .optional()
    .meta({ examples: [['*']] })
    .describe('Permissions, `resource:*` or `*`; never more than the caller itself may'),
  expires_at: moment().nullable().optional(),
})

const columns = {
  id: apiTokens.id,
  name: apiTokens.name,
  abilities: apiTokens.abilities,
  last_used_at: apiTokens.last_used_at,
  expires_at: apiTokens.expires_at,
  created_at: apiTokens.created_at,
  updated_at: apiTokens.updated_at,
}

const isOwn = eq(apiTokens.user_id, sql`app.user_id()`)

const rows = (ctx: Selecting) => ctx.db.select(columns).from(apiTokens)

const one = async (ctx: Selecting, id: number) => {
  const [token] = await rows(ctx).where(and(eq(apiTokens.id, id), isOwn))
  return found(token)
}

export const listApiTokens = read(
  {
    summary: 'List API tokens',
    description: "The caller's own, sessions of a login too. The secret is never shown again.",
    can: 'account',
    query: Paging.extend({ name: z.string().max(255).optional() }),
    output: pageOf(Token),
  },
  (ctx, { query }) =>
    page(ctx, apiTokens, query, and(isOwn, same(apiTokens.name, query.name)), rows),
)

export const getApiToken = read(
  { summary: 'Get API token', can: 'account', params: Id, output: Token, on: apiTokens },
  (ctx, { params }) => one(ctx, params.id),
)

export const createApiToken = transact(
  {
    summary: 'Create API token',
    description:
      'The plain-text token is only shown once. It reaches no further, and lives no longer, than the token that made it.',
    can: 'account',
    body: Draft,
    output: NewToken,
    secret: true,
    status: 201,
  },
  async (ctx, { body: { name, abilities = ['*'], expires_at } }) => {
    requireReach(ctx.session, abilities)
    const { secret, hash } = newSecret()
    const [added] = await insert(ctx, apiTokens, {
      user_id: sql`app.user_id()`,
      name,
      abilities,
      token_hash: hash,
      expires_at: await expiry(ctx, expires_at),
    })
    const token = await one(ctx, found(added).id)
    return { ...token, token: `${token.id}|${secret}` }
  },
)

export const updateApiToken = transact(
  {
    summary: 'Update API token',
    can: 'account',
    params: Id,
    body: Draft.partial(),
    output: Token,
    on: apiTokens,
  },
  async (ctx, { params, body: { name, abilities, expires_at } }) => {
    await one(ctx, params.id)
    if (abilities) requireReach(ctx.session, abilities)
    await update(ctx, apiTokens, params.id, {
      name,
      abilities,
      ...(expires_at !== undefined && { expires_at: await expiry(ctx, expires_at) }),
    })
    return one(ctx, params.id)
  },
)

export const revokeApiToken = transact(
  {
    summary: 'Revoke API token',
    description: 'At once. Own tokens; with `users:manage` those of any user of the shop.',
    can: 'account',
    params: Id,
    on: apiTokens,
  },
  async (ctx, { params }) => {
    const reach = holds(ctx.session, 'users:manage') ? undefined : isOwn
    const revoked = await removeWhere(ctx, apiTokens, and(eq(apiTokens.id, params.id), reach))
    if (revoked === 0) throw notFound()
  },
)

function requireReach(session: Session, abilities: string[]) {
  const tooWide = abilities.flatMap((ability, i) =>
    mayGrant(session, ability)
      ? []
      : [[`abilities.${i}`, ['You do not have this permission yourself.']]],
  )
  if (tooWide.length > 0) throw invalid(Object.fromEntries(tooWide))
}

/** The given moment, or that of the caller's own token when it ends earlier. */
async function expiry(ctx: Transacting, given: string | null | undefined): Promise<SQL<string>> {
  const moment = given == null ? sql`null::timestamptz` : atShopTime(given)
  if (given != null) {
    await guard(ctx, sql`${moment} > app.now()`, {
      code: 'validation_failed',
      message: 'The expires at field must be in the future.',
      field: 'expires_at',
    })
  }
  const own = sql`(select expires_at from api_tokens where id = ${ctx.session.token_id})`
  return sql`least(${moment}, ${own})`
}
