import { startMollie } from '../fakes/mollie.ts'
import { startOpenAi } from '../fakes/openai.ts'
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
  openai: {
    label: 'OpenAI',
    account: 'repair-angel',
    probe: /^GET .*\/models\/gpt-4o-mini$/,
    start: async () => {
      const fake = await startOpenAi()
      const vars = { OPENAI_BASE_URL: fake.url }
      return { ...fake, vars, config: { api_key: fake.api_key }, wrong: { api_key: 'sk-wrong' } }
    },
  },
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
}
