import { asc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { type Context, originOf, type Selecting } from '../../context.ts'
import { subquery } from '../../db/rows.ts'
import { id, instant, Named, Stamps } from '../../schema.ts'
import { users } from '../identity/tables.ts'
import { shownHtml } from './html.ts'
import { emailAttachments, emailDirections, emailMessages, emailStatuses } from './tables.ts'

const address = z.string().meta({ examples: ['customer@example.com'] })

const Attachment = z.object({
  id: id(),
  filename: z.string().meta({ examples: ['front.jpg'] }),
  content_type: z.string().meta({ examples: ['image/jpeg'] }),
  size_bytes: z.int(),
  url: z.string().nullable().describe('Of the file; null for a document that is made anew'),
})

/** A mail of a conversation, as answered. */
export const Message = z.object({
  id: id().meta({ examples: [1] }),
  message_id: z.string().meta({ examples: ['msg_abc123'] }),
  thread_id: id().meta({ examples: [77] }),
  direction: z.enum(emailDirections),
  status: z.enum(emailStatuses),
  failure: z.string().nullable().describe('Why it was not sent or did not arrive'),
  from: z.object({ name: z.string().nullable(), email: address.nullable() }),
  to: z.array(address),
  cc: z.array(address),
  subject: z.string().meta({ examples: ['Your repair is ready'] }),
  body_html: z
    .string()
    .nullable()
    .describe('Cleaned: without scripts, forms and what else would run')
    .meta({ examples: ["<p>Thanks, I'll pick it up at 5pm.</p>"] }),
  body_text: z.string().nullable(),
  blocked_images: z
    .int()
    .describe('Pictures from elsewhere that `remote_images=1` would show')
    .meta({ examples: [0] }),
  is_automatic: z.boolean().describe('Written by a machine, such as an out-of-office reply'),
  attachments: z.array(Attachment),
  about: z
    .object({ entity: z.string().meta({ examples: ['invoice'] }), id: id() })
    .nullable()
    .describe('The record that it was sent for'),
  user: Named.nullable().describe('Who sent it; null for what was sent by itself'),
  sent_at: instant().nullable(),
  read_at: instant().nullable(),
  ...Stamps,
})

interface StoredAttachment {
  id: number
  filename: string
  content_type: string
  size_bytes: number
  has_file: boolean
  content_id: string | null
}

export const messageRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: emailMessages.id,
      thread_id: emailMessages.thread_id,
      direction: emailMessages.direction,
      status: emailMessages.status,
      failure: emailMessages.failure,
      from_name: emailMessages.from_name,
      from_address: emailMessages.from_address,
      to: emailMessages.to_addresses,
      cc: emailMessages.cc_addresses,
      subject: emailMessages.subject,
      body_html: emailMessages.body_html,
      body_text: emailMessages.body_text,
      is_automatic: emailMessages.is_automatic,
      entity: emailMessages.entity,
      entity_id: emailMessages.entity_id,
      user: { id: users.id, name: users.name },
      sent_at: emailMessages.sent_at,
      read_at: emailMessages.read_at,
      created_at: emailMessages.created_at,
      updated_at: emailMessages.updated_at,
      attachments: subquery<StoredAttachment[]>(sql`
        select coalesce(json_agg(json_build_object(
          'id', a.id, 'filename', a.filename, 'content_type', a.content_type, 'size_bytes', a.size_bytes,
          'has_file', a.file_key is not null, 'content_id', a.content_id) order by a.id), '[]')
        from ${emailAttachments} a where a.message_id = ${emailMessages.id}`),
    })
    .from(emailMessages)
    .leftJoin(users, eq(users.id, emailMessages.user_id))
    .$dynamic()
    .orderBy(asc(emailMessages.id))

type MessageRow = Awaited<ReturnType<typeof messageRows>>[number]

/** How a mail is named outside: `msg_9x2k`. */
export const outsideId = (id: number) => `msg_${id.toString(36)}`

/** What the database holds of a mail, as it may be shown. */
export async function shownMessage(
  ctx: Context,
  row: MessageRow,
  { remote = false }: { remote?: boolean } = {},
): Promise<z.input<typeof Message>> {
  const { from_name, from_address, entity, entity_id, attachments, body_html, ...message } = row
  const urlOf = (id: number) => `${originOf(ctx) ?? ''}/api/v1/email/attachments/${id}`
  const named = attachments.filter(({ content_id, has_file }) => content_id && has_file)
  const pictures = new Map(named.map(({ content_id, id }) => [content_id ?? '', urlOf(id)]))
  // What the shop wrote fetches what the shop chose.
  const options = { pictures, remote: remote || message.direction === 'outbound' }
  const shown = body_html === null ? null : await shownHtml(body_html, options)
  return {
    ...message,
    message_id: outsideId(message.id),
    from: { name: from_name, email: from_address || null },
    body_html: shown?.html ?? null,
    blocked_images: shown?.blocked_images ?? 0,
    attachments: attachments.map(({ has_file, ...file }) => ({
      ...file,
      url: has_file ? urlOf(file.id) : null,
    })),
    about: entity !== null && entity_id !== null ? { entity, id: entity_id } : null,
  }
}
