import { keepDeadLetter } from '../domain/engine/dead-letters.ts'
import { mailResetLink } from '../domain/identity/password-reset.ts'
import { handleMessage, reviewPayment } from '../domain/payments/provider-messages.ts'
import { runSchedule } from '../domain/recurring/due-invoices.ts'
import type { Env } from '../env.ts'
import { log } from '../http/log.ts'
import { jobContext } from './context.ts'
import { describe } from './failure.ts'
import { workOff } from './work-off.ts'

/** What travels through the queues: what a verb needs to find its records, never secrets. */
export type QueueMessage =
  | {
      kind: 'password_reset'
      email: string
      /** Of the request, for the link in the mail. */
      origin: string
      request_id: string
    }
  | { kind: 'recurring_invoice'; tenant_id: number; id: number; request_id: string }
  /** A row of `inbox`. */
  | { kind: 'inbox_message'; tenant_id: number; id: number; request_id: string }
  /** A row of `payments`. */
  | { kind: 'payment_review'; tenant_id: number; id: number; request_id: string }
  /** Rows of `reactions` are due in the shop. */
  | { kind: 'reactions'; tenant_id: number; request_id: string }

type Handlers = {
  [Kind in QueueMessage['kind']]: (
    env: Env,
    execution: ExecutionContext,
    message: Extract<QueueMessage, { kind: Kind }>,
  ) => Promise<unknown>
}

const handlers: Handlers = {
  password_reset: async (env, execution, { email, origin, request_id }) => {
    const ctx = jobContext(env, execution, { job: 'password-reset', request_id })
    await mailResetLink(ctx, { body: { email, origin } })
  },
  recurring_invoice: async (env, execution, { tenant_id, id, request_id }) => {
    const ctx = jobContext(env, execution, { job: 'recurring-invoices', request_id, tenant_id })
    await runSchedule(ctx, { params: { id } })
  },
  inbox_message: async (env, execution, { tenant_id, id, request_id }) => {
    const ctx = jobContext(env, execution, { job: 'provider-message', request_id, tenant_id })
    await handleMessage(ctx, { params: { id } })
  },
  payment_review: async (env, execution, { tenant_id, id, request_id }) => {
    const ctx = jobContext(env, execution, { job: 'payment-review', request_id, tenant_id })
    await reviewPayment(ctx, { params: { id } })
  },
  reactions: async (env, execution, { tenant_id, request_id }) => {
    const ctx = jobContext(env, execution, { job: 'reactions', request_id, tenant_id })
    await workOff(ctx, tenant_id)
  },
}

/** Tries of a message in all; `max_retries` in wrangler.toml is one less. */
const mostAttempts = 6

/** Each message on its own: a failure is retried later without repeating its neighbours. */
export async function consume(
  batch: MessageBatch<QueueMessage>,
  env: Env,
  execution: ExecutionContext,
) {
  // Calls to work in the same shop are one call.
  const called = new Map<number, Promise<void>>()
  const settleOnce = (message: Message<QueueMessage>) => {
    const work = () => settle(message, batch.queue, env, execution)
    if (message.body?.kind !== 'reactions') return work()
    const { tenant_id } = message.body
    const first = called.get(tenant_id)
    if (!first) called.set(tenant_id, work())
    return first ? first.then(() => message.ack()) : called.get(tenant_id)
  }
  await Promise.all(batch.messages.map(settleOnce))
}

async function settle(
  message: Message<QueueMessage>,
  queue: string,
  env: Env,
  execution: ExecutionContext,
) {
  const { kind, request_id } = message.body ?? {}
  const about = { queue, kind, request_id, message_id: message.id, attempt: message.attempts }
  try {
    const handle = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined
    if (handle) await handle(env, execution, message.body as never)
    // Nobody will ever know it better: a retry would only end among the dead letters.
    else log('error', 'unknown queue message', about)
    message.ack()
  } catch (error) {
    const isLast = message.attempts >= mostAttempts
    const delaySeconds = isLast ? undefined : retryDelay_s(message.attempts)
    log('warn', 'queue message failed', { ...about, retry_in_s: delaySeconds, ...describe(error) })
    if (delaySeconds !== undefined) return message.retry({ delaySeconds })
    await giveUp(message, queue, describe(error).detail ?? null, env, execution).then(
      () => message.ack(),
      // The platform moves it to the queue of dead letters, where it is kept later.
      () => message.retry(),
    )
  }
}

/** What was tried to the end is kept where the shop's administrator sees it. */
async function giveUp(
  { body, attempts }: Message<QueueMessage>,
  queue: string,
  failure: string | null,
  env: Env,
  execution: ExecutionContext,
) {
  // A link to a new password is void after an hour: who needs one asks again.
  if (!('tenant_id' in body)) return
  const { kind, tenant_id, request_id } = body
  const ctx = jobContext(env, execution, { job: 'dead-letters', request_id, tenant_id })
  await keepDeadLetter(ctx, { body: { queue, kind, body: { ...body }, attempts, failure } })
}

/** Messages that the platform itself gave up, such as those of a consumer that died. */
export async function consumeDead(
  batch: MessageBatch<QueueMessage>,
  env: Env,
  execution: ExecutionContext,
) {
  for (const message of batch.messages) {
    const { kind } = message.body ?? {}
    const queue = kind === 'password_reset' ? 'email' : 'events'
    try {
      await giveUp(message, queue, null, env, execution)
      message.ack()
    } catch (error) {
      log('error', 'dead letter not kept', { kind, message_id: message.id, ...describe(error) })
      message.retry({ delaySeconds: 3600 })
    }
  }
}

/** 5 s, 30 s, 3 min, 18 min, then hourly; `max_retries` of the queue ends it. */
const retryDelay_s = (attempt: number) => Math.min(5 * 6 ** (attempt - 1), 3600)
