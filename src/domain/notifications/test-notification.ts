import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { insert } from '../../db/rows.ts'
import { isPushConfigured } from '../../integrations/webpush/send.ts'
import { found, Refusal, refused } from '../../refusal.ts'
import { call, read, transact, write } from '../../verb.ts'
import { react } from '../engine/reaction.ts'
import { tenants, users } from '../identity/tables.ts'
import type { Channel } from './catalog.ts'
import {
  browserColumns,
  forget,
  type KnownBrowser,
  type PushedNotification,
  pushNotConfigured,
  pushTo,
} from './push.ts'
import { staffMail, testWords } from './staff-mail.ts'
import { channels, notifications, pushSubscriptions } from './tables.ts'

const self = sql<number>`app.user_id()`

const example: PushedNotification = {
  ...testWords('en'),
  id: null,
  key: 'test',
  type: 'system',
  entity: null,
  entity_id: null,
}

export const testNotification = call(
  {
    summary: 'Send test notification',
    description: 'To the caller alone. A push message goes to every browser that subscribed.',
    can: 'account',
    body: z.object({ channel: z.enum(channels) }),
    output: z.object({
      message: z.string().meta({ examples: ['Test notification sent via in_app'] }),
    }),
  },
  async (ctx, { body: { channel } }) => {
    await tests[channel](ctx)
    return { message: `Test notification sent via ${channel}` }
  },
)

type Calling = Parameters<typeof testNotification>[0]

const tests: Record<Channel, (ctx: Calling) => Promise<unknown>> = {
  in_app: (ctx) => showTest(ctx, {}),
  email: (ctx) => mailTest(ctx, {}),
  push: pushTest,
}

const showTest = write({ summary: 'Show a test notification', can: 'account' }, (ctx) => {
  const { key, type, title, body } = example
  return insert(ctx, notifications, { user_id: self, key, type, title, body, channels: ['in_app'] })
})

const mailTest = transact({ summary: 'Mail a test notification', can: 'account' }, async (ctx) => {
  const [person] = await ctx.db
    .select({ name: users.name, email: users.email, shop: tenants.name, locale: tenants.locale })
    .from(users)
    .innerJoin(tenants, eq(tenants.id, users.tenant_id))
    .where(eq(users.id, self))
  const { locale } = found(person)
  await react(ctx, {
    kind: 'mail',
    key: `test-notification:${crypto.randomUUID()}/mail`,
    payload: staffMail(found(person), testWords(locale)),
  })
})

/** At once, so that the caller sees how it went. */
async function pushTest(ctx: Calling) {
  const browsers = await ownBrowsers(ctx, {})
  if (!isPushConfigured(ctx.env)) throw pushNotConfigured()
  const outcomes = await Promise.all(
    browsers.map(async (browser) => ({ browser, sent: await pushTo(ctx.env, browser, example) })),
  )
  const gone = outcomes.filter(({ sent }) => sent.outcome === 'gone').map(({ browser }) => browser)
  if (gone.length > 0) await forgetAll(ctx, { body: { gone } })
  if (gone.length === browsers.length) throw noSubscription()
  const reasons = outcomes.flatMap(({ sent }) => ('reason' in sent ? [sent.reason] : []))
  if (reasons.length + gone.length === browsers.length) {
    throw new Refusal(502, 'push_failed', reasons[0] ?? '')
  }
}

const noSubscription = () =>
  refused('no_subscription', 'None of your browsers is subscribed to push messages.')

const ownBrowsers = read(
  { summary: 'Browsers of the caller', can: 'account', output: z.custom<KnownBrowser[]>() },
  (ctx) =>
    ctx.db
      .select(browserColumns)
      .from(pushSubscriptions)
      .where(eq(pushSubscriptions.user_id, self)),
)

const forgetAll = write(
  {
    summary: 'Forget browsers that are gone',
    can: 'account',
    body: z.object({ gone: z.custom<KnownBrowser[]>() }),
  },
  (ctx, { body: { gone } }) => Promise.all(gone.map((browser) => forget(ctx, browser))),
)
