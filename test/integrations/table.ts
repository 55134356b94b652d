import { startGoogle } from '../fakes/google.ts'
import { startMailpit } from '../fakes/mailpit.ts'
import { startMollie } from '../fakes/mollie.ts'
import { startOutlook } from '../fakes/outlook.ts'
import { startPostmark } from '../fakes/postmark.ts'
import type { startFake } from '../fakes/provider.ts'
import { startStripe } from '../fakes/stripe.ts'
import { startTwilio } from '../fakes/twilio.ts'

type Fake = Awaited<ReturnType<typeof startFake>>

/** A service on loopback, and how a shop is connected to it. */
export interface Played extends Pick<Fake, 'next' | 'requests' | 'stop'> {
  /** Variables of the Worker that lead there. */
  vars: Record<string, string>
  config: Record<string, string>
  /** What makes the credentials wrong. */
  wrong: Record<string, string>
}

export interface Row {
  /** As sentences call it. */
  label: string
  /** Whose account it is; null where the service gives no name. */
  account: string | null
  /** The request that the test of the connection stands on. */
  probe: RegExp
  start(): Promise<Played>
}

/** Every service, by its slug. */
export const table: Record<string, Row> = {
  mollie: {
    label: 'Mollie',
    account: 'RepairAngel BV',
    probe: /^GET .*\/profiles\/me$/,
    start: async () => {
      const fake = await startMollie()
      const vars = { MOLLIE_BASE_URL: fake.url }
      return { ...fake, vars, config: { api_key: fake.api_key }, wrong: { api_key: 'live_wrong' } }
    },
  },
  stripe: {
    label: 'Stripe',
    account: 'acct_1',
    probe: /^GET .*\/account$/,
    start: async () => {
      const fake = await startStripe()
      const { secret_key, webhook_secret } = fake
      const vars = { STRIPE_BASE_URL: fake.url }
      const config = { secret_key, webhook_secret }
      return { ...fake, vars, config, wrong: { secret_key: 'sk_test_wrong' } }
    },
  },
  twilio: {
    label: 'Twilio',
    account: 'RepairAngel SMS',
    probe: /^GET .*\/Accounts\/\w+\.json$/,
    start: async () => {
      const fake = await startTwilio()
      const { account_sid, auth_token } = fake
      const vars = { TWILIO_BASE_URL: fake.url }
      const config = { account_sid, auth_token, from_number: '+3197010000000' }
      return { ...fake, vars, config, wrong: { auth_token: 'wrong' } }
    },
  },
  postmark: {
    label: 'Postmark',
    account: 'RepairAngel Mail',
    probe: /^GET \/server$/,
    start: async () => {
      const fake = await startPostmark()
      return { ...fake, wrong: { server_token: 'wrong' } }
    },
  },
  outlook: {
    label: 'Outlook',
    account: 'RepairAngel BV',
    probe: /^POST .*\/token$/,
    start: async () => {
      const fake = await startOutlook()
      return { ...fake, wrong: { client_secret: 'wrong' } }
    },
  },
  google_workspace: {
    label: 'Google Workspace',
    account: 'shop@example.com',
    probe: /^GET .*\/profile$/,
    start: async () => {
      const fake = await startGoogle()
      return { ...fake, wrong: { client_email: 'nobody@example.iam.gserviceaccount.com' } }
    },
  },
  mailpit: {
    label: 'Mailpit',
    account: 'v1.30.5',
    probe: /^GET .*\/info$/,
    start: async () => {
      const fake = await startMailpit()
      return { ...fake, wrong: { password: 'wrong' } }
    },
  },
}
