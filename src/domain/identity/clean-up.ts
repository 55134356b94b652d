import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { write } from '../../verb.ts'

/** Deletes what has served its time, in all shops; answers how many rows of each kind. */
export const cleanUp = write(
  {
    summary: 'Clean up',
    can: 'tenants:manage',
    output: z.record(z.string(), z.number()),
  },
  async (ctx) => {
    const { rows } = await ctx.db.execute<{ kind: string; deleted: string }>(
      sql`select kind, deleted from app.clean_up()`,
    )
    return Object.fromEntries(rows.map(({ kind, deleted }) => [kind, Number(deleted)]))
  },
)
