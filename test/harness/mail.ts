import { afterAll } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startMollie } from '../fakes/mollie.ts'
import { startOpenAi } from '../fakes/openai.ts'
import { startVies } from '../fakes/vies.ts'
import { startShops } from './shop.ts'

/** Two shops whose Worker can send mail and reach services outside, and the mailbox that gets it. */
export async function startShopsWithMail() {
  const [mailbox, mollie, openai, vies] = await Promise.all([
    startMailbox(),
    startMollie(),
    startOpenAi(),
    startVies(),
  ])
  afterAll(() => Promise.all([mailbox, mollie, openai, vies].map((service) => service.stop())))
  const vars = {
    MOLLIE_BASE_URL: mollie.url,
    OPENAI_BASE_URL: openai.url,
    VIES_BASE_URL: vies.url,
  }
  return { ...(await startShops({ smtp_url: mailbox.smtp_url, vars })), mailbox }
}
