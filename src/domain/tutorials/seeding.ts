import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { write } from '../../verb.ts'
import { tutorialSteps, tutorials } from './tables.ts'

export const seedTutorials = write(
  {
    summary: 'Seed default tutorials (Admin only)',
    description:
      'The 14 tutorials of the product, in Dutch and English. One that is there stays as it is, also when the ' +
      'shop changed it; one that was deleted comes back.',
    can: 'settings:write',
    output: z.object({ message: z.string().meta({ examples: ['14 tutorials seeded'] }) }),
  },
  async (ctx) => {
    // Some tens of kilobytes of text that nothing else needs.
    const { defaultTutorials } = await import('./content/defaults.ts')
    const { rows } = await ctx.db.execute<{ count: string }>(sql`
      with given as (
        select * from jsonb_to_recordset(${JSON.stringify(defaultTutorials)}::jsonb)
          as given (key text, role text, position int, title jsonb, steps jsonb)
      ), added as (
        insert into ${tutorials} (key, role, position, title)
        select key, role, position, title from given order by position
        on conflict (tenant_id, key) do nothing returning id, key
      ), steps as (
        insert into ${tutorialSteps} (tutorial_id, position, title, body)
        select added.id, place, step -> 'title', step -> 'body'
        from added join given using (key), jsonb_array_elements(given.steps) with ordinality s (step, place)
        order by added.id, place
      )
      select count(*) from added`)
    return { message: `${Number(rows[0]?.count ?? 0)} tutorials seeded` }
  },
)
