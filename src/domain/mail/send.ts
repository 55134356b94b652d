import { and, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import type { Mail, SentMail } from '../../integrations/mail-provider.ts'
import { inactiveRecipient } from '../../integrations/postmark/client.ts'
import { write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { type MailRoute, wayOf } from './ways.ts'

export type { MailRoute }

export interface SentShopMail extends SentMail {
  route: MailRoute
}

/**
 * Sends a mail of the shop by its sender's own way, else the shop's, else the service's. A try after one whose
 * outcome nobody knows carries the same Message-ID: give the mail an `id`.
 *
 * @param sender the user whose mail it is; null for what the shop sends by itself
 * @throws Refusal 502 when nobody took it; ProviderError says whether that may pass
 */
export async function sendShopMail(
  ctx: Calling,
  mail: Mail,
  sender: { user_id: number | null },
): Promise<SentShopMail> {
  const { route, send } = await wayOf(ctx, sender)
  try {
    return { ...(await send(mail)), route }
  } catch (error) {
    if (error instanceof ProviderError && error.reason === inactiveRecipient) {
      await markBounced(ctx, { body: { address: mail.to } })
    }
    throw error
  }
}

/** Its customers are not written to at this address any more until somebody changes it. */
const markBounced = write(
  {
    summary: 'Mark an address that takes no mail',
    can: 'public',
    body: z.object({ address: z.string() }),
  },
  async (ctx, { body: { address } }) => {
    const isTheirs = eq(customers.email, address.toLowerCase())
    const isNews = isNull(customers.email_bounced_at)
    await updateWhere(ctx, customers, and(isTheirs, isNews), { email_bounced_at: sql`app.now()` })
  },
)
