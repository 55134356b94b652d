import type { Transacting } from '../../context.ts'
import { insert } from '../../db/rows.ts'
import { creditsOf } from '../../lib/sms-credits.ts'
import { found } from '../../refusal.ts'
import { react } from '../engine/reaction.ts'
import { smsMessages } from './tables.ts'

/**
 * Writes a text message down, to be sent after this transaction.
 *
 * @param phone in E.164
 * @returns its id
 */
export async function queueSms(
  ctx: Transacting,
  message: { phone: string; body: string; customer_id?: number | null },
): Promise<number> {
  const [added] = await insert(ctx, smsMessages, { ...message, credits: creditsOf(message.body) })
  const { id } = found(added)
  await react(ctx, { kind: 'sms', key: `sms:${id}`, subject_id: id })
  return id
}
