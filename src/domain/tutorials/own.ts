import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { insert, newId, remove, removeWhere, update } from '../../db/rows.ts'
import { Id, text } from '../../schema.ts'
import { write } from '../../verb.ts'
import { tutorialSteps, tutorials, type Wording } from './tables.ts'
import { audiences, InLanguage, oneTutorial, TutorialWithSteps } from './tutorials.ts'

// What a shop writes itself, for its own way of working.

const Draft = z.object({
  title: text(),
  role: z.enum(audiences).optional().describe('Whom it is for; `all` when absent'),
  position: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('Place in the list; behind the default tutorials when absent'),
  steps: z
    .array(z.object({ title: text(), body: text(5000) }))
    .min(1)
    .max(50),
})

type Step = z.output<typeof Draft>['steps'][number]

/** One text, whatever the language. */
const both = (text: string): Wording => ({ nl: text, en: text })

/** Writes the steps from the first to the last; one that stands in the same place remains the same step. */
const writeSteps = (ctx: Writing, tutorial_id: number | SQL<number>, steps: Step[]) => {
  const rows = steps.map(({ title, body }) => ({ title: both(title), body: both(body) }))
  return ctx.db.execute(sql`
    insert into ${tutorialSteps} (tutorial_id, position, title, body)
    select ${tutorial_id}, place, step -> 'title', step -> 'body'
    from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) with ordinality given (step, place)
    on conflict (tenant_id, tutorial_id, position)
    do update set title = excluded.title, body = excluded.body`)
}

/** Takes away the steps behind the last. */
const shorten = (ctx: Writing, id: number, length: number) =>
  removeWhere(
    ctx,
    tutorialSteps,
    and(eq(tutorialSteps.tutorial_id, id), gt(tutorialSteps.position, length)),
  )

export const createTutorial = write(
  {
    summary: 'Create tutorial',
    description: "The shop's own, with the same text in every language.",
    can: 'settings:write',
    body: Draft,
    output: TutorialWithSteps,
    status: 201,
  },
  async (ctx, { body: { title, steps, ...draft } }) => {
    const [, , tutorial] = await Promise.all([
      insert(ctx, tutorials, { ...draft, title: both(title) }),
      writeSteps(ctx, newId(tutorials), steps),
      oneTutorial(ctx, newId(tutorials)),
    ])
    return tutorial
  },
)

export const updateTutorial = write(
  {
    summary: 'Update tutorial',
    description:
      'A default one too; a text given here then stands in every language. `steps` are all its steps: one ' +
      'that keeps its place stays completed by who completed it.',
    can: 'settings:write',
    params: Id,
    query: InLanguage,
    body: Draft.partial(),
    output: TutorialWithSteps,
    on: tutorials,
  },
  async (ctx, { params: { id }, query, body: { title, steps, ...changes } }) => {
    const [, , , tutorial] = await Promise.all([
      // First, so that of two at once one waits for the other.
      update(ctx, tutorials, id, {
        ...changes,
        title: title === undefined ? undefined : both(title),
      }),
      steps && shorten(ctx, id, steps.length),
      steps && writeSteps(ctx, id, steps),
      oneTutorial(ctx, id, query.lang),
    ])
    return tutorial
  },
)

export const deleteTutorial = write(
  {
    summary: 'Delete tutorial',
    description: 'With what everybody completed of it. Seeding brings a default one back.',
    can: 'settings:write',
    params: Id,
    on: tutorials,
  },
  (ctx, { params }) => remove(ctx, tutorials, params.id),
)
