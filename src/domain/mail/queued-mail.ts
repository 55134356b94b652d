import * as z from 'zod'
import { sendMail } from '../../integrations/smtp/client.ts'
import { sha256Hex } from '../../lib/digest.ts'
import { write } from '../../verb.ts'
import { finish, type Reaction, type ReactionHandler } from '../engine/reaction.ts'
import { mailCustomer } from './correspondence.ts'
import { subjects } from './written-mail.ts'

/** What a reaction of kind `mail` carries. */
export const QueuedMail = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string().optional(),
  from_name: z.string().optional(),
  reply_to: z.string().optional(),
  /** To somebody outside: the shop sends it, as part of a conversation. */
  outside: z
    .object({
      customer_id: z.number().optional(),
      about: z.object({ entity: z.enum(subjects), id: z.number() }).optional(),
    })
    .optional(),
})

/** Sends the mail that a reaction holds; its key makes the Message-ID, so that a second try is the same mail. */
export const sendQueuedMail: ReactionHandler = async (ctx, reaction) => {
  const { outside, ...mail } = QueuedMail.parse(reaction.payload)
  if (outside) await mailCustomer(ctx, { ...mail, ...outside, key: reaction.key })
  else await sendMail(ctx.env, { ...mail, id: mailId(reaction) })
  await endMail(ctx, { body: { id: reaction.id } })
}

const mailId = ({ id, key }: Reaction) => sha256Hex(`${id}/${key}`).slice(0, 40)

const endMail = write(
  { summary: 'End a mail', can: 'public', body: z.object({ id: z.number() }) },
  (ctx, { body }) => finish(ctx, body),
)
