import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { same, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, flag, Id, id, Stamps } from '../../schema.ts'
import { read } from '../../verb.ts'
import { shopRoles } from '../identity/permissions.ts'
import { tenants, users } from '../identity/tables.ts'
import { languages, tutorialProgress, tutorialSteps, tutorials } from './tables.ts'

/** Whom a tutorial may be for. */
export const audiences = ['all', ...shopRoles] as const

type Language = (typeof languages)[number]

/** How far the caller is; `percent` is 100 only when every step is completed. */
const Progress = {
  total_steps: z.int().meta({ examples: [5] }),
  completed_steps: z.int().meta({ examples: [3] }),
  percent: z.int().meta({ examples: [60] }),
  completed: z.boolean().meta({ examples: [false] }),
}

const Tutorial = z.object({
  id: id(),
  key: z
    .string()
    .nullable()
    .meta({ examples: ['getting_started'] })
    .describe("Name of a default tutorial; null: the shop's own"),
  title: z.string().meta({ examples: ['Getting Started'] }),
  role: z.enum(audiences),
  position: z.int().meta({ examples: [1] }),
  ...Progress,
  ...Stamps,
})

/** A tutorial as every answer about a single one shows it. */
export const TutorialWithSteps = Tutorial.extend({
  steps: z.array(
    z.object({
      id: id(),
      order: z.int().meta({ examples: [1] }),
      title: z.string().meta({ examples: ['Welcome'] }),
      body: z.string(),
      completed: z.boolean().meta({ examples: [true] }),
    }),
  ),
})

/** Query of every answer with texts. */
export const InLanguage = z.object({
  lang: z.enum(languages).optional().describe("The shop's own language when absent"),
})

const self = sql<number>`app.user_id()`
const ownRole = sql`(select ${users.role} from ${users} where ${users.id} = ${self})`

/** Tutorials that the caller may see; for who administrates all of them. */
const visible = sql`(${tutorials.role} in ('all', ${ownRole}) or ${ownRole} in ('admin', 'platform'))`

/** Steps of a tutorial that the caller may see. */
export const stepsOf = (tutorial_id: number): SQL => sql`
  select ${tutorialSteps.id} from ${tutorialSteps}
  join ${tutorials} on ${tutorials.id} = ${tutorialSteps.tutorial_id}
  where ${tutorials.id} = ${tutorial_id} and ${visible}`

/** What the caller completed. */
export const ownProgress = eq(tutorialProgress.user_id, self)

const written = (wording: SQL | typeof tutorials.title, language: Language | undefined) =>
  sql<string>`${wording} ->> ${language ?? sql`(select ${tenants.locale} from ${tenants} where ${tenants.id} = app.tenant())`}`

const completedSteps = sql`
  select count(*)::int from ${tutorialSteps} s
  join ${tutorialProgress} p on p.tenant_id = s.tenant_id and p.step_id = s.id
  where s.tenant_id = ${tutorials.tenant_id} and s.tutorial_id = ${tutorials.id} and p.user_id = ${self}`

const totalSteps = sql`
  select count(*)::int from ${tutorialSteps} s
  where s.tenant_id = ${tutorials.tenant_id} and s.tutorial_id = ${tutorials.id}`

const rows = (language: Language | undefined) => (ctx: Selecting) =>
  ctx.db
    .select({
      id: tutorials.id,
      key: tutorials.key,
      title: subquery<string>(sql`select ${written(tutorials.title, language)}`),
      role: sql<(typeof audiences)[number]>`${tutorials.role}`,
      position: tutorials.position,
      total_steps: subquery<number>(totalSteps),
      completed_steps: subquery<number>(completedSteps),
      created_at: tutorials.created_at,
      updated_at: tutorials.updated_at,
    })
    .from(tutorials)

/** With how far that is; rounded down, so that 100 means all. */
const measured = <T extends { total_steps: number; completed_steps: number }>(row: T) => ({
  ...row,
  percent: Math.floor((100 * row.completed_steps) / Math.max(1, row.total_steps)),
  completed: row.total_steps > 0 && row.completed_steps === row.total_steps,
})

/** A tutorial that the caller may see, without its steps. */
export async function tutorialOf(
  ctx: Selecting,
  id: number | SQL<number>,
  language?: Language | undefined,
) {
  const [row] = await rows(language)(ctx).where(and(eq(tutorials.id, id), visible))
  return row && measured(row)
}

/** A tutorial with its steps; 404 when the caller may not see it. */
export async function oneTutorial(
  ctx: Selecting,
  id: number | SQL<number>,
  language?: Language | undefined,
): Promise<z.input<typeof TutorialWithSteps>> {
  const [tutorial, steps] = await Promise.all([
    tutorialOf(ctx, id, language),
    ctx.db
      .select({
        id: tutorialSteps.id,
        order: tutorialSteps.position,
        title: written(sql`${tutorialSteps.title}`, language),
        body: written(sql`${tutorialSteps.body}`, language),
        completed: sql<boolean>`${tutorialProgress.id} is not null`,
      })
      .from(tutorialSteps)
      .leftJoin(tutorialProgress, and(eq(tutorialProgress.step_id, tutorialSteps.id), ownProgress))
      .where(eq(tutorialSteps.tutorial_id, id))
      .orderBy(asc(tutorialSteps.position)),
  ])
  return { ...found(tutorial), steps }
}

const Filters = ArrayPaging.extend({
  ...InLanguage.shape,
  role: z.enum(audiences).optional(),
  completed: flag().optional().describe('By the caller, all of it, or not'),
})

async function list(
  ctx: Selecting & Parameters<typeof arrayPage>[0],
  query: z.output<typeof Filters>,
) {
  const { role, completed, lang, ...paging } = query
  const done = sql`((${completedSteps}) = (${totalSteps}))`
  const where = and(
    visible,
    same(tutorials.role, role),
    completed === undefined ? undefined : completed ? done : sql`not ${done}`,
  )
  const order = [asc(tutorials.position), asc(tutorials.id)]
  const page = await arrayPage(ctx, tutorials, paging, where, order, rows(lang))
  return Object.assign(page.map(measured), { total: page.total })
}

const description =
  "Those for the caller's role and those for all; administrators get every one. `tutorials_enabled` " +
  'of the settings hides none here: it tells a client not to offer them by itself.'

export const listTutorials = read(
  {
    summary: 'List tutorials',
    description,
    can: 'account',
    query: Filters,
    output: z.array(Tutorial),
  },
  (ctx, { query }) => list(ctx, query),
)

export const listProgress = read(
  {
    summary: 'All tutorial progress',
    description,
    can: 'account',
    query: Filters,
    output: z.array(z.object({ tutorial: Tutorial.pick({ id: true, title: true }), ...Progress })),
  },
  async (ctx, { query }) => {
    const page = await list(ctx, query)
    const progress = page.map((tutorial) => ({ ...tutorial, tutorial }))
    return Object.assign(progress, { total: page.total })
  },
)

export const getTutorial = read(
  {
    summary: 'Tutorial detail with steps',
    can: 'account',
    params: Id,
    query: InLanguage,
    output: TutorialWithSteps,
    on: tutorials,
  },
  (ctx, { params, query }) => oneTutorial(ctx, params.id, query.lang),
)
