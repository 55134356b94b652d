import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { found } from '../../refusal.ts'
import { instant } from '../../schema.ts'
import { call, write } from '../../verb.ts'
import { testableAssistant } from '../assistant/provider.ts'
import { bookkeeperConnection } from '../bookkeeping/bookkeepers.ts'
import { mailConnection } from '../mail/providers.ts'
import { connectionTo } from '../payments/providers.ts'
import { shippingConnection } from '../shipping/provider.ts'
import { smsConnection } from '../sms/provider.ts'
import { pbxConnection } from '../telephony/pbx.ts'
import type { Slug } from './catalog.ts'
import { SlugPath } from './integrations.ts'
import { integrations } from './tables.ts'

const Outcome = z.object({
  success: z.boolean(),
  message: z.string().meta({ examples: ['Connected to Mollie — account: RepairAngel BV'] }),
  tested_at: instant(),
})

export const testIntegration = call(
  {
    summary: 'Test integration connection',
    description: 'Asks the service with the saved credentials. Answers 200 also when that fails.',
    can: 'integrations:write',
    params: SlugPath,
    output: Outcome,
  },
  async (ctx, { params: { slug } }) => {
    const outcome = await tryConnection(ctx, services[slug])
    return keepOutcome(ctx, { params: { slug }, body: outcome })
  },
)

/** A service that can tell whose account the saved credentials open; null where it gives no name. */
interface Testable {
  label: string
  connect(ctx: Calling): Promise<{ provider: { accountName(): Promise<string | null> } } | null>
}

const services: Record<Slug, Testable> = {
  mollie: { label: 'Mollie', connect: (ctx) => connectionTo(ctx, 'mollie') },
  stripe: { label: 'Stripe', connect: (ctx) => connectionTo(ctx, 'stripe') },
  twilio: { label: 'Twilio', connect: smsConnection },
  moneybird: { label: 'Moneybird', connect: (ctx) => bookkeeperConnection(ctx, 'moneybird') },
  snelstart: { label: 'SnelStart', connect: (ctx) => bookkeeperConnection(ctx, 'snelstart') },
  '3cx': { label: '3CX', connect: pbxConnection },
  ups: { label: 'UPS', connect: (ctx) => shippingConnection(ctx, 'ups') },
  dhl: { label: 'DHL', connect: (ctx) => shippingConnection(ctx, 'dhl') },
  openai: { label: 'OpenAI', connect: testableAssistant },
  postmark: { label: 'Postmark', connect: (ctx) => mailConnection(ctx, 'postmark') },
  outlook: { label: 'Outlook', connect: (ctx) => mailConnection(ctx, 'outlook') },
  google_workspace: {
    label: 'Google Workspace',
    connect: (ctx) => mailConnection(ctx, 'google_workspace'),
  },
  mailpit: { label: 'Mailpit', connect: (ctx) => mailConnection(ctx, 'mailpit') },
}

async function tryConnection(ctx: Calling, { label, connect }: Testable) {
  const connection = await connect(ctx)
  if (!connection) return { success: false, message: 'No API key is saved.' }
  try {
    const account = await connection.provider.accountName()
    const whose = account === null ? '' : ` — account: ${account}`
    return { success: true, message: `Connected to ${label}${whose}` }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    const message =
      error.failure === 'unauthorized'
        ? 'Authentication failed: invalid API key'
        : error.message.replace(/\.$/, '')
    return { success: false, message }
  }
}

const keepOutcome = write(
  {
    summary: 'Keep the outcome of a test',
    can: 'integrations:write',
    params: SlugPath,
    body: Outcome.omit({ tested_at: true }),
    output: Outcome,
  },
  async (ctx, { params: { slug }, body: { success, message } }) => {
    const [now] = await Promise.all([
      ctx.db.execute<{ at: string }>(sql`select app.now()::text as at`),
      updateWhere(ctx, integrations, eq(integrations.slug, slug), {
        tested_at: sql`app.now()`,
        test_message: message,
      }),
    ])
    return { success, message, tested_at: found(now.rows[0]).at }
  },
)
