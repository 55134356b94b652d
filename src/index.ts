import { appFor } from './app.ts'
import type { Env } from './env.ts'
import type { QueueMessage } from './jobs/queues.ts'

/**
 * The Worker: requests, cron and queues; each builds a context and calls verbs. What happens by itself is
 * loaded when it happens, so that a request does not wait for it.
 */
export default {
  fetch: async (request, env, execution) => (await appFor(request)).fetch(request, env, execution),
  scheduled: async (event, env, execution) => {
    const { runSchedule } = await import('./jobs/schedule.ts')
    await runSchedule(event, env, execution)
  },
  queue: async (batch, env, execution) => {
    const { consume, consumeDead } = await import('./jobs/queues.ts')
    await (batch.queue === 'dead-letters' ? consumeDead : consume)(batch, env, execution)
  },
} satisfies ExportedHandler<Env, QueueMessage>
