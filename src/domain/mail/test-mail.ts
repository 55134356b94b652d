import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { found, Refusal } from '../../refusal.ts'
import { read } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import type { Way } from './ways.ts'

/** What came of a test mail; answered with 200 whatever it is. */
export const MailTest = z.object({
  success: z.boolean(),
  message: z.string().meta({ examples: ['Test email delivered to john.doe@example.com'] }),
})

/** Where a test mail goes when nobody says. */
export const addressOfCaller = read(
  { summary: 'Read the address of the caller', can: 'account', output: z.string() },
  async (ctx) => {
    const [user] = await ctx.db
      .select({ email: users.email })
      .from(users)
      .where(eq(users.id, sql`app.user_id()`))
    return found(user).email
  },
)

/** Sends a test mail a way, and tells what came of it. */
export async function triedWay(
  ctx: Calling,
  find: () => Promise<{ way: Way; address: string } | undefined>,
): Promise<z.input<typeof MailTest>> {
  try {
    const found = await find()
    if (!found) return { success: false, message: 'No outgoing email is configured' }
    const { way, address } = found
    await way.send({
      to: address,
      subject: 'Test email',
      text: 'This mail was sent to test the outgoing email settings. They work.',
      id: `test.${ctx.request_id}.${crypto.randomUUID()}`,
    })
    return { success: true, message: `Test email delivered to ${address}` }
  } catch (error) {
    return { success: false, message: sentenceOf(error) }
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof ProviderError && error.failure === 'unauthorized' && !isMailServer(error)) {
    return 'Authentication failed: invalid API key'
  }
  if (!(error instanceof Refusal) || error.status === 401 || error.status === 403) throw error
  const [first] = Object.values(error.errors ?? {})
  return (first?.[0] ?? error.message).replace(/\.$/, '')
}

const isMailServer = ({ code }: ProviderError) => code === 'mail_failed'
