import { runRuleOnReaction } from '../domain/automation/reacting.ts'
import { pushToBookkeeper } from '../domain/bookkeeping/push.ts'
import { queueShopReminders, sendDueReminder } from '../domain/dunning/auto-reminders.ts'
import type { ReactionHandler } from '../domain/engine/reaction.ts'
import { noteOutcome } from '../domain/mail/outcomes.ts'
import { sendQueuedMail } from '../domain/mail/queued-mail.ts'
import { notify } from '../domain/notifications/notify.ts'
import { sendQueuedPush } from '../domain/notifications/push.ts'
import { followParcels } from '../domain/shipping/follow-parcels.ts'
import { makeLabel } from '../domain/shipping/make-label.ts'
import { settleWorkOrders } from '../domain/sla/batches.ts'
import { sendBulkChunk } from '../domain/sms/bulk-chunk.ts'
import { fetchSmsCost } from '../domain/sms/cost.ts'
import { sendQueuedSms } from '../domain/sms/send-queued.ts'
import { pullCalls } from '../domain/telephony/pull.ts'
import { deliverWebhook } from '../domain/webhooks/deliver.ts'

/** What each kind of reaction does (see domain/engine/reaction.ts). */
export const handlers: Record<string, ReactionHandler> = {
  mail: sendQueuedMail,
  mail_outcome: noteOutcome,
  auto_reminders: queueShopReminders,
  reminder: sendDueReminder,
  webhook: deliverWebhook,
  sla: settleWorkOrders,
  sla_check: settleWorkOrders,
  sla_shop: settleWorkOrders,
  notify,
  push: sendQueuedPush,
  rule: runRuleOnReaction,
  sms: sendQueuedSms,
  bookkeeping: pushToBookkeeper,
  sms_bulk: sendBulkChunk,
  sms_cost: fetchSmsCost,
  call_pull: pullCalls,
  label: makeLabel,
  parcels: followParcels,
}
