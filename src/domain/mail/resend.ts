import { and, eq, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling, Selecting } from '../../context.ts'
import { guard, updateWhere } from '../../db/rows.ts'
import type { Mail, MailAttachment } from '../../integrations/mail-provider.ts'
import { found, notFound } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { call, write } from '../../verb.ts'
import { Outcome } from './compose.ts'
import { sendWritten } from './correspondence.ts'
import { outsideId } from './message-record.ts'
import { emailAttachments, emailMessages, emailThreads } from './tables.ts'
import { replyTo, speakerOf, writing } from './written-mail.ts'

/** Longer than a mail can take: whoever was sending it is dead. */
const sendingTakes = '2 minutes'

const isStuck = and(
  eq(emailMessages.status, 'queued'),
  sql`${emailMessages.updated_at} < now() - ${sendingTakes}::interval`,
)

interface Kept {
  thread_id: number
  mail: Mail
  files: { filename: string; content_type: string; file_key: string | null }[]
}

/** The mail as it was written down, for one who may send it now. */
const claim = write(
  { ...writing, summary: 'Claim a mail to send again', params: Id, output: z.custom<Kept>() },
  async (ctx, { params: { id } }) => {
    const isIt = eq(emailMessages.id, id)
    const mayGo = and(isIt, or(eq(emailMessages.status, 'failed'), isStuck))
    const [, , , row, files, shop] = await Promise.all([
      guard(ctx, sql`exists (select from ${emailMessages} where ${mayGo} for update)`, {
        code: 'not_failed',
        message: 'Only a mail that was not sent can be sent again.',
      }),
      guard(
        ctx,
        sql`not exists (select from ${emailAttachments}
          where ${emailAttachments.message_id} = ${id} and ${emailAttachments.file_key} is null)`,
        {
          code: 'document_mail',
          message: 'Its document is made anew each time: send the document again.',
        },
      ),
      updateWhere(ctx, emailMessages, isIt, { status: 'queued', failure: null }),
      writtenRow(ctx, id),
      ctx.db
        .select({
          filename: emailAttachments.filename,
          content_type: emailAttachments.content_type,
          file_key: emailAttachments.file_key,
        })
        .from(emailAttachments)
        .where(eq(emailAttachments.message_id, id)),
      speakerOf(ctx),
    ])
    const { thread_id, reply_key, ...mail } = row
    return {
      thread_id,
      mail: { ...mail, from_name: shop.name, ...replyTo(shop, reply_key) },
      files,
    }
  },
)

async function writtenRow(ctx: Selecting, id: number) {
  const [row] = await ctx.db
    .select({ message: emailMessages, reply_key: emailThreads.reply_key })
    .from(emailMessages)
    .innerJoin(emailThreads, eq(emailThreads.id, emailMessages.thread_id))
    .where(eq(emailMessages.id, id))
  const { message, reply_key } = found(row)
  return {
    thread_id: message.thread_id,
    reply_key,
    id: message.message_id.replace(/@.*/s, ''),
    to: message.to_addresses[0] ?? '',
    cc: message.cc_addresses,
    subject: message.subject,
    text: message.body_text ?? '',
    ...(message.body_html !== null && { html: message.body_html }),
    ...(message.in_reply_to !== null && { in_reply_to: message.in_reply_to }),
    references: message.references,
  }
}

export const resendMessage = call(
  {
    ...writing,
    module: 'messaging',
    summary: 'Send a failed mail again',
    description: 'As it was written, to whom it was written.',
    params: Id,
    output: Outcome,
    on: emailMessages,
  },
  async (ctx, { params }) => {
    const { thread_id, mail, files } = await claim(ctx, { params })
    const attachments = await Promise.all(files.map((file) => contentOf(ctx, file)))
    const { user_id = null } = ctx.session
    await sendWritten(ctx, params.id, { mail: { ...mail, attachments }, user_id })
    return { thread_id, message_id: outsideId(params.id), status: 'sent' as const }
  },
)

async function contentOf(
  ctx: Calling,
  { file_key, ...file }: Kept['files'][number],
): Promise<MailAttachment> {
  const stored = file_key === null ? null : await ctx.env.FILES.get(file_key)
  if (!stored) throw notFound('File')
  return { ...file, content: new Uint8Array(await stored.arrayBuffer()) }
}
