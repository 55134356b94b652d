import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startThreeCx } from '../fakes/3cx.ts'
import { startDhl } from '../fakes/dhl.ts'
import { startMollie } from '../fakes/mollie.ts'
import { startOpenAi } from '../fakes/openai.ts'
import { startUps } from '../fakes/ups.ts'
import { startVies } from '../fakes/vies.ts'
import { startShops } from './shop.ts'

/** What connects a shop to the telephone exchange of this test file. */
export const pbxConfig: Record<string, string> = {}

/** Two shops whose Worker can send mail and reach services outside, and the mailbox that gets it. */
export async function startShopsWithMail() {
  const [mailbox, mollie, pbx, ups, dhl, openai, vies] = await Promise.all([
    startMailbox(),
    startMollie(),
    startThreeCx(),
    startUps(),
    startDhl(),
    startOpenAi(),
    startVies(),
  ])
  const services = [mailbox, mollie, pbx, ups, dhl, openai, vies]
  afterAll(() => Promise.all(services.map((service) => service.stop())))
  Object.assign(pbxConfig, { api_url: pbx.url, client_id: pbx.client_id, api_key: pbx.api_key })
  const vars = {
    MOLLIE_BASE_URL: mollie.url,
    UPS_BASE_URL: ups.url,
    DHL_BASE_URL: dhl.url,
    OPENAI_BASE_URL: openai.url,
    VIES_BASE_URL: vies.url,
    ALLOW_PRIVATE_HOSTS: '1',
  }
  return { ...(await startShops({ smtp_url: mailbox.smtp_url, vars })), mailbox }
}
