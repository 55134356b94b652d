import { startThreeCx } from '../fakes/3cx.ts'
import { startDhl } from '../fakes/dhl.ts'
import { startGoogle } from '../fakes/google.ts'
import { startMailpit } from '../fakes/mailpit.ts'
import { startMollie } from '../fakes/mollie.ts'
import { startMoneybird } from '../fakes/moneybird.ts'
import { startOpenAi } from '../fakes/openai.ts'
import { startOutlook } from '../fakes/outlook.ts'
import { startPostmark } from '../fakes/postmark.ts'
import type { startFake } from '../fakes/provider.ts'
import { startSnelStart } from '../fakes/snelstart.ts'
import { startStripe } from '../fakes/stripe.ts'
import { startTwilio } from '../fakes/twilio.ts'
import { startUps } from '../fakes/ups.ts'

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
  '3cx': {
    label: '3CX',
    account: 'RepairAngel BV',
    probe: /^GET .*\/LicenseStatus$/,
    start: async () => {
      const fake = await startThreeCx()
      const { client_id, api_key } = fake
      const config = { api_url: fake.url, client_id, api_key }
      return { ...fake, vars: {}, config, wrong: { api_key: 'wrong' } }
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
  moneybird: {
    label: 'Moneybird',
    account: 'RepairAngel BV',
    probe: /^GET .*\/administrations\.json$/,
    start: async () => {
      const fake = await startMoneybird()
      const { api_token, administration_id } = fake
      return { ...fake, config: { api_token, administration_id }, wrong: { api_token: 'no' } }
    },
  },
  snelstart: {
    label: 'SnelStart',
    account: 'RepairAngel BV',
    probe: /^GET .*\/companyInfo$/,
    start: async () => {
      const fake = await startSnelStart()
      const { client_key, subscription_key } = fake
      return { ...fake, config: { client_key, subscription_key }, wrong: { client_key: 'no' } }
    },
  },
  ups: {
    label: 'UPS',
    account: 'A1B2C3',
    probe: /^POST .*\/oauth\/token$/,
    start: async () => {
      const fake = await startUps()
      const { client_id, client_secret, account_number } = fake
      const config = { client_id, client_secret, account_number }
      const vars = { UPS_BASE_URL: fake.url }
      return { ...fake, vars, config, wrong: { client_secret: 'wrong' } }
    },
  },
  dhl: {
    label: 'DHL',
    account: '01234567',
    probe: /^POST .*\/authenticate\/api-key$/,
    start: async () => {
      const fake = await startDhl()
      const { user_id, api_key, account_id } = fake
      const config = { user_id, api_key, account_id }
      return { ...fake, vars: { DHL_BASE_URL: fake.url }, config, wrong: { api_key: 'wrong' } }
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
