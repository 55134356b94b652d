import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startShops } from './shop.ts'

/** Two shops whose Worker can send mail, and the mailbox that gets it. */
export async function startShopsWithMail() {
  const mailbox = await startMailbox()
  afterAll(() => mailbox.stop())
  return { ...(await startShops({ smtp_url: mailbox.smtp_url })), mailbox }
}
