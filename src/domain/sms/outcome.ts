import { sql } from 'drizzle-orm'
import type { TextOutcome } from '../../integrations/twilio/client.ts'
import { smsMessages } from './tables.ts'

/** What a message becomes by what the provider says of it; each of its moments is noted once. */
export const outcomeChanges = ({ status, failure }: TextOutcome) => ({
  status,
  failure,
  sent_at: sql`coalesce(${smsMessages.sent_at}, app.now())`,
  ...(status === 'delivered' && { delivered_at: sql`app.now()` }),
  ...(status === 'failed' && { failed_at: sql`app.now()` }),
})

/** Whether no other message of ours has this number of the provider's. */
export const isFree = (provider_id: string) =>
  sql`not exists (select from ${smsMessages} other where other.provider_id = ${provider_id})`
