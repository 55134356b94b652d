import * as z from 'zod'
import { exchange, ProviderError } from '../exchange.ts'

// Twilio's messages: https://www.twilio.com/docs/messaging/api/message-resource

const Message = z.object({
  sid: z.string(),
  status: z.string(),
  body: z.string().nullish(),
  direction: z.string().nullish(),
  /** RFC 2822. */
  date_created: z.string().nullish(),
  /** Negative, and null until it is billed. */
  price: z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .nullish()
    .catch(null),
  error_code: z.union([z.string(), z.number()]).nullish(),
})

const Messages = z.object({ messages: z.array(Message) })
const Account = z.object({ friendly_name: z.string().nullish(), status: z.string().nullish() })
const Failure = z.object({ code: z.int() })

/** A text message to send. */
export interface TextMessage {
  /** E.164. */
  to: string
  body: string
  /** Where Twilio reports what becomes of it; undefined where it could not reach us. */
  status_callback: string | undefined
}

/** A text message as Twilio knows it. */
export interface SentText {
  provider_id: string
  status: 'sent' | 'delivered' | 'failed'
  /** When Twilio took it. */
  sent_at: string | null
  /** In the currency of the account; null until it is billed. */
  cost: string | null
  failure: string | null
}

/** What became of a message, in our words. */
export type TextOutcome = Pick<SentText, 'status' | 'failure'>

/** Each function throws ProviderError; the `reason` of a refusal is Twilio's error code. */
export interface SmsProvider {
  /** Whose account the credentials open. */
  accountName(): Promise<string>
  /** Twilio knows no key of idempotency: after `no_answer` look for it with `find`. */
  send(message: TextMessage): Promise<SentText>
  /** What was sent to a number since a moment with this text, oldest first. */
  find(message: { to: string; body: string; since: Date }): Promise<SentText[]>
  /** What became of a message, by Twilio's number of it. */
  read(provider_id: string): Promise<SentText>
}

export interface TwilioAccount {
  account_sid: string
  auth_token: string
  /** One of the two, or both. */
  from_number: string | undefined
  messaging_service_sid: string | undefined
}

/** @param base_url without the version: `https://api.twilio.com` */
export function twilio(
  base_url: string,
  { account_sid, auth_token, from_number, messaging_service_sid }: TwilioAccount,
  { timeout_ms }: { timeout_ms: number },
): SmsProvider {
  const account = `${base_url}/2010-04-01/Accounts/${encodeURIComponent(account_sid)}`
  const headers = {
    Authorization: `Basic ${Buffer.from(`${account_sid}:${auth_token}`).toString('base64')}`,
  }
  // Twilio's own sentences repeat the phone number.
  const request = { provider: 'Twilio', timeout_ms, sentenceOf: wordsOf, reasonOf: codeOf }
  const get = <T>(url: string, answer: z.ZodType<T>) =>
    exchange({ ...request, method: 'GET', url, headers }, answer)

  return {
    async accountName() {
      const { friendly_name, status } = await get(`${account}.json`, Account)
      if (status && status !== 'active') {
        throw new ProviderError('refused', `The account at Twilio is ${status}.`)
      }
      return friendly_name || account_sid
    },

    async send({ to, body, status_callback }) {
      const form = formOf({
        To: to,
        From: from_number,
        MessagingServiceSid: messaging_service_sid,
        Body: body,
        StatusCallback: status_callback,
      })
      const type = { 'Content-Type': 'application/x-www-form-urlencoded' }
      const url = `${account}/Messages.json`
      const sending = { ...request, method: 'POST', url, headers: { ...headers, ...type } } as const
      return sentOf(await exchange({ ...sending, body: form }, Message))
    },

    async find({ to, body, since }) {
      // Not by Twilio's filter of dates: that is the date of sending, which what still waits has not.
      const query = formOf({
        To: to,
        From: messaging_service_sid ? undefined : from_number,
        PageSize: '1000',
      })
      const { messages } = await get(`${account}/Messages.json?${query}`, Messages)
      return (
        messages
          .filter(({ direction }) => direction?.startsWith('outbound'))
          // A trial account writes something before it.
          .filter((message) => message.body?.endsWith(body))
          .filter((message) => timeOf(message) >= since.getTime())
          .toSorted((a, b) => timeOf(a) - timeOf(b))
          .map(sentOf)
      )
    },

    async read(provider_id) {
      return sentOf(
        await get(`${account}/Messages/${encodeURIComponent(provider_id)}.json`, Message),
      )
    },
  }
}

const formOf = (fields: Record<string, string | undefined>) =>
  new URLSearchParams(
    Object.entries(fields).filter((field): field is [string, string] => Boolean(field[1])),
  ).toString()

type TwilioMessage = z.output<typeof Message>

const timeOf = ({ date_created }: TwilioMessage) => Date.parse(date_created ?? '')

function sentOf(message: TwilioMessage): SentText {
  const { sid, price, error_code } = message
  const time_ms = timeOf(message)
  return {
    provider_id: sid,
    ...outcomeOf(message.status, error_code),
    sent_at: Number.isNaN(time_ms) ? null : new Date(time_ms).toISOString(),
    cost: price?.replace('-', '') ?? null,
  }
}

/** @param twilioStatus `delivered`, `undelivered` … @param error_code tells why not */
export function outcomeOf(
  twilioStatus: string,
  error_code: string | number | null | undefined,
): TextOutcome {
  const status = statuses[twilioStatus] ?? 'sent'
  const failure =
    status === 'failed' ? `Twilio: ${words(String(error_code || twilioStatus))}` : null
  return { status, failure }
}

/** The others are on their way. */
const statuses: Record<string, SentText['status']> = {
  delivered: 'delivered',
  read: 'delivered',
  failed: 'failed',
  undelivered: 'failed',
  canceled: 'failed',
}

/** Somebody asked for no more messages, by answering STOP. */
export const optedOut = '21610'

const knownCodes: Record<string, string> = {
  21211: 'this is not a valid phone number.',
  21408: 'the account may not send to this country.',
  21606: 'the sender’s number cannot send text messages.',
  21608: 'a trial account sends to verified numbers only.',
  [optedOut]: 'the receiver has opted out of text messages.',
  21612: 'this number cannot be reached from the sender’s.',
  21614: 'this is not a mobile number.',
  21617: 'the text is too long.',
  30003: 'the phone could not be reached.',
  30004: 'the message was blocked.',
  30005: 'nobody has this number.',
  30006: 'this is a landline, or a network that cannot be reached.',
  30007: 'the network filtered the message out.',
}

const words = (code: string) => knownCodes[code] ?? `error ${code}.`

const codeOf = (body: unknown) => Failure.safeParse(body).data?.code.toString()

function wordsOf(body: unknown) {
  const code = codeOf(body)
  return code && words(code)
}
