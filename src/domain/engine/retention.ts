import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { call, write } from '../../verb.ts'

/** What app.clean_up deletes of a kind at once. */
const most = 20_000

/** What is left after so many goes is left to the next night. */
const rounds = 20

const Deleted = z.array(z.object({ kind: z.string(), deleted: z.number() }))

const deleteServed = write(
  { summary: 'Delete what has served its time', can: 'tenants:manage', output: Deleted },
  async (ctx) => {
    const { rows } = await ctx.db.execute<{ kind: string; deleted: string }>(
      sql`select kind, deleted from app.clean_up()`,
    )
    return rows.map(({ kind, deleted }) => ({ kind, deleted: Number(deleted) }))
  },
)

/** Deletes what has served its time, in all shops; answers how many rows of each kind. */
export const cleanUp = call(
  { summary: 'Clean up', can: 'tenants:manage', output: z.record(z.string(), z.number()) },
  async (ctx) => {
    const counts: Record<string, number> = {}
    for (let round = 0; round < rounds; round++) {
      const gone = await deleteServed(ctx, {})
      for (const { kind, deleted } of gone) counts[kind] = (counts[kind] ?? 0) + deleted
      if (gone.every(({ deleted }) => deleted < most)) break
    }
    return counts
  },
)
