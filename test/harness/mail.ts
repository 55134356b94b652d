import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startMollie } from '../fakes/mollie.ts'
import { startShops } from './shop.ts'

/** Two shops whose Worker can send mail and reach Mollie, and the mailbox that gets it. */
export async function startShopsWithMail() {
  const [mailbox, mollie] = await Promise.all([startMailbox(), startMollie()])
  afterAll(() => Promise.all([mailbox.stop(), mollie.stop()]))
  const vars = { MOLLIE_BASE_URL: mollie.url }
  return { ...(await startShops({ smtp_url: mailbox.smtp_url, vars })), mailbox }
}
