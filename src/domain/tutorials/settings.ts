import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { insertMissing, updateWhere } from '../../db/rows.ts'
import { text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { tutorialSettings } from './tables.ts'

const Settings = z.object({
  tutorials_enabled: z
    .boolean()
    .meta({ examples: [true] })
    .describe('Whether a client offers tutorials by itself; their routes answer all the same'),
  completed_onboarding: z.boolean().meta({ examples: [false] }),
  dismissed_hints: z.array(z.string()).meta({ examples: [['dashboard_hint', 'wo_hint']] }),
})

const Draft = z
  .object({
    tutorials_enabled: z.boolean().describe('Enable or disable the tutorial system'),
    completed_onboarding: z.boolean().describe('Mark onboarding as finished'),
    dismissed_hints: z
      .array(text(100))
      .max(200)
      .transform((hints) => [...new Set(hints)])
      .meta({ type: 'array', items: { type: 'string', maxLength: 100 }, maxItems: 200 })
      .describe('Keys of all hints to dismiss; they take the place of those before'),
  })
  .partial()

const self = sql<number>`app.user_id()`

const untouched = { tutorials_enabled: true, completed_onboarding: false, dismissed_hints: [] }

async function settings(ctx: Selecting): Promise<z.input<typeof Settings>> {
  const [own] = await ctx.db
    .select({
      tutorials_enabled: tutorialSettings.tutorials_enabled,
      completed_onboarding: tutorialSettings.completed_onboarding,
      dismissed_hints: tutorialSettings.dismissed_hints,
    })
    .from(tutorialSettings)
    .where(eq(tutorialSettings.user_id, self))
  return own ?? untouched
}

export const getTutorialSettings = read(
  {
    summary: 'Get tutorial settings',
    description: 'Those of the caller.',
    can: 'account',
    output: Settings,
  },
  settings,
)

export const updateTutorialSettings = write(
  {
    summary: 'Update tutorial settings',
    description: 'Those of the caller. What is not named stays as it is.',
    can: 'account',
    body: Draft,
    output: Settings,
  },
  async (ctx, { body }) => {
    const [, , changed] = await Promise.all([
      insertMissing(ctx, tutorialSettings, { user_id: self }),
      updateWhere(ctx, tutorialSettings, eq(tutorialSettings.user_id, self), body),
      settings(ctx),
    ])
    return changed
  },
)
