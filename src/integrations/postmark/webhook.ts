import * as z from 'zod'
import { sha256Hex } from '../../lib/digest.ts'
import { cleanFilename } from '../../lib/filename.ts'

/** A mail that somebody sent to the shop. */
export interface ReceivedMail {
  provider_id: string
  /** Without brackets; made of the service's own number when the mail has none. */
  message_id: string
  in_reply_to: string | null
  references: string[]
  /** The part of our reply address that names a conversation. */
  reply_key: string | null
  from_name: string | null
  from_address: string
  to_addresses: string[]
  cc_addresses: string[]
  subject: string
  body_html: string | null
  body_text: string | null
  /** When it says that it was written. */
  written_at: Date | null
  is_automatic: boolean
  attachments: ReceivedFile[]
}

export interface ReceivedFile {
  filename: string
  content_type: string
  content_id: string | null
  content: Uint8Array
}

/** What became of a mail that was sent. */
export interface MailOutcome {
  /** Tells it from every other one. */
  key: string
  provider_id: string
  what: 'delivered' | 'bounced' | 'address_bounced' | 'complained'
  recipient: string
  /** In the service's words. */
  reason: string
}

/** Postgres takes no NUL and no half characters. */
const text = (max: number) =>
  z
    .string()
    .nullish()
    .transform((value) => (value ?? '').replaceAll('\0', '').slice(0, max).toWellFormed())

const most_characters = 1_000_000
const mostFiles = 50
const mostRecipients = 100

const Address = z.object({ Email: text(254), Name: text(255), MailboxHash: text(255) })
const Addresses = z.array(Address).nullish()

const Received = z.object({
  MessageID: z.string().min(1).max(255),
  FromFull: Address,
  ToFull: Addresses,
  CcFull: Addresses,
  MailboxHash: text(255),
  Subject: text(1000),
  Date: text(100),
  HtmlBody: text(most_characters),
  TextBody: text(most_characters),
  Headers: z.array(z.object({ Name: text(255), Value: text(10_000) })).nullish(),
  Attachments: z
    .array(
      z.object({
        Name: z.string().nullish(),
        Content: z.string(),
        ContentType: text(255),
        ContentID: text(255),
      }),
    )
    .nullish(),
})

/** The mail of an inbound webhook; undefined when it is none. */
export function receivedMail(body: unknown): ReceivedMail | undefined {
  const { data } = Received.safeParse(body)
  if (!data) return undefined
  const header = (name: string) =>
    data.Headers?.find(({ Name }) => Name.toLowerCase() === name)?.Value ?? ''
  return {
    provider_id: data.MessageID,
    message_id: idsIn(header('message-id'))[0] ?? `${data.MessageID}@inbound.postmarkapp.com`,
    in_reply_to: idsIn(header('in-reply-to'))[0] ?? null,
    references: idsIn(header('references')).slice(-20),
    reply_key: data.MailboxHash.toLowerCase() || null,
    from_name: data.FromFull.Name || null,
    from_address: data.FromFull.Email.toLowerCase(),
    to_addresses: addressesOf(data.ToFull),
    cc_addresses: addressesOf(data.CcFull),
    subject: data.Subject.replace(/\s+/g, ' ').trim(),
    body_html: data.HtmlBody || null,
    body_text: data.TextBody || null,
    written_at: dateOf(data.Date),
    is_automatic: isAutomatic(header),
    attachments: (data.Attachments ?? []).slice(0, mostFiles).map((file) => ({
      filename: cleanFilename(file.Name ?? ''),
      content_type: typeOf(file.ContentType),
      content_id: file.ContentID.replace(/^<|>$/g, '') || null,
      content: Buffer.from(file.Content, 'base64'),
    })),
  }
}

/** As `<a@b> <c@d>` names them; some write them without brackets. */
const idsIn = (header: string) =>
  (header.match(/<[^<>\s]+>/g) ?? header.match(/[^\s<>]+@[^\s<>]+/g) ?? []).map((id) =>
    id.replace(/^<|>$/g, '').slice(0, 500),
  )

const addressesOf = (list: z.output<typeof Addresses>) =>
  (list ?? []).slice(0, mostRecipients).map(({ Email }) => Email.toLowerCase())

function dateOf(header: string): Date | null {
  // `Fri, 27 Mar 2026 10:30:00 +0000 (UTC)`
  const ms = Date.parse(header.replace(/\(.*\)/, ''))
  return Number.isNaN(ms) ? null : new Date(ms)
}

const typeOf = (header: string) => {
  const type = header.replace(/;.*/s, '').trim().toLowerCase()
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream'
}

/** RFC 3834, and what was usual before it. */
const isAutomatic = (header: (name: string) => string) =>
  !['', 'no'].includes(header('auto-submitted').trim().toLowerCase()) ||
  header('precedence').trim().toLowerCase() === 'auto_reply' ||
  header('x-autoreply') !== '' ||
  header('x-autorespond') !== ''

const Outcome = z.object({
  RecordType: z.enum(['Delivery', 'Bounce', 'SpamComplaint']),
  MessageID: z.string().min(1).max(255),
  ID: z.number().nullish(),
  Type: text(100),
  Recipient: text(254),
  Email: text(254),
  Name: text(255),
  Inactive: z.boolean().nullish(),
})

/** Bounces after which the address is no good; the others are of the one mail. */
const finalTypes = ['HardBounce', 'BadEmailAddress']
/** Not undelivered: late, or answered by a machine. */
const harmlessTypes = [
  ...['Transient', 'AutoResponder', 'Subscribe', 'Unsubscribe', 'AddressChange'],
  ...['ChallengeVerification', 'OpenRelayTest', 'VirusNotification', 'DMARCPolicy'],
]

/** What a delivery, bounce or complaint webhook tells; undefined when it is none, or of no consequence. */
export function outcomeOf(body: unknown): MailOutcome | undefined {
  const { data } = Outcome.safeParse(body)
  if (!data) return undefined
  const { RecordType, MessageID, ID, Type, Inactive, Name } = data
  const recipient = (data.Recipient || data.Email).toLowerCase()
  // Keys stand in logs, addresses do not.
  const key = [RecordType, MessageID, ID ?? sha256Hex(recipient).slice(0, 12)].join('/')
  const told = { key, provider_id: MessageID, recipient }
  if (RecordType === 'Delivery') return { ...told, what: 'delivered', reason: '' }
  if (RecordType === 'SpamComplaint') {
    return { ...told, what: 'complained', reason: 'The recipient marked it as spam.' }
  }
  if (harmlessTypes.includes(Type)) return undefined
  const what = Inactive || finalTypes.includes(Type) ? 'address_bounced' : 'bounced'
  return { ...told, what, reason: `It came back: ${Name || Type}.` }
}
