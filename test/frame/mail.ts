import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startShops } from '../harness/shop.ts'

/** Two shops whose Worker can send mail, for tests that perform every operation. */
export async function startShopsWithMail() {
  const mailbox = await startMailbox()
  afterAll(() => mailbox.stop())
  return startShops({ smtp_url: mailbox.smtp_url })
}
