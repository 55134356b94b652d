import type { Calling } from '../context.ts'
import { runTimedRules } from '../domain/automation/timed-rules.ts'
import { queueAutoReminders } from '../domain/dunning/auto-reminders.ts'
import { beginJob, endJob } from '../domain/engine/job-runs.ts'
import { cleanUp } from '../domain/engine/retention.ts'
import { sweepReactions } from '../domain/engine/sweep.ts'
import { dayChanges, minuteChanges, passTime } from '../domain/engine/time-changes.ts'
import { openBooksAhead } from '../domain/ledger/open-ahead.ts'
import { sweepProviders } from '../domain/payments/provider-sweep.ts'
import { queueDueInvoices } from '../domain/recurring/due-invoices.ts'
import { queueFollowing } from '../domain/shipping/follow-parcels.ts'
import { queueSlaChecks } from '../domain/sla/check.ts'
import { queueCallPulls } from '../domain/telephony/pull.ts'
import type { Env } from '../env.ts'
import { log } from '../http/log.ts'
import { jobContext } from './context.ts'
import { describe } from './failure.ts'

interface Job {
  name: string
  /** Answers what to log: counts. */
  run(ctx: Calling): Promise<Record<string, number>>
}

/** The cron expressions of wrangler.toml, in UTC, and what is due then. */
export const schedule: Record<string, Job[]> = {
  '* * * * *': [
    { name: 'reaction-sweep', run: (ctx) => sweepReactions(ctx, {}) },
    ...minuteChanges.map(passing),
  ],
  '*/5 * * * *': [
    { name: 'provider-sweep', run: (ctx) => sweepProviders(ctx, {}) },
    { name: 'sla-check', run: (ctx) => queueSlaChecks(ctx, {}) },
    { name: 'call-pull', run: (ctx) => queueCallPulls(ctx, {}) },
  ],
  '15 3 * * *': [{ name: 'clean-up', run: (ctx) => cleanUp(ctx, {}) }],
  // Every hour, because a shop's day begins at the midnight of its own zone.
  '5 * * * *': [
    { name: 'recurring-invoices', run: (ctx) => queueDueInvoices(ctx, {}) },
    { name: 'auto-reminders', run: (ctx) => queueAutoReminders(ctx, {}) },
    { name: 'parcels', run: (ctx) => queueFollowing(ctx, {}) },
    { name: 'books-ahead', run: (ctx) => openBooksAhead(ctx, {}) },
    ...dayChanges.map(passing),
  ],
  '10 * * * *': [{ name: 'automation', run: (ctx) => runTimedRules(ctx, {}) }],
}

/** The job that makes one of the changes that time brings. */
function passing(what: (typeof dayChanges | typeof minuteChanges)[number]): Job {
  return { name: what, run: (ctx) => passTime(ctx, { body: { what } }) }
}

/** Runs what is due. Cron may fire twice or never: every job finds out itself what is left to do. */
export async function runSchedule(
  event: ScheduledController,
  env: Env,
  execution: ExecutionContext,
) {
  const jobs = schedule[event.cron] ?? []
  if (jobs.length === 0) log('error', 'unknown cron expression', { cron: event.cron })
  const outcomes = await Promise.allSettled(jobs.map((job) => runJob(job, event, env, execution)))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  // The platform counts and shows the run as failed.
  if (failed) throw failed.reason
}

async function runJob(
  { name, run }: Job,
  event: ScheduledController,
  env: Env,
  execution: ExecutionContext,
) {
  const request_id = crypto.randomUUID()
  const about = { job: name, request_id }
  const ctx = (): Calling => jobContext(env, execution, about)
  const key = { job: name, period: new Date(event.scheduledTime).toISOString() }
  try {
    if (!(await beginJob(ctx(), { body: key }))) return log('info', 'job runs already', about)
    const counts = await run(ctx())
    await endJob(ctx(), { body: { ...key, counts, failure: null } })
    log('info', 'job done', { ...about, ...counts })
  } catch (error) {
    log('error', 'job failed', { ...about, ...describe(error) })
    const failure = describe(error).detail ?? 'It failed unexpectedly.'
    await endJob(ctx(), { body: { ...key, counts: {}, failure } }).catch(() => {})
    throw error
  }
}
