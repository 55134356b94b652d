import { and, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import { record, updateWhere } from '../../db/rows.ts'
import { transact } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { finish, type Reaction, type ReactionHandler, TryLater } from '../engine/reaction.ts'
import { emailMessages } from './tables.ts'

const Outcome = z.object({
  provider_id: z.string(),
  what: z.enum(['delivered', 'bounced', 'address_bounced', 'complained']),
  recipient: z.string(),
  reason: z.string(),
})

/** Tries to find a mail whose number may not have been noted yet. */
const mostTries = 3

/** Notes what the provider says became of a mail. */
export const noteOutcome: ReactionHandler = async (ctx, reaction) => {
  await keepOutcome(ctx, { body: { reaction, outcome: Outcome.parse(reaction.payload) } })
}

const keepOutcome = transact(
  {
    summary: 'Note what became of a mail',
    can: 'public',
    body: z.object({ reaction: z.custom<Reaction>(), outcome: Outcome }),
  },
  async (ctx, { body: { reaction, outcome } }) => {
    if (!(await finish(ctx, reaction))) return
    const { provider_id, what, recipient, reason } = outcome
    const isIt = and(
      eq(emailMessages.provider_id, provider_id),
      eq(emailMessages.direction, 'outbound'),
    )
    const [message] = await ctx.db
      .select({ id: emailMessages.id, status: emailMessages.status })
      .from(emailMessages)
      .where(isIt)
      .for('update')
    if (!message && reaction.attempts < mostTries) throw new TryLater('Its mail is not known yet.')
    if (what === 'address_bounced' || what === 'complained') {
      await updateWhere(ctx, customers, eq(customers.email, recipient), {
        email_bounced_at: sql`app.now()`,
      })
    }
    // The service may send for others too.
    if (!message) return
    if (what === 'delivered') {
      // One of its recipients may have it although another one has not.
      const mayBe = inArray(emailMessages.status, ['queued', 'sent', 'failed'])
      await updateWhere(ctx, emailMessages, and(isIt, mayBe), { status: 'delivered' })
      return
    }
    await updateWhere(ctx, emailMessages, isIt, { status: 'bounced', failure: reason })
    if (message.status !== 'bounced') {
      await record(ctx, 'email_message.bounced', 'email_message', message.id)
    }
  },
)
