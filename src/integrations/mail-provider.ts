/** A mail to send. */
export interface Mail {
  to: string
  cc?: readonly string[]
  subject: string
  text: string
  html?: string
  /** Name beside the sending address, such as the shop's. */
  from_name?: string
  reply_to?: string
  /** The same in every try, so that the receiver can tell a repetition; chosen by chance when absent. */
  id?: string
  /** Message-IDs without brackets: of the mail that this one answers, and of all before it. */
  in_reply_to?: string
  references?: readonly string[]
  attachments?: readonly MailAttachment[]
}

export interface MailAttachment {
  filename: string
  content_type: string
  content: Uint8Array
}

/** A mail that a service took. */
export interface SentMail {
  /** As in its header, without brackets. */
  message_id: string
  /** The service's own number of it, where it has one. */
  provider_id: string | null
}

/** A service that sends mail. Each function throws ProviderError, or Refusal 502 `mail_failed`. */
export interface MailProvider {
  /** Whose account the credentials open; null where the service gives no name. */
  accountName(): Promise<string | null>
  send(mail: Mail): Promise<SentMail>
}
