import * as z from 'zod'
import { type Exchange, exchange } from '../exchange.ts'
import { messageIdOf, oneLine, type Sender, threadHeaders, unbracketed } from '../mail-fields.ts'
import type { Mail, MailProvider } from '../mail-provider.ts'

// Postmark: https://postmarkapp.com/developer/api/email-api

const Server = z.object({ Name: z.string() })
const Sent = z.object({ MessageID: z.string(), ErrorCode: z.literal(0) })
const Failure = z.object({ ErrorCode: z.int() })

export interface PostmarkAccount {
  server_token: string
  message_stream: string | undefined
  from: Sender
}

/** The receiver's mailbox does not exist, or its owner complained: Postmark sends nothing there any more. */
export const inactiveRecipient = '406'

/** @param base_url `https://api.postmarkapp.com` */
export function postmark(
  base_url: string,
  { server_token, message_stream, from }: PostmarkAccount,
  { timeout_ms }: { timeout_ms: number },
): MailProvider {
  const headers = { 'X-Postmark-Server-Token': server_token }
  const request = { provider: 'Postmark', timeout_ms, sentenceOf: wordsOf, reasonOf: codeOf }

  return {
    async accountName() {
      const url = `${base_url}/server`
      return (await exchange({ ...request, method: 'GET', url, headers }, Server)).Name
    },

    async send(mail) {
      const sending: Exchange = {
        ...request,
        method: 'POST',
        url: `${base_url}/email`,
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...messageOf(mail, from), MessageStream: message_stream }),
      }
      const { MessageID } = await exchange(sending, Sent)
      return { message_id: unbracketed(messageIdOf(mail, from)), provider_id: MessageID }
    },
  }
}

function messageOf(mail: Mail, from: Sender) {
  const { cc = [], html, reply_to, attachments = [] } = mail
  return {
    From: named(mail.from_name || from.name, from.address),
    To: oneLine(mail.to),
    ...(cc.length > 0 && { Cc: cc.map(oneLine).join(',') }),
    Subject: oneLine(mail.subject),
    TextBody: mail.text,
    ...(html !== undefined && { HtmlBody: html }),
    ...(reply_to && { ReplyTo: oneLine(reply_to) }),
    Headers: Object.entries({
      ...threadHeaders(mail, from),
      // Or Postmark gives it an id of its own.
      'X-PM-KeepID': 'true',
    }).map(([Name, Value]) => ({ Name, Value })),
    Attachments: attachments.map(({ filename, content_type, content }) => ({
      Name: oneLine(filename),
      Content: Buffer.from(content).toString('base64'),
      ContentType: oneLine(content_type),
    })),
  }
}

const named = (name: string, address: string) => {
  const shown = oneLine(name).replace(/["\\]/g, '\\$&')
  return shown ? `"${shown}" <${oneLine(address)}>` : oneLine(address)
}

const codeOf = (body: unknown) => Failure.safeParse(body).data?.ErrorCode.toString()

/** Postmark's own sentences repeat addresses. */
const knownCodes: Record<string, string> = {
  300: 'an address or a text of the mail is not valid.',
  400: 'the sender’s address is not known there.',
  401: 'the sender’s address is not confirmed there.',
  405: 'the account may not send any more.',
  [inactiveRecipient]: 'the recipient is inactive after a bounce or a complaint.',
  411: 'an attachment is of a kind that may not be sent.',
  412: 'the account waits for approval.',
  413: 'the account may not send.',
}

function wordsOf(body: unknown) {
  const code = codeOf(body)
  return code && (knownCodes[code] ?? `error ${code}.`)
}
