import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startThreeCx } from '../fakes/3cx.ts'
import { startMollie } from '../fakes/mollie.ts'
import { startShops } from './shop.ts'

/** What connects a shop to the telephone exchange of this test file. */
export const pbxConfig: Record<string, string> = {}

/** Two shops whose Worker can send mail and reach Mollie and 3CX, and the mailbox that gets it. */
export async function startShopsWithMail() {
  const [mailbox, mollie, pbx] = await Promise.all([startMailbox(), startMollie(), startThreeCx()])
  afterAll(() => Promise.all([mailbox.stop(), mollie.stop(), pbx.stop()]))
  Object.assign(pbxConfig, { api_url: pbx.url, client_id: pbx.client_id, api_key: pbx.api_key })
  const vars = { MOLLIE_BASE_URL: mollie.url, ALLOW_PRIVATE_HOSTS: '1' }
  return { ...(await startShops({ smtp_url: mailbox.smtp_url, vars })), mailbox }
}
