import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { type MailOutcome, outcomeOf, receivedMail } from '../../integrations/postmark/webhook.ts'
import { isSameSecret } from '../../lib/digest.ts'
import { forbidden, invalid } from '../../refusal.ts'
import { write } from '../../verb.ts'
import { react } from '../engine/reaction.ts'
import { type Connection, openConnection } from '../integrations/connection.ts'
import { enterByWebhook } from '../integrations/inbox.ts'
import { receive } from './receive.ts'

/**
 * What Postmark tells: a mail that came in, or what became of one that left. It signs nothing; the address
 * holds a key, and the shop may ask for a name and a password besides.
 *
 * @throws Refusal 403 for wrong ones: Postmark does not try again then
 */
export async function receiveFromPostmark(
  ctx: Calling,
  key: string,
  { authorization, body }: { authorization: string | undefined; body: () => Promise<unknown> },
): Promise<void> {
  const shop = await enterByWebhook(ctx, 'postmark', key)
  const connection = await openConnection(shop, 'postmark')
  if (!isAllowed(connection, authorization)) throw forbidden()
  // Not before it is known who asks: it may be large.
  const told = await body()
  const { data } = Told.safeParse(told)
  if (data?.RecordType !== undefined) return noteLater(shop, told)
  const mail = receivedMail(told)
  if (!mail) throw invalid({ body: ['The body field is no mail.'] })
  await receive(shop, mail)
}

const Told = z.object({ RecordType: z.unknown() })

function isAllowed(connection: Connection | null, authorization = ''): boolean {
  const user = connection?.config.webhook_user ?? ''
  const password = connection?.secrets.webhook_password ?? ''
  if (user === '' && password === '') return true
  const expected = Buffer.from(`${user}:${password}`).toString('base64')
  return isSameSecret(authorization.replace(/^Basic +/i, ''), expected)
}

/** A bounce can be here before the answer that told us the number of its mail. */
async function noteLater(shop: Calling, told: unknown) {
  const outcome = outcomeOf(told)
  if (outcome) await queueOutcome(shop, { body: { outcome } })
}

const queueOutcome = write(
  {
    summary: 'Queue what became of a mail',
    can: 'public',
    body: z.object({ outcome: z.custom<MailOutcome>() }),
  },
  (
    ctx,
    {
      body: {
        outcome: { key, ...payload },
      },
    },
  ) => react(ctx, { kind: 'mail_outcome', key: `postmark:${key}`, payload }),
)
