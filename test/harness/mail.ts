import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startDhl } from '../fakes/dhl.ts'
import { startMollie } from '../fakes/mollie.ts'
import { startUps } from '../fakes/ups.ts'
import { startShops } from './shop.ts'

/** Two shops whose Worker can send mail, reach Mollie and the carriers, and the mailbox that gets it. */
export async function startShopsWithMail() {
  const [mailbox, mollie, ups, dhl] = await Promise.all([
    startMailbox(),
    startMollie(),
    startUps(),
    startDhl(),
  ])
  afterAll(() => Promise.all([mailbox, mollie, ups, dhl].map((one) => one.stop())))
  const vars = { MOLLIE_BASE_URL: mollie.url, UPS_BASE_URL: ups.url, DHL_BASE_URL: dhl.url }
  return { ...(await startShops({ smtp_url: mailbox.smtp_url, vars })), mailbox }
}
