import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import type { Env } from '../../env.ts'
import { refused } from '../../refusal.ts'
import { read } from '../../verb.ts'
import { entryOf, type Slug, slugs } from './catalog.ts'
import { openSecrets, type Secrets } from './secrets.ts'
import { integrations } from './tables.ts'

/** How the shop reaches a service. */
export interface Connection {
  enabled: boolean
  config: Record<string, string>
  secrets: Secrets
  webhook_key: string
  /** The database's clock, from before anything that the service will say. */
  asked_at: string
}

/** The shop's own connection to a service; null before it was ever set up. */
export async function openConnection(ctx: Calling, slug: Slug): Promise<Connection | null> {
  const row = await storedConnection(ctx, { body: { slug } })
  return row ? { ...row, secrets: await openSecrets(ctx.env, row.secrets) } : null
}

const storedConnection = read(
  {
    summary: 'Read how a service is reached',
    can: 'integrations:read',
    body: z.object({ slug: z.enum(slugs) }),
    output: z.custom<Omit<Connection, 'secrets'> & { secrets: string | null }>().optional(),
  },
  async (ctx, { body: { slug } }) => {
    const { enabled, config, webhook_key, secrets } = integrations
    const asked_at = sql<string>`clock_timestamp()::text`
    const [row] = await ctx.db
      .select({ enabled, config, webhook_key, secrets, asked_at })
      .from(integrations)
      .where(eq(integrations.slug, slug))
    return row
  },
)

/** Refusal of what needs a service that the shop has not switched on. */
export const switchedOff = (slug: Slug) =>
  refused('integration_disabled', `${entryOf(slug).name} is not switched on for this shop.`)

/** Where a service lives: as configured, or as usual. */
export const baseUrl = (given: string | undefined, usual: string) =>
  (given || usual).replace(/\/$/, '')

/**
 * Where the other host of a service lives: where `other` says, or with the first when that is not the usual one,
 * because a stand-in plays both.
 */
export const otherBaseUrl = (
  other: { given: string | undefined; usual: string },
  first: { given: string | undefined; usual: string },
) => baseUrl(other.given, first.given && first.given !== first.usual ? first.given : other.usual)

/** How long a service may take to answer. */
export const waits = (env: Env, usual_ms = 10_000) => ({
  timeout_ms: Number(env.PROVIDER_TIMEOUT_MS) || usual_ms,
})
