import type { ReactionHandler } from '../domain/engine/reaction.ts'
import { sendQueuedMail } from '../domain/messages/queued-mail.ts'
import { notify } from '../domain/notifications/notify.ts'
import { sendQueuedPush } from '../domain/notifications/push.ts'

/** What each kind of reaction does (see domain/engine/reaction.ts). */
export const handlers: Record<string, ReactionHandler> = {
  mail: sendQueuedMail,
  notify,
  push: sendQueuedPush,
}
