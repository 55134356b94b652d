import { and, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { refusalOf } from '../../db/errors.ts'
import { updateWhere } from '../../db/rows.ts'
import type { Mail } from '../../integrations/mail-provider.ts'
import { Id } from '../../schema.ts'
import { write } from '../../verb.ts'
import { type SentShopMail, sendShopMail } from './send.ts'
import { emailMessages } from './tables.ts'
import { type Letter, type Written, writeDown, writing } from './written-mail.ts'

/**
 * Sends a mail to a customer as part of a conversation. It is written down first, so that its answer finds
 * back, and each try is the same mail; what was sent already is not sent again.
 *
 * @throws Refusal 502 when nobody took it; it is kept as failed, with the reason
 */
export async function mailCustomer(ctx: Calling, letter: Letter): Promise<Written> {
  const { attachments = [], ...words } = letter
  const files = attachments.map(({ content, ...file }) => ({
    ...file,
    size_bytes: content.byteLength,
  }))
  const { mail, is_sent, user_id, ...written } = await writeDown(ctx, {
    body: { words: { ...words, files } },
  })
  if (!is_sent) await sendWritten(ctx, written.id, { mail: { ...mail, attachments }, user_id })
  return written
}

/** Sends what was written down, and notes what came of it. */
export async function sendWritten(
  ctx: Calling,
  id: number,
  { mail, user_id }: { mail: Mail; user_id: number | null },
) {
  const sent = await sendShopMail(ctx, mail, { user_id }).catch(async (error: unknown) => {
    const failure = refusalOf(error)?.message ?? 'It failed unexpectedly.'
    await noteFailure(ctx, { params: { id }, body: { failure } })
    throw error
  })
  await noteSent(ctx, { params: { id }, body: { sent } })
}

const isUnsent = (id: number) => and(eq(emailMessages.id, id), isNull(emailMessages.sent_at))

const noteSent = write(
  {
    ...writing,
    summary: 'Note that a mail was sent',
    params: Id,
    body: z.object({ sent: z.custom<SentShopMail>() }),
  },
  async (ctx, { params: { id }, body: { sent } }) => {
    const { message_id, provider_id, route } = sent
    await updateWhere(ctx, emailMessages, isUnsent(id), {
      status: 'sent',
      failure: null,
      sent_at: sql`app.now()`,
      // Without one of its own, answers are found by ours.
      ...(message_id.includes('@') && { message_id }),
      provider: route,
      provider_id,
    })
  },
)

const noteFailure = write(
  {
    ...writing,
    summary: 'Note that a mail was not sent',
    params: Id,
    body: z.object({ failure: z.string() }),
  },
  async (ctx, { params: { id }, body: { failure } }) => {
    await updateWhere(ctx, emailMessages, isUnsent(id), { status: 'failed', failure })
  },
)
