import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser } from '../harness/browser.ts'
import { startShops } from '../harness/shop.ts'

const { url } = await startShops({ assets: true })
let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser?.close())

/** The page, once it has drawn an operation; with all that it complained of and all that it asked for. */
async function openDocs(path = '/docs') {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } })
  const complaints: string[] = []
  const requested: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => requested.push(request.url()))
  await page.goto(`${url}${path}`)
  await page.getByRole('heading', { name: 'Repair Angel API' }).first().waitFor()
  return { page, complaints, requested }
}

test('draws the reference, from its own origin only, without a complaint', async () => {
  const { page, complaints, requested } = await openDocs('/docs#tag/customers/GET/customers')
  await page.locator('section', { hasText: 'List customers' }).last().waitFor()
  expect(
    requested.filter((address) => !address.startsWith(url) && !/^(data|blob):/.test(address)),
  ).toEqual([])
  expect(complaints).toEqual([])
  await page.close()
})

test('shows samples in PHP, Python and JavaScript', async () => {
  const { page } = await openDocs('/docs#tag/customers/POST/customers')
  const operation = page.locator('section', { hasText: 'Create customer' }).last()
  await operation.scrollIntoViewIfNeeded()
  const sample = operation.locator('.scalar-card', { hasText: '/customers' }).first()
  for (const [library, call] of [
    ['Guzzle', 'GuzzleHttp'],
    ['Requests', 'requests.post'],
    ['Fetch', 'fetch('],
  ] as const) {
    await sample.locator('button[aria-haspopup], button.font-normal').first().click()
    await page
      .getByRole('option', { name: library })
      .or(page.getByText(library, { exact: true }))
      .first()
      .click()
    await expect.poll(() => sample.textContent()).toContain(call)
  }
  await page.close()
})
