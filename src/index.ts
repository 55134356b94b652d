import { app } from './app.ts'
import type { Env } from './env.ts'
import type { QueueMessage } from './jobs/queues.ts'
import { consume, consumeDead } from './jobs/queues.ts'
import { runSchedule } from './jobs/schedule.ts'

/** The Worker: requests, cron and queues; each builds a context and calls verbs. */
export default {
  fetch: (request, env, execution) => app.fetch(request, env, execution),
  scheduled: (event, env, execution) => runSchedule(event, env, execution),
  queue: (batch, env, execution) =>
    (batch.queue === 'dead-letters' ? consumeDead : consume)(batch, env, execution),
} satisfies ExportedHandler<Env, QueueMessage>
