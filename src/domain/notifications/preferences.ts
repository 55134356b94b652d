import { and, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { insertMissing, updateWhere } from '../../db/rows.ts'
import { read, write } from '../../verb.ts'
import { type Channel, type Group, groups, kinds } from './catalog.ts'
import { channels, notificationPreferences } from './tables.ts'

const Preference = z.object({
  key: z.string().meta({ examples: ['wo_status_changed'] }),
  label: z.string().meta({ examples: ['Status changed'] }),
  channels: z.array(z.enum(channels)).meta({ examples: [['in_app', 'email']] }),
})

const Preferences = z.object(
  Object.fromEntries(groups.map((group) => [group, z.array(Preference)])) as Record<
    Group,
    z.ZodArray<typeof Preference>
  >,
)

const isChannel = (value: unknown): value is Channel => channels.some((known) => known === value)

/** Each channel once, in the order of all. */
const Chosen = z
  .array(z.unknown())
  .refine((chosen) => chosen.every(isChannel), `may only hold ${channels.join(', ')}`)
  .transform((chosen) => channels.filter((channel) => chosen.includes(channel)))
  .meta({ type: 'array', items: { type: 'string', enum: [...channels] } })

const Draft = z.object({
  preferences: z
    .object(Object.fromEntries(kinds.map(({ key }) => [key, Chosen.optional()])))
    .catchall(z.unknown().refine(() => false, 'names no notification'))
    .meta({ examples: [{ wo_status_changed: ['in_app', 'email'], invoice_overdue: ['in_app'] }] })
    .describe('Key of an event → where to be told of it; an empty list for nowhere'),
})

const self = sql<number>`app.user_id()`

/** Every kind with the caller's channels, in its group. */
async function preferences(ctx: Selecting): Promise<z.input<typeof Preferences>> {
  const rows = await ctx.db
    .select({ key: notificationPreferences.key, channels: notificationPreferences.channels })
    .from(notificationPreferences)
    .where(eq(notificationPreferences.user_id, self))
  const own = new Map(rows.map((row) => [row.key, row.channels]))
  const all = kinds.map(({ group, key, label, channels: usual }) => {
    return { group, preference: { key, label, channels: own.get(key) ?? [...usual] } }
  })
  const inGroup = (name: Group) =>
    all.filter(({ group }) => group === name).map(({ preference }) => preference)
  return Object.fromEntries(groups.map((name) => [name, inGroup(name)])) as z.input<
    typeof Preferences
  >
}

export const getPreferences = read(
  {
    summary: 'Get notification preferences',
    description: 'Where the caller is told of what.',
    can: 'account',
    output: Preferences,
  },
  preferences,
)

export const updatePreferences = write(
  {
    summary: 'Update notification preferences',
    description: 'Kinds that are not named stay as they are.',
    can: 'account',
    body: Draft,
    output: Preferences,
  },
  async (ctx, { body }) => {
    const chosen = Object.entries(body.preferences as Record<string, Channel[]>)
    const keys = chosen.map(([key]) => key)
    const { key, channels: kept } = notificationPreferences
    const wanted = sql`${JSON.stringify(Object.fromEntries(chosen))}::jsonb -> ${key}`
    const [, , changed] = await Promise.all([
      insertMissing(
        ctx,
        notificationPreferences,
        chosen.map(([key, channels]) => ({ user_id: self, key, channels })),
      ),
      updateWhere(
        ctx,
        notificationPreferences,
        and(
          eq(notificationPreferences.user_id, self),
          inArray(key, keys),
          sql`${kept} <> ${wanted}`,
        ),
        { channels: wanted },
      ),
      preferences(ctx),
    ])
    return changed
  },
)
