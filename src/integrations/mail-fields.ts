import type { SendMailOptions } from 'nodemailer'
import type { Mail } from './mail-provider.ts'

/** A mailbox and the name beside it. */
export interface Sender {
  name: string
  address: string
}

/** A mail as nodemailer takes it: nothing in it can become a header or a recipient of its own. */
export function fieldsOf(mail: Mail, from: Sender): SendMailOptions & { messageId: string } {
  const { cc = [], reply_to, html, in_reply_to, references = [], attachments = [] } = mail
  return {
    messageId: messageIdOf(mail, from),
    from: { name: oneLine(mail.from_name || from.name), address: oneLine(from.address) },
    // As an object an address is one recipient, whatever it holds; a string would be parsed as a list.
    to: mailbox(mail.to),
    ...(cc.length > 0 && { cc: cc.map(mailbox) }),
    ...(reply_to && { replyTo: mailbox(reply_to) }),
    ...(in_reply_to && { inReplyTo: bracketed(in_reply_to) }),
    ...(references.length > 0 && { references: references.map(bracketed) }),
    subject: oneLine(mail.subject),
    text: mail.text,
    ...(html !== undefined && { html }),
    attachments: attachments.map(({ filename, content_type, content }) => ({
      filename: oneLine(filename),
      contentType: oneLine(content_type),
      content: Buffer.from(content),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** With brackets; an id that is only its first half gets the sender's domain. */
export function messageIdOf({ id }: Mail, from: Sender): string {
  const name = oneLine(id ?? crypto.randomUUID())
  return bracketed(name.includes('@') ? name : `${name}@${from.address.split('@').at(-1)}`)
}

/** What places a mail in its conversation. */
export const threadHeaders = (mail: Mail, from: Sender): Record<string, string> => ({
  'Message-ID': messageIdOf(mail, from),
  ...(mail.in_reply_to && { 'In-Reply-To': bracketed(mail.in_reply_to) }),
  ...(mail.references?.length && { References: mail.references.map(bracketed).join(' ') }),
})

/** `<a@b>`, whether it had its brackets or not. */
export const bracketed = (id: string) => `<${unbracketed(oneLine(id))}>`

export const unbracketed = (id: string) => id.replace(/^<|>$/g, '')

/** Nothing that a header is made of may start another header. */
export const oneLine = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes.
  text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim()

const mailbox = (address: string) => ({ name: '', address: oneLine(address) })
