import type { ReactionHandler } from '../domain/engine/reaction.ts'
import { sendQueuedMail } from '../domain/messages/queued-mail.ts'
import { sendQueuedSms } from '../domain/messages/send-sms.ts'

/** What each kind of reaction does (see domain/engine/reaction.ts). */
export const handlers: Record<string, ReactionHandler> = {
  mail: sendQueuedMail,
  sms: sendQueuedSms,
}
