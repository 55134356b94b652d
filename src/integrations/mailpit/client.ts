import * as z from 'zod'
import { exchange } from '../exchange.ts'
import { messageIdOf, oneLine, type Sender, threadHeaders, unbracketed } from '../mail-fields.ts'
import type { Mail, MailProvider } from '../mail-provider.ts'

// Mailpit, a mailbox for tests: https://mailpit.axllent.org/docs/api-v1/

const Info = z.object({ Version: z.string() })
const Sent = z.object({ ID: z.string() })
const Failure = z.object({ Error: z.string() })

export interface MailpitAccount {
  /** Basic authentication, where the server wants it. */
  login: { username: string; password: string } | undefined
  from: Sender
}

/** @param base_url where its web pages are */
export function mailpit(
  base_url: string,
  { login, from }: MailpitAccount,
  { timeout_ms }: { timeout_ms: number },
): MailProvider {
  const basic = login && Buffer.from(`${login.username}:${login.password}`).toString('base64')
  const headers = { ...(basic && { Authorization: `Basic ${basic}` }) }
  const sentenceOf = (body: unknown) => Failure.safeParse(body).data?.Error
  const request = { provider: 'Mailpit', timeout_ms, sentenceOf }

  return {
    async accountName() {
      const url = `${base_url}/api/v1/info`
      return (await exchange({ ...request, method: 'GET', url, headers }, Info)).Version
    },

    async send(mail) {
      const { ID } = await exchange(
        {
          ...request,
          method: 'POST',
          url: `${base_url}/api/v1/send`,
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: JSON.stringify(messageOf(mail, from)),
        },
        Sent,
      )
      return { message_id: unbracketed(messageIdOf(mail, from)), provider_id: ID }
    },
  }
}

const messageOf = (mail: Mail, from: Sender) => ({
  From: { Email: oneLine(from.address), Name: oneLine(mail.from_name || from.name) },
  To: [addressed(mail.to)],
  Cc: (mail.cc ?? []).map(addressed),
  ReplyTo: mail.reply_to ? [addressed(mail.reply_to)] : [],
  Subject: oneLine(mail.subject),
  Text: mail.text,
  ...(mail.html !== undefined && { HTML: mail.html }),
  Headers: threadHeaders(mail, from),
  Attachments: (mail.attachments ?? []).map(({ filename, content_type, content }) => ({
    Filename: oneLine(filename),
    Content: Buffer.from(content).toString('base64'),
    ContentType: oneLine(content_type),
  })),
})

const addressed = (address: string) => ({ Email: oneLine(address) })
