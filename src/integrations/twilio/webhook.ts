import * as z from 'zod'

// What Twilio posts to us: https://www.twilio.com/docs/usage/webhooks

/** A request of Twilio's, as it came. */
export interface TwilioPost {
  /** Where it may have been sent to: as we call ourselves outside, and as the request names us. */
  urls: readonly string[]
  /** `X-Twilio-Signature`. */
  signature: string
  content_type: string
  body: string
}

/**
 * Did the owner of this token send it? Twilio signs the address that it was given and all fields of a form in
 * their order; of another body the address names the digest. Some ways lose or add the usual port.
 */
export async function isSignedByTwilio(
  { urls, signature, content_type, body }: TwilioPost,
  auth_token: string,
): Promise<boolean> {
  const isForm = content_type.startsWith('application/x-www-form-urlencoded')
  const fields = isForm ? signedFields(new URLSearchParams(body)) : ''
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey(
    'raw',
    encoder.encode(auth_token),
    { name: 'HMAC', hash: 'SHA-1' },
    false,
    ['verify'],
  )
  const given = Buffer.from(signature, 'base64')
  const candidates = new Set(urls.flatMap(withAndWithoutPort))
  const matches = await Promise.all(
    [...candidates].map(
      async (url) =>
        // Compares in constant time.
        (await crypto.subtle.verify('HMAC', key, given, encoder.encode(url + fields))) &&
        (isForm || (await isDigestOf(body, new URL(url).searchParams.get('bodySHA256')))),
    ),
  )
  return matches.includes(true)
}

/** Sorted by name, name and value one after the other; of one name each value once. */
const signedFields = (form: URLSearchParams): string =>
  sortedOnce(form.keys())
    .flatMap((name) => sortedOnce(form.getAll(name)).map((value) => name + value))
    .join('')

const sortedOnce = (values: Iterable<string>) =>
  [...new Set(values)].sort((a, b) => (a < b ? -1 : 1))

async function isDigestOf(body: string, digest: string | null): Promise<boolean> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
  return Buffer.from(hash).toString('hex') === digest?.toLowerCase()
}

/** `URL` drops the usual port, so the variant is written by hand. */
function withAndWithoutPort(url: string): string[] {
  const parts = /^(https?):\/\/([^/?#:]+)(?::(\d+))?([/?].*)?$/.exec(url)
  if (!parts) return [url]
  const [, scheme, host, port, rest = ''] = parts
  const usual = scheme === 'https' ? '443' : '80'
  if (port !== undefined && port !== usual) return [url]
  return [`${scheme}://${host}${rest}`, `${scheme}://${host}:${usual}${rest}`]
}

const Posted = z.object({
  MessageSid: z.string().regex(/^[SM]M[\da-f]{32}$/i),
  MessageStatus: z.string().optional(),
  SmsStatus: z.string().optional(),
  ErrorCode: z.string().optional(),
  From: z.string().max(50).optional(),
  Body: z.string().optional(),
  OptOutType: z.string().optional(),
})

/** What Twilio tells of one of our messages, or one that somebody sent to us. */
export type TwilioNews =
  | { kind: 'status'; provider_id: string; status: string; error_code: string | undefined }
  | {
      kind: 'message'
      provider_id: string
      from: string
      text: string
      /** Whether the sender wants messages, if that is what he wrote. */
      wants: 'none' | 'some' | undefined
    }

/** undefined when it is about something else. */
export function newsOf({ body }: Pick<TwilioPost, 'body'>): TwilioNews | undefined {
  const posted = Posted.safeParse(Object.fromEntries(new URLSearchParams(body))).data
  if (!posted) return undefined
  const { MessageSid: provider_id, MessageStatus: status, From: from, ErrorCode } = posted
  if (status !== undefined && status !== 'received') {
    return { kind: 'status', provider_id, status, error_code: ErrorCode || undefined }
  }
  if (posted.SmsStatus !== 'received' || !from) return undefined
  const text = (posted.Body ?? '').replaceAll('\0', '')
  return { kind: 'message', provider_id, from, text, wants: wishOf(text, posted.OptOutType) }
}

/** Words that end messages, and that let them come again, as the sole word of a message. */
const stop = new Set('STOP STOPALL UNSUBSCRIBE CANCEL END QUIT AFMELDEN STOPPEN'.split(' '))
const start = new Set('START UNSTOP AAN'.split(' '))

function wishOf(text: string, opt_out_type: string | undefined): 'none' | 'some' | undefined {
  // A messaging service has words of its own, and says what it understood.
  const word = (opt_out_type || text).replace(/[^\p{L}]/gu, '').toUpperCase()
  if (stop.has(word)) return 'none'
  return start.has(word) ? 'some' : undefined
}
