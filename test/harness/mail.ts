import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startThreeCx } from '../fakes/3cx.ts'
import { startDhl } from '../fakes/dhl.ts'
import { startMollie } from '../fakes/mollie.ts'
import { startUps } from '../fakes/ups.ts'
import { startShops } from './shop.ts'

/** What connects a shop to the telephone exchange of this test file. */
export const pbxConfig: Record<string, string> = {}

/** Two shops whose Worker can send mail and reach services outside, and the mailbox that gets it. */
export async function startShopsWithMail() {
  const [mailbox, mollie, pbx, ups, dhl] = await Promise.all([
    startMailbox(),
    startMollie(),
    startThreeCx(),
    startUps(),
    startDhl(),
  ])
  const services = [mailbox, mollie, pbx, ups, dhl]
  afterAll(() => Promise.all(services.map((service) => service.stop())))
  Object.assign(pbxConfig, { api_url: pbx.url, client_id: pbx.client_id, api_key: pbx.api_key })
  const vars = {
    MOLLIE_BASE_URL: mollie.url,
    UPS_BASE_URL: ups.url,
    DHL_BASE_URL: dhl.url,
    ALLOW_PRIVATE_HOSTS: '1',
  }
  return { ...(await startShops({ smtp_url: mailbox.smtp_url, vars })), mailbox }
}
