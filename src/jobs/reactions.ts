import type { ReactionHandler } from '../domain/engine/reaction.ts'
import { sendQueuedMail } from '../domain/messages/queued-mail.ts'
import { settleWorkOrders } from '../domain/sla/batches.ts'

/** What each kind of reaction does (see domain/engine/reaction.ts). */
export const handlers: Record<string, ReactionHandler> = {
  mail: sendQueuedMail,
  sla: settleWorkOrders,
  sla_check: settleWorkOrders,
  sla_shop: settleWorkOrders,
}
