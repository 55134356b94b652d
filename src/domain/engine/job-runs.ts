import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { flag, instant, Paging, pageOf } from '../../schema.ts'
import { read, write } from '../../verb.ts'

const JobRun = z.object({
  job: z.string().meta({ examples: ['recurring-invoices'] }),
  period: instant().describe('The moment that it was scheduled for'),
  started_at: instant(),
  finished_at: instant().nullable(),
  counts: z.record(z.string(), z.number()).meta({ examples: [{ due: 3 }] }),
  failure: z.string().nullable(),
})

export const listJobRuns = read(
  {
    summary: 'List job runs',
    description: 'What the schedule ran, latest first: when, with what counts, or why it failed.',
    can: 'tenants:manage',
    query: Paging.extend({
      job: z.string().max(50).optional(),
      failed: flag().optional(),
    }),
    output: pageOf(JobRun),
  },
  async (ctx, { query: { job = null, failed = null, page = 1, per_page = 25 } }) => {
    const offset = (page - 1) * per_page
    const { rows } = await ctx.db.execute<z.input<typeof JobRun> & { total: string }>(
      sql`select * from app.list_job_runs(${job}, ${failed}, ${per_page}, ${offset})`,
    )
    const total = Number(rows[0]?.total ?? 0)
    return {
      data: rows,
      current_page: page,
      last_page: Math.max(1, Math.ceil(total / per_page)),
      per_page,
      total,
    }
  },
)

const Run = z.object({ job: z.string(), period: z.string() })

/** Takes the run of a job for a period; false when another run has it. */
export const beginJob = write(
  { summary: 'Begin a job', can: 'tenants:manage', body: Run, output: z.boolean() },
  async (ctx, { body: { job, period } }) => {
    const { rows } = await ctx.db.execute<{ mine: boolean }>(
      sql`select app.begin_job(${job}, ${period}) as mine`,
    )
    return rows[0]?.mine ?? false
  },
)

/** Keeps what became of it; a failed run may be taken again. */
export const endJob = write(
  {
    summary: 'End a job',
    can: 'tenants:manage',
    body: Run.extend({
      counts: z.record(z.string(), z.number()),
      failure: z.string().nullable(),
    }),
  },
  async (ctx, { body: { job, period, counts, failure } }) => {
    await ctx.db.execute(
      sql`select app.end_job(${job}, ${period}, ${JSON.stringify(counts)}::jsonb, ${failure})`,
    )
  },
)
