import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { insertMissing, removeWhere, updateWhere } from '../../db/rows.ts'
import type { AccessToken, TokenSource } from '../../integrations/access-token.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { sha256Hex } from '../../lib/digest.ts'
import { read, write } from '../../verb.ts'
import { entryOf, type Slug, slugs } from './catalog.ts'
import { openSecrets, sealSecrets } from './secrets.ts'
import { providerTokens } from './tables.ts'

/** Ends a token before the provider does. */
const margin_s = 60
/** So long a Worker may take to fetch one before another tries. */
const lease_s = 20
const pause_ms = 200

/** Whose token it is. */
interface Holder {
  slug: Slug
  /** Where one set of credentials opens several accounts, such as mailboxes. */
  account: string
  fingerprint: string
}

/**
 * Tokens of a provider, one for all Workers: some end the one before when a new one is given. Other
 * credentials get another one.
 *
 * @param of.credentials all that the token depends on
 * @param fetchToken asks the provider for one
 */
export function tokensOf(
  ctx: Calling,
  of: { slug: Slug; account?: string; credentials: readonly string[] },
  fetchToken: () => Promise<AccessToken>,
): TokenSource {
  const { slug, account = '', credentials } = of
  const holder = { slug, account, fingerprint: sha256Hex(JSON.stringify(credentials)) }
  return {
    get: () => tokenFor(ctx, holder, null, fetchToken),
    renew: (refused) => tokenFor(ctx, holder, refused, fetchToken),
  }
}

async function tokenFor(
  ctx: Calling,
  holder: Holder,
  refused: string | null,
  fetchToken: () => Promise<AccessToken>,
): Promise<string> {
  for (let waited_ms = 0; waited_ms <= lease_s * 1000; waited_ms += pause_ms) {
    const kept = await keptToken(ctx, { body: holder })
    const token = kept && (await openSecrets(ctx.env, kept, sealedFor(holder))).token
    if (token && token !== refused) return token
    if (await beginRenewal(ctx, { body: { ...holder, ends: kept } })) {
      return fetchAndKeep(ctx, holder, fetchToken)
    }
    await new Promise((resolve) => setTimeout(resolve, pause_ms))
  }
  throw new ProviderError('no_answer', `${entryOf(holder.slug).name} gave no access in time.`)
}

async function fetchAndKeep(
  ctx: Calling,
  holder: Holder,
  fetchToken: () => Promise<AccessToken>,
): Promise<string> {
  try {
    const { token, expires_in_s } = await fetchToken()
    const sealed = await sealSecrets(ctx.env, { token }, sealedFor(holder))
    await keepToken(ctx, { body: { ...holder, sealed, expires_in_s } })
    return token
  } catch (error) {
    await endRenewal(ctx, { body: holder })
    throw error
  }
}

const sealedFor = ({ slug, account }: Holder) => `token/${slug}/${account}`

const HolderBody = z.object({
  slug: z.enum(slugs),
  account: z.string(),
  fingerprint: z.string(),
})

const isAccount = ({ slug, account }: Holder) =>
  and(eq(providerTokens.slug, slug), eq(providerTokens.account, account))

const isHolder = (holder: Holder) =>
  and(isAccount(holder), eq(providerTokens.fingerprint, holder.fingerprint))

const keptToken = read(
  {
    summary: 'Read the access token of a service',
    can: 'public',
    body: HolderBody,
    output: z.string().nullable(),
  },
  async (ctx, { body }) => {
    const isFresh = sql`${providerTokens.expires_at} > clock_timestamp()`
    const [row] = await ctx.db
      .select({ token: providerTokens.token })
      .from(providerTokens)
      .where(and(isHolder(body), isFresh))
    return row?.token ?? null
  },
)

/** True for one caller at a time, and only while the token that it wants to end is still the one. */
const beginRenewal = write(
  {
    summary: 'Begin to renew an access token',
    can: 'public',
    body: HolderBody.extend({ ends: z.string().nullable() }),
    output: z.boolean(),
  },
  async (ctx, { body: { ends, ...holder } }) => {
    const isFree = or(
      isNull(providerTokens.renewing_until),
      lt(providerTokens.renewing_until, sql`clock_timestamp()`),
    )
    const isStill = sql`(${providerTokens.fingerprint} <> ${holder.fingerprint}
      or ${providerTokens.expires_at} is null or ${providerTokens.expires_at} <= clock_timestamp()
      or ${providerTokens.token} is not distinct from ${ends})`
    const renewing_until = sql`clock_timestamp() + make_interval(secs => ${lease_s})`
    const [, taken] = await Promise.all([
      insertMissing(ctx, providerTokens, holder),
      updateWhere(ctx, providerTokens, and(isAccount(holder), isFree, isStill), {
        fingerprint: holder.fingerprint,
        token: null,
        expires_at: null,
        renewing_until,
      }),
    ])
    return taken > 0
  },
)

const keepToken = write(
  {
    summary: 'Keep an access token',
    can: 'public',
    body: HolderBody.extend({ sealed: z.string(), expires_in_s: z.number() }),
  },
  async (ctx, { body: { sealed, expires_in_s, ...holder } }) => {
    const lasts_s = Math.max(expires_in_s - margin_s, 1)
    await updateWhere(ctx, providerTokens, isHolder(holder), {
      token: sealed,
      expires_at: sql`clock_timestamp() + make_interval(secs => ${lasts_s})`,
      renewing_until: null,
    })
  },
)

const endRenewal = write(
  { summary: 'Leave an access token to others', can: 'public', body: HolderBody },
  async (ctx, { body }) => {
    await updateWhere(ctx, providerTokens, isHolder(body), { renewing_until: null })
  },
)

/** Ends every token of a service: its credentials are others now. */
export const endTokens = (ctx: Parameters<typeof removeWhere>[0], slug: Slug) =>
  removeWhere(ctx, providerTokens, eq(providerTokens.slug, slug))
