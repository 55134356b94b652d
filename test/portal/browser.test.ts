import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, type BrowserContext, devices } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, startBrowser } from '../harness/browser.ts'
import { startVisiting } from './visiting.ts'

const { api, owner, miniflare, linkOf, newQuotation, newInvoice, newOrder, newAgreement } =
  await startVisiting()

/** Where to leave pictures of the pages for people to look at; none when absent. */
const pictures = process.env.PICTURES

async function newStory() {
  const order = await newOrder()
  await api.put(`/work-orders/${order.id}/status`, { status: 'in_repair' })
  await api.post(`/work-orders/${order.id}/notes`, {
    note: 'Het scherm is binnen. Morgen zetten we het erin.',
    is_internal: false,
  })
  return order
}

const subjects: Record<string, () => Promise<number>> = {
  quotation: async () => (await newQuotation()).id,
  invoice: async () => (await newInvoice()).id,
  work_order: async () => (await newStory()).id,
  price_agreement: () => newAgreement(),
}

describe.runIf(hasBrowser)('on a phone', () => {
  let browser: Browser
  const contexts: BrowserContext[] = []
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  /** A page that is open on a phone, and all that the browser complained of. */
  async function onPhone(url: string, options: object = {}) {
    const context = await browser.newContext({ ...devices['iPhone 13'], ...options })
    contexts.push(context)
    const page = await context.newPage()
    const complaints: string[] = []
    const requested: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => requested.push(request.url()))
    await page.goto(url)
    return { page, complaints, requested }
  }
  afterAll(() => Promise.all(contexts.map((context) => context.close())))

  test.each(Object.keys(subjects))('%s: fits, in light and in dark', async (subject) => {
    const { url } = await linkOf(subject, (await subjects[subject]?.()) ?? 0)
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const lang of ['nl', 'en']) {
        const address = `${url}?lang=${lang}`
        const { page, complaints, requested } = await onPhone(address, { colorScheme })
        const sizes = await page.evaluate(() => ({
          page: document.documentElement.scrollWidth,
          screen: window.innerWidth,
          language: document.documentElement.lang,
          ink: getComputedStyle(document.body).color,
        }))
        expect(sizes.page).toBe(sizes.screen)
        expect(sizes.language).toBe(lang)
        expect(complaints).toEqual([])
        expect(requested).toEqual([address])
        if (pictures) {
          await mkdir(pictures, { recursive: true })
          const path = join(pictures, `${subject}-${colorScheme}-${lang}.png`)
          await page.screenshot({ path, fullPage: true })
        }
        await page.close()
      }
    }
  })
})
