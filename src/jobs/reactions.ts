import { runRuleOnReaction } from '../domain/automation/reacting.ts'
import type { ReactionHandler } from '../domain/engine/reaction.ts'
import { sendQueuedMail } from '../domain/messages/queued-mail.ts'

/** What each kind of reaction does (see domain/engine/reaction.ts). */
export const handlers: Record<string, ReactionHandler> = {
  mail: sendQueuedMail,
  rule: runRuleOnReaction,
}
