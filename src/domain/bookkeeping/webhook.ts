import { and, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { insertMissing, updateWhere } from '../../db/rows.ts'
import { paidInvoiceOf } from '../../integrations/moneybird/webhook.ts'
import { isSigned } from '../../integrations/signed-body.ts'
import { sha256Hex } from '../../lib/digest.ts'
import { jsonOf } from '../../lib/json.ts'
import { Refusal } from '../../refusal.ts'
import { write } from '../../verb.ts'
import { openConnection } from '../integrations/connection.ts'
import { enterByWebhook } from '../integrations/inbox.ts'
import { inbox } from '../integrations/tables.ts'
import { documentSyncs } from './tables.ts'

/**
 * Moneybird tells that an invoice was paid there; that is noted, and no payment follows from it. It tries the
 * address before anybody can know the secret: until that is saved every message is taken, and none believed.
 */
export async function receiveFromMoneybird(
  ctx: Calling,
  key: string,
  { body, signature }: { body: string; signature: string },
): Promise<void> {
  const shop = await enterByWebhook(ctx, 'moneybird', key)
  const secret = (await openConnection(shop, 'moneybird'))?.secrets.webhook_secret
  if (!secret) return
  const now_s = Math.floor(Date.now() / 1000)
  if (!(await isSigned(new TextEncoder().encode(body), signature, { secret, now_s }))) {
    throw new Refusal(400, 'bad_signature', 'The signature does not fit the body.')
  }
  const paid = paidInvoiceOf(jsonOf(body))
  if (!paid) return
  const { external_id, event_id = sha256Hex(body) } = paid
  await notePaid(shop, { body: { event_id, external_id } })
}

/** Each message once: what was noted stays as it is. */
const notePaid = write(
  {
    summary: 'Note that a document was paid in the bookkeeping',
    can: 'public',
    body: z.object({ event_id: z.string(), external_id: z.string() }),
  },
  async (ctx, { body: { event_id, external_id } }) => {
    const isIt = and(
      eq(documentSyncs.slug, 'moneybird'),
      eq(documentSyncs.external_id, external_id),
    )
    await Promise.all([
      insertMissing(ctx, inbox, {
        provider: 'moneybird',
        external_id: event_id,
        body: { external_id },
        done_at: sql`app.now()`,
      }),
      updateWhere(ctx, documentSyncs, and(isIt, isNull(documentSyncs.paid_at)), {
        paid_at: sql`app.now()`,
      }),
    ])
  },
)
