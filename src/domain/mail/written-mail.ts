import { and, asc, eq, ne, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert, removeWhere, updateWhere } from '../../db/rows.ts'
import type { Mail, MailAttachment } from '../../integrations/mail-provider.ts'
import { found, invalid } from '../../refusal.ts'
import { transact } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'
import { integrations } from '../integrations/tables.ts'
import { emailAttachments, emailMessages, emailThreads } from './tables.ts'
import { customerAt, threadAbout } from './thread-record.ts'

/** Records that a mail can be about. */
export const subjects = ['work_order', 'invoice', 'quotation'] as const

/** A record that a mail is about. */
export interface About {
  entity: (typeof subjects)[number]
  id: number
}

/** A file to attach; with the key of its copy in the file store, unless it is made anew each time. */
export interface MailFile extends MailAttachment {
  file_key?: string
}

/** A mail of the shop to somebody outside. */
export interface Letter extends Pick<Mail, 'to' | 'cc' | 'subject' | 'text' | 'html'> {
  /** What this is the one mail of: a second try finds the first. A mail without is one of its own. */
  key?: string
  /** Found by the address when not given. */
  customer_id?: number | null
  /** The conversation to go on with; else the one about the same record, else a new one. */
  thread_id?: number
  about?: About
  attachments?: readonly MailFile[]
}

/** A mail that was written down. */
export interface Written {
  id: number
  thread_id: number
}

interface Outgoing extends Written {
  mail: Mail
  is_sent: boolean
  user_id: number | null
}

type Words = Omit<Letter, 'attachments'> & {
  files: (Omit<MailFile, 'content'> & { size_bytes: number })[]
}

/** Documents are mailed whatever modules a shop has. */
export const writing = { can: 'emails:write' } as const

/** Writes a mail down, in its conversation, before it is sent. */
export const writeDown = transact(
  {
    ...writing,
    summary: 'Write a mail down',
    body: z.object({ words: z.custom<Words>() }),
    output: z.custom<Outgoing>(),
  },
  async (ctx, { body: { words } }) => {
    await lockSubject(ctx, words)
    const [earlier, shop] = await Promise.all([writtenAs(ctx, words.key), speakerOf(ctx)])
    const thread = await threadFor(ctx, words, earlier?.thread_id)
    const said = await saidIn(ctx, thread.id, earlier?.id)
    const { user_id } = ctx.session
    const row = {
      ...contentOf(words),
      in_reply_to: said.at(-1) ?? null,
      references: said,
      from_name: shop.name,
      from_address: shop.email ?? '',
      user_id,
    }
    const message = earlier ?? (await addMessage(ctx, { ...row, thread_id: thread.id }))
    if (earlier && !earlier.is_sent) await rewrite(ctx, earlier.id, row)
    if (!earlier?.is_sent) await listFiles(ctx, message.id, words.files)
    const mail = {
      id: message.message_id.replace(/@.*/s, ''),
      ...mailOf(words),
      ...threaded(said),
      from_name: shop.name,
      ...replyTo(shop, thread.reply_key),
    }
    return {
      id: message.id,
      thread_id: thread.id,
      mail,
      is_sent: earlier?.is_sent ?? false,
      user_id,
    }
  },
)

