import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { sendMail } from '../../integrations/smtp/client.ts'
import { found, invalid, tooMany } from '../../refusal.ts'
import { email } from '../../schema.ts'
import { call, write } from '../../verb.ts'
import { passwordResetMail } from './password-reset-mail.ts'
import { hashPassword, newPassword } from './passwords.ts'
import { attemptKey, recordTry, triesAllowed } from './sessions.ts'
import { hashOf, newSecret } from './tokens.ts'

const Message = z.object({ message: z.string() })

const mailComing = 'If the address is known, a mail with a link is on its way.'

/** Whether there is such an account is found out by the queue, so neither answer nor time tells. */
export const forgotPassword = call(
  {
    summary: 'Forgot password',
    description: 'Mails a link to choose a new password. Answers the same for any address.',
    can: 'public',
    body: z.object({ email: email() }),
    output: z.object({ message: z.string().meta({ examples: [mailComing] }) }),
  },
  async (ctx, { body }) => {
    const address = ctx.address ?? 'unknown'
    if (!(await ctx.env.LOGIN_RATE.limit({ key: address })).success) throw tooMany()
    const tries = await recordTry(ctx, { body: { key: attemptKey('reset', body.email, address) } })
    if (tries > triesAllowed) throw tooMany()
    await ctx.env.EMAIL_QUEUE.send({
      kind: 'password_reset',
      email: body.email,
      origin: ctx.origin ?? '',
      request_id: ctx.request_id,
    })
    return { message: mailComing }
  },
)

/** Makes the link and mails it; the secret is in the mail and nowhere else. */
export const mailResetLink = call(
  {
    summary: 'Mail a reset link',
    can: 'public',
    body: z.object({ email: z.string(), origin: z.string() }),
  },
  async (ctx, { body }) => {
    const { secret, hash } = newSecret()
    const account = await startReset(ctx, { body: { email: body.email, hash } })
    if (!account) return
    const link = new URL(ctx.env.PASSWORD_RESET_URL || `${body.origin}/reset-password`)
    link.searchParams.set('token', secret)
    await sendMail(ctx.env, passwordResetMail(account, link.href))
  },
)

const Account = z.object({
  email: z.string(),
  name: z.string(),
  locale: z.string(),
  shop: z.string(),
})

const startReset = write(
  {
    summary: 'Start a password reset',
    can: 'public',
    body: z.object({ email: z.string(), hash: z.string() }),
    output: Account.optional(),
  },
  async (ctx, { body }) => {
    const { rows } = await ctx.db.execute<z.output<typeof Account>>(
      sql`select * from app.request_password_reset(${body.email}, ${body.hash}, ${ctx.request_id})`,
    )
    return rows[0]
  },
)

export const resetPassword = call(
  {
    summary: 'Reset password',
    description: 'Takes the token of the mailed link, once, and ends every session of the account.',
    can: 'public',
    body: z.object({ token: z.string().min(1).max(200), password: newPassword() }),
    output: Message,
  },
  async (ctx, { body }) => {
    const { success } = await ctx.env.LOGIN_RATE.limit({ key: ctx.address ?? 'unknown' })
    if (!success) throw tooMany()
    const password_hash = await hashPassword(body.password)
    const done = await finishReset(ctx, { body: { hash: hashOf(body.token), password_hash } })
    if (!done) throw invalid({ token: ['This link was used already or has expired.'] })
    return { message: 'Password changed' }
  },
)

const finishReset = write(
  {
    summary: 'Finish a password reset',
    can: 'public',
    body: z.object({ hash: z.string(), password_hash: z.string() }),
    output: z.boolean(),
  },
  async (ctx, { body }) => {
    const { rows } = await ctx.db.execute<{ done: boolean }>(
      sql`select app.reset_password(${body.hash}, ${body.password_hash}, ${ctx.request_id}) as done`,
    )
    return found(rows[0]).done
  },
)
