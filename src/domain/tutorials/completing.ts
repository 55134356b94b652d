import { and, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { removeWhere } from '../../db/rows.ts'
import { found, invalid } from '../../refusal.ts'
import { Id, id } from '../../schema.ts'
import { write } from '../../verb.ts'
import { tutorialProgress, tutorialSteps, tutorials } from './tables.ts'
import { ownProgress, stepsOf, tutorialOf } from './tutorials.ts'

const StepCompleted = z.object({
  message: z.string().meta({ examples: ['Step marked complete'] }),
  percent: z.int().meta({ examples: [40] }),
  completed: z.boolean().meta({ examples: [false] }),
})

const unknown = (field: string) =>
  invalid({ [field]: [`The selected ${field.replace('_', ' ')} is invalid.`] })

/** Notes that the caller completed a step; undefined when there is no such tutorial for the caller. */
async function complete(
  ctx: Writing,
  { tutorial_id, step_id }: { tutorial_id: number; step_id: number },
): Promise<z.input<typeof StepCompleted> | undefined> {
  const [, tutorial, steps] = await Promise.all([
    ctx.db.execute(sql`
      insert into ${tutorialProgress} (user_id, step_id)
      select app.user_id(), id from (${stepsOf(tutorial_id)}) step where id = ${step_id}
      on conflict do nothing`),
    tutorialOf(ctx, tutorial_id),
    ctx.db
      .select({ id: tutorialSteps.id })
      .from(tutorialSteps)
      .where(and(eq(tutorialSteps.id, step_id), eq(tutorialSteps.tutorial_id, tutorial_id))),
  ])
  if (!tutorial) return undefined
  if (steps.length === 0) throw unknown('step_id')
  const { percent, completed } = tutorial
  return { message: 'Step marked complete', percent, completed }
}

export const completeStep = write(
  {
    summary: 'Mark step complete',
    description: 'For the caller. A step that was completed before stays so.',
    can: 'account',
    body: z.object({ tutorial_id: id(), step_id: id() }),
    output: StepCompleted,
  },
  async (ctx, { body }) => {
    const completed = await complete(ctx, body)
    if (!completed) throw unknown('tutorial_id')
    return completed
  },
)

export const completeStepOf = write(
  {
    summary: 'Mark step complete (alt route)',
    description: 'For the caller. A step that was completed before stays so.',
    can: 'account',
    params: Id,
    body: z.object({ step_id: id() }),
    output: StepCompleted,
    on: tutorials,
  },
  async (ctx, { params, body }) => found(await complete(ctx, { tutorial_id: params.id, ...body })),
)

export const resetTutorial = write(
  {
    summary: 'Reset tutorial progress',
    description: 'Nothing of it is completed any more, for the caller.',
    can: 'account',
    params: Id,
    output: z.object({ message: z.string().meta({ examples: ['Tutorial progress reset'] }) }),
    on: tutorials,
  },
  async (ctx, { params: { id } }) => {
    const [, tutorial] = await Promise.all([
      removeWhere(
        ctx,
        tutorialProgress,
        and(ownProgress, inArray(tutorialProgress.step_id, sql`(${stepsOf(id)})`)),
      ),
      tutorialOf(ctx, id),
    ])
    found(tutorial)
    return { message: 'Tutorial progress reset' }
  },
)
