import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling, Transacting } from '../../context.ts'
import { insert, record, updateWhere } from '../../db/rows.ts'
import type { ReceivedMail } from '../../integrations/postmark/webhook.ts'
import { found } from '../../refusal.ts'
import { transact } from '../../verb.ts'
import { mailFileKey } from './compose.ts'
import { emailAttachments, emailMessages, emailThreads } from './tables.ts'
import { customerAt } from './thread-record.ts'
import { startThread } from './written-mail.ts'

type Incoming = Omit<ReceivedMail, 'attachments'> & {
  files: Omit<typeof emailAttachments.$inferInsert, 'message_id' | 'tenant_id'>[]
}

/** Keeps a mail that came in, once, in the conversation that it answers; its files first. */
export async function receive(shop: Calling, { attachments, ...mail }: ReceivedMail) {
  const tenant_id = found(shop.session.tenant_id)
  const files: Incoming['files'] = []
  for (const { content, ...file } of attachments) {
    const file_key = mailFileKey(tenant_id)
    const httpMetadata = { contentType: file.content_type }
    await shop.env.FILES.put(file_key, content, { httpMetadata })
    files.push({ ...file, file_key, size_bytes: content.byteLength })
  }
  const forgetFiles = () => shop.env.FILES.delete(files.flatMap(({ file_key }) => file_key ?? []))
  try {
    const { isNew } = await keep(shop, { body: { mail: { ...mail, files } } })
    if (!isNew) await forgetFiles()
  } catch (error) {
    await forgetFiles()
    throw error
  }
}

const keep = transact(
  {
    summary: 'Keep a received mail',
    can: 'public',
    body: z.object({ mail: z.custom<Incoming>() }),
    output: z.object({ isNew: z.boolean() }),
  },
  async (ctx, { body: { mail } }) => {
    if (await isKnown(ctx, mail)) return { isNew: false }
    const thread_id = (await answeredThread(ctx, mail)) ?? (await newThread(ctx, mail))
    const { files, reply_key: _, written_at, ...words } = mail
    const sent_at = written_at
      ? sql`least(${written_at.toISOString()}::timestamptz, app.now())`
      : sql`app.now()`
    const [added] = await insert(ctx, emailMessages, {
      ...words,
      thread_id,
      direction: 'inbound',
      status: 'received',
      provider: 'postmark',
      sent_at,
    })
    const { id } = found(added)
    await insert(
      ctx,
      emailAttachments,
      files.map((file) => ({ ...file, message_id: id })),
    )
    // A machine that is told of a machine's mail would answer it.
    if (!mail.is_automatic) await record(ctx, 'email_message.received', 'email_message', id)
    return { isNew: true }
  },
)

/**
 * Whether it is here already: it was posted twice, came by two ways, or is the shop's own mail that came
 * around. One that another system passes on under its old number is kept, once.
 */
async function isKnown(ctx: Transacting, { message_id, from_address, provider_id }: Incoming) {
  await ctx.db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended('mail in ' || app.tenant() || ' ' || ${message_id}::text, 0))`,
  )
  const { rows } = await ctx.db.execute<{ known: boolean }>(sql`
    select exists (select from ${emailMessages} where ${emailMessages.direction} = 'inbound'
        and (${emailMessages.message_id} = ${message_id} or ${emailMessages.provider_id} = ${provider_id}))
      or exists (select from ${emailMessages} where ${emailMessages.direction} = 'outbound'
        and ${emailMessages.message_id} = any (${sql.param(asSent(message_id))}::text[])
        and app.is_own_address(${from_address})) as known`)
  return rows[0]?.known === true
}

/** A mail that waits for its provider's answer is known by the first part of its number. */
const asSent = (message_id: string) => [message_id, message_id.replace(/@.*/s, '')]

/** The conversation that its address names; else the one of the mails that it says it answers. */
async function answeredThread(ctx: Transacting, mail: Incoming): Promise<number | undefined> {
  if (mail.reply_key) {
    const [thread] = await ctx.db
      .select({ id: emailThreads.id })
      .from(emailThreads)
      .where(eq(emailThreads.reply_key, mail.reply_key))
    if (thread) return withCustomer(ctx, thread.id, mail)
  }
  const answered = [...mail.references, ...(mail.in_reply_to ? [mail.in_reply_to] : [])]
  if (answered.length === 0) return undefined
  const [message] = await ctx.db
    .select({ id: emailMessages.thread_id })
    .from(emailMessages)
    .where(inArray(emailMessages.message_id, answered.flatMap(asSent)))
    .orderBy(desc(emailMessages.id))
    .limit(1)
  return message && withCustomer(ctx, message.id, mail)
}

/** Who writes may be known meanwhile. */
async function withCustomer(ctx: Transacting, id: number, { from_address }: Incoming) {
  const isNobodys = and(eq(emailThreads.id, id), sql`${emailThreads.customer_id} is null`)
  await updateWhere(ctx, emailThreads, isNobodys, { customer_id: customerAt(from_address) })
  return id
}

async function newThread(ctx: Transacting, { subject, from_address }: Incoming) {
  const { id } = await startThread(ctx, { subject, address: from_address })
  return id
}
