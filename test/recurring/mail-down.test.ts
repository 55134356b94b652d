import { expect, test, vi } from 'vitest'
import { startBusyMailServer } from '../harness/busy-mail.ts'
import { startShops } from '../harness/shop.ts'
import { madeBy, newSchedule } from './scheduling.ts'

const { smtp_url, mailbox } = await startBusyMailServer()
const { shop, owner } = await startShops({ smtp_url })

test('an invoice whose mail failed is mailed by the retry, once, and is made once', async () => {
  const { id, path } = await newSchedule(shop.api, { next_run_date: '2099-01-31', auto_send: true })
  await shop.api.post(`${path}/generate`)
  await vi.waitFor(async () => {
    const { last_error } = (await shop.api.get(path)).body
    expect(last_error).toContain('cannot take the mail now')
  }, 20_000)
  expect(await madeBy(owner, id)).toMatchObject([{ status: 'sent', mailed: false }])
  await vi.waitFor(async () => expect(await madeBy(owner, id)).toMatchObject([{ mailed: true }]), {
    timeout: 40_000,
    interval: 200,
  })
  await vi.waitFor(async () => expect((await shop.api.get(path)).body.last_error).toBeNull())
  expect(mailbox.mails()).toHaveLength(1)
}, 60_000)
