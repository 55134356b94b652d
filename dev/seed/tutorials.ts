import type { Transacting } from '../../src/context.ts'
import { completeStep } from '../../src/domain/tutorials/completing.ts'
import { seedTutorials } from '../../src/domain/tutorials/seeding.ts'
import { getTutorial, listTutorials } from '../../src/domain/tutorials/tutorials.ts'
import type { Member } from './shop.ts'
import type { Story } from './story.ts'

/** How many steps somebody did of each tutorial in the list of their role. */
const studied: Partial<Record<Member['role'], number[]>> = {
  technician: [5, 7, 2],
  frontdesk: [5, 6, 3],
  manager: [3],
}

/** The administrator brings the tutorials in; who has an account begins to read. */
export function planTutorials(story: Story): void {
  story.at(story.openingHour(30), 'admin', (ctx) => seedTutorials(ctx, {}))
  for (const [role, counts] of Object.entries(studied) as [Member['role'], number[]][]) {
    if (role in story.shop.accounts) {
      story.at(story.openingHour(10), role, (ctx) => study(ctx, counts))
    }
  }
}

async function study(ctx: Transacting, counts: number[]) {
  const list = await listTutorials(ctx, { query: {} })
  for (const [place, count] of counts.entries()) {
    const tutorial_id = list[place]?.id
    if (tutorial_id === undefined) continue
    const { steps } = await getTutorial(ctx, { params: { id: tutorial_id }, query: {} })
    for (const { id: step_id } of steps.slice(0, count)) {
      await completeStep(ctx, { body: { tutorial_id, step_id } })
    }
  }
}
