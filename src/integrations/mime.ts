import { fieldsOf, type Sender, unbracketed } from './mail-fields.ts'
import type { Mail } from './mail-provider.ts'

/** A mail as it travels (RFC 5322), for services that take it whole and so keep its Message-ID. */
export async function mimeOf(
  mail: Mail,
  from: Sender,
): Promise<{ mime: Buffer; message_id: string }> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const fields = fieldsOf(mail, from)
  const mime = await new MailComposer(fields).compile().build()
  return { mime, message_id: unbracketed(fields.messageId) }
}
