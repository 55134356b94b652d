import * as z from 'zod'
import { sendMail } from '../../integrations/smtp/client.ts'
import { sha256Hex } from '../../lib/digest.ts'
import { write } from '../../verb.ts'
import { finish, type ReactionHandler } from '../engine/reaction.ts'

/** What a reaction of kind `mail` carries. */
export const QueuedMail = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string().optional(),
  from_name: z.string().optional(),
  reply_to: z.string().optional(),
})

/** Sends the mail that a reaction holds; its key makes the Message-ID, so that a second try is the same mail. */
export const sendQueuedMail: ReactionHandler = async (ctx, reaction) => {
  const { html, from_name, reply_to, ...mail } = QueuedMail.parse(reaction.payload)
  await sendMail(ctx.env, {
    ...mail,
    ...(html !== undefined && { html }),
    ...(from_name !== undefined && { from_name }),
    ...(reply_to !== undefined && { reply_to }),
    id: sha256Hex(`${reaction.id}/${reaction.key}`).slice(0, 40),
  })
  await endMail(ctx, { body: { id: reaction.id } })
}

const endMail = write(
  { summary: 'End a mail', can: 'public', body: z.object({ id: z.number() }) },
  (ctx, { body }) => finish(ctx, body),
)