/** One at a time: two first mails about a record are one conversation, and a key is one mail. */
async function lockSubject(ctx: Transacting, { key, about }: Words) {
  const subject = about ? `${about.entity} ${about.id}` : key
  if (subject === undefined) return
  await ctx.db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended('mail ' || app.tenant() || ' ' || ${subject}::text, 0))`,
  )
}

async function writtenAs(ctx: Transacting, key: string | undefined) {
  if (key === undefined) return undefined
  const [row] = await ctx.db
    .select({
      id: emailMessages.id,
      thread_id: emailMessages.thread_id,
      message_id: emailMessages.message_id,
      is_sent: sql<boolean>`${emailMessages.sent_at} is not null`,
    })
    .from(emailMessages)
    .where(eq(emailMessages.key, key))
  return row
}

interface Speaker {
  name: string
  email: string | null
  /** Where mail goes that is to come back to us, when the shop has such an address. */
  inbound: string | null
}

/** Who writes, as the other side sees it. */
export async function speakerOf(ctx: Pick<Transacting, 'db'>): Promise<Speaker> {
  const [shop] = await ctx.db
    .select({
      name: tenants.name,
      email: tenants.email,
      // Also where mail leaves by another way.
      inbound: sql<
        string | null
      >`(select ${integrations.config} ->> 'inbound_address' from ${integrations}
        where ${integrations.slug} = 'postmark')`,
    })
    .from(tenants)
  return found(shop)
}

/** Answers come back into the conversation, or at least to the shop. */
export function replyTo({ email, inbound }: Speaker, reply_key: string) {
  const [local, domain] = inbound?.split('@') ?? []
  if (local && domain) return { reply_to: `${local}+${reply_key}@${domain}` }
  return email ? { reply_to: email } : {}
}

const thread = { id: emailThreads.id, reply_key: emailThreads.reply_key }

async function threadFor(ctx: Transacting, words: Words, earlier: number | undefined) {
  const [about] = words.about && !words.thread_id ? await threadAbout(ctx, words.about) : []
  const known = earlier ?? words.thread_id ?? about?.id
  if (known === undefined) return startThread(ctx, { ...words, address: words.to })
  const [row] = await ctx.db.select(thread).from(emailThreads).where(eq(emailThreads.id, known))
  if (!row) throw invalid({ thread_id: ['The selected thread id is invalid.'] })
  return row
}

/** Begins a conversation with an address, and with the customer whose it is. */
export async function startThread(
  ctx: Transacting,
  {
    subject,
    address,
    customer_id,
  }: { subject: string; address: string; customer_id?: number | null },
) {
  const reply_key = crypto.randomUUID().replaceAll('-', '')
  const customer = customer_id === undefined ? customerAt(address) : customer_id
  const [row] = await insert(ctx, emailThreads, {
    subject,
    address,
    customer_id: customer,
    reply_key,
  })
  return { id: found(row).id, reply_key }
}

/** Headers stay short: the last mails are enough to find the conversation. */
const mostReferences = 20

/** Message-IDs of what left or came in a conversation, the oldest first. */
export async function saidIn(ctx: Transacting, thread_id: number, except = 0): Promise<string[]> {
  const rows = await ctx.db
    .select({ message_id: emailMessages.message_id })
    .from(emailMessages)
    .where(
      and(
        eq(emailMessages.thread_id, thread_id),
        ne(emailMessages.id, except),
        // Before it is sent, a mail has no domain.
        sql`${emailMessages.message_id} like '%@%'`,
      ),
    )
    .orderBy(asc(emailMessages.id))
  return rows.map(({ message_id }) => message_id).slice(-mostReferences)
}

const threaded = (said: readonly string[]) => {
  const last = said.at(-1)
  return last === undefined ? {} : { in_reply_to: last, references: said }
}

const contentOf = ({ key, to, cc = [], subject, text, html, about }: Words) => ({
  key: key ?? null,
  to_addresses: [to],
  cc_addresses: [...cc],
  // As the header will say it.
  subject: subject.replace(/\s+/g, ' '),
  body_html: html ?? null,
  body_text: text,
  entity: about?.entity ?? null,
  entity_id: about?.id ?? null,
})

const mailOf = ({ to, cc, subject, text, html }: Words) => ({
  to,
  subject,
  text,
  ...(cc && cc.length > 0 && { cc }),
  ...(html !== undefined && { html }),
})

type Row = Omit<
  typeof emailMessages.$inferInsert,
  'message_id' | 'direction' | 'status' | 'tenant_id'
>

async function addMessage(ctx: Transacting, row: Row) {
  const message_id = crypto.randomUUID().replaceAll('-', '')
  const values = { ...row, message_id, direction: 'outbound' as const, status: 'queued' as const }
  const [added] = await insert(ctx, emailMessages, values)
  return { id: found(added).id, message_id }
}

/** Another try may say it in other words. */
async function rewrite(ctx: Transacting, id: number, row: Omit<Row, 'thread_id'>) {
  await Promise.all([
    updateWhere(ctx, emailMessages, eq(emailMessages.id, id), {
      ...row,
      status: 'queued',
      failure: null,
    }),
    removeWhere(ctx, emailAttachments, eq(emailAttachments.message_id, id)),
  ])
}

const listFiles = (ctx: Transacting, message_id: number, files: Words['files']) =>
  insert(
    ctx,
    emailAttachments,
    files.map((file) => ({ ...file, message_id })),
  )
