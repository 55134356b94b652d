import { type Browser, type BrowserContextOptions, devices, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, startBrowser } from '../harness/browser.ts'
import { Client } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import {
  accessibilityProblems,
  colours,
  figuresIn,
  openFigures,
  photograph,
  widths,
} from './page.ts'
import { tellFigures } from './story.ts'

const { shop, other, owner, url } = await startShops({ assets: true })
const { api } = shop
const branch_id = await tellFigures(api)

test('is a page at /bi alone, sealed against everything foreign', async () => {
  for (const path of ['/bi', '/repair-angel-v2/bi']) {
    const page = await fetch(`${url}${path}`)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await page.text()).not.toMatch(/<style|style=|<script>|onclick|https?:/)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /)
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(page.headers.get('x-frame-options')).toBe('DENY')
  }
  for (const path of ['/api/bi', '/api/v1/bi', '/repair-angel-v2/api/bi']) {
    const answer = await fetch(`${url}${path}`)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'not_found' })
  }
  const script = await fetch(`${url}/bi/dashboard.js`)
  expect(script.headers.get('content-type')).toMatch(/javascript/)
  expect(script.headers.get('x-content-type-options')).toBe('nosniff')
  const etag = script.headers.get('etag') ?? ''
  const again = await fetch(`${url}/bi/dashboard.js`, { headers: { 'If-None-Match': etag } })
  expect(again.status).toBe(304)
})

describe.runIf(hasBrowser)('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  const open = (options?: BrowserContextOptions & { client?: Client; path?: string }) =>
    openFigures(browser, url, options)
  const shown = (page: Page) => page.getByText('Bijgewerkt om').waitFor()

  test('refuses a wrong password in the words of the API, and lets the right one in until logout', async () => {
    const { page, complaints } = await open({ locale: 'nl-NL' })
    const refused = await new Client(url).post('/auth/login', {
      email: 'admin@first.example',
      password: 'wrong',
    })
    await page.getByLabel('E-mailadres').fill('admin@first.example')
    await page.getByLabel('Wachtwoord').fill('wrong')
    await page.getByRole('button', { name: 'Inloggen' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toBe(refused.body.errors.email[0])
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.getByLabel('Wachtwoord').fill('password')
    await page.keyboard.press('Enter')
    await shown(page)
    await page.reload()
    await shown(page)
    const token = await page.evaluate<string>("sessionStorage.getItem('repair-angel.token')")
    expect((await new Client(url, token).get('/auth/me')).status).toBe(200)
    const answered = page.waitForResponse(`${url}/api/auth/logout`)
    await page.getByRole('button', { name: 'Uitloggen' }).click()
    await page.getByLabel('Wachtwoord').waitFor()
    expect((await answered).status()).toBe(200)
    expect((await new Client(url, token).get('/auth/me')).status).toBe(401)
    expect(await page.evaluate("sessionStorage.getItem('repair-angel.token')")).toBeNull()
    // The browser itself reports the refused login, and nothing besides.
    expect(complaints).toEqual([expect.stringContaining('status of 422')])
    await page.close()
  })

  test('asks for a login again when the session has ended', async () => {
    const { page } = await open({ client: new Client(url, '1|ended') })
    await page.getByText('Uw sessie is verlopen').waitFor()
    await page.getByLabel('Wachtwoord').waitFor()
    await page.close()
  })

  test('shows what the API answers, of the period and branch that are chosen', async () => {
    const { page, complaints, requested } = await open({ client: api })
    await shown(page)
    expect(await figuresIn(page)).toEqual(await figuresOf(api, 'period=30d'))
    for (const [name, period] of [
      ['7 dagen', '7d'],
      ['90 dagen', '90d'],
      ['Jaar', 'jaar'],
    ] as const) {
      await page.getByRole('radio', { name }).check()
      await expect.poll(() => figuresIn(page)).toEqual(await figuresOf(api, `period=${period}`))
    }
    await page.getByRole('radio', { name: 'Jaar' }).press('ArrowLeft')
    await expect.poll(() => figuresIn(page)).toEqual(await figuresOf(api, 'period=90d'))
    await page.getByLabel('Vestiging').selectOption({ label: 'Noord' })
    const ofBranch = await figuresOf(api, `period=90d&branch_id=${branch_id}`)
    await expect.poll(() => figuresIn(page)).toEqual(ofBranch)
    expect(ofBranch).not.toEqual(await figuresOf(api, 'period=90d'))
    await page.reload()
    await shown(page)
    expect(await figuresIn(page)).toEqual(ofBranch)
    expect(complaints).toEqual([])
    expect(
      requested.filter((address) => !address.startsWith(url) && !/^data:/.test(address)),
    ).toEqual([])
    await page.close()
  })

  test('writes amounts and words as the shop does', async () => {
    const { page } = await open({ client: api, locale: 'en-US' })
    await shown(page)
    const { body } = await api.get('/bi/revenue?period=30d')
    const euro = new Intl.NumberFormat('nl-NL', { style: 'currency', currency: 'EUR' })
    expect(await page.locator('.tile data').first().textContent()).toBe(euro.format(body.total))
    expect(await page.locator('html').getAttribute('lang')).toBe('nl')
    expect(await page.getByRole('row', { name: 'Afgerond' }).count()).toBe(1)
    await page.close()
  })

  test('keeps the chart in words for those who cannot see it', async () => {
    const { page } = await open({ client: api })
    await shown(page)
    const { body } = await api.get('/bi/revenue?period=30d')
    await page.getByText('Toon als tabel').first().click()
    const table = page.getByRole('table', { name: 'Omzet per dag' })
    const amounts = await table
      .locator('data')
      .evaluateAll<number[], { value: string }>((cells) => cells.map(({ value }) => Number(value)))
    expect(amounts).toEqual(body.data.map(({ amount }: { amount: number }) => amount))
    expect(await page.getByRole('img', { name: /^Omzet per dag\. In totaal/ }).count()).toBe(1)
    await page.close()
  })

  test('saves the figures as a spreadsheet', async () => {
    const { page } = await open({ client: api })
    await shown(page)
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Omzet', exact: true }).click()
    expect((await saved).suggestedFilename()).toMatch(/\.csv$/)
    await page.close()
  })

  test('is kind to a shop that has only just begun', async () => {
    const { page, complaints } = await open({ client: other.api })
    await page.getByText('Nog geen cijfers').waitFor()
    await photograph(page, 'empty')
    expect(complaints).toEqual([])
    await other.api.put('/settings', { locale: 'en' })
    await page.reload()
    await page.getByText('No figures yet').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await page.close()
  })

  test('says who may not see the figures, and why', async () => {
    const { page } = await open({ client: shop.as.technician })
    await page.getByText('Uw account mag deze cijfers niet zien').waitFor()
    expect(await page.getByRole('button', { name: 'Opnieuw proberen' }).count()).toBe(0)
    await photograph(page, 'forbidden')
    await page.close()
    const switchModule = (is_active: boolean) =>
      owner.query(
        `update license_modules set is_active = $2 where tenant_id = $1 and module_key = 'bi'`,
        [shop.tenant_id, is_active],
      )
    await switchModule(false)
    const unlicensed = await open({ client: api })
    await unlicensed.page.getByText('zit niet in de licentie').waitFor()
    await switchModule(true)
    await unlicensed.page.close()
  })

  test('tries again when the connection is back', async () => {
    const { page } = await open({ client: api })
    await shown(page)
    const before = await figuresIn(page)
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Vernieuwen' }).click()
    await page.getByText('Er is geen verbinding').waitFor()
    await page.context().setOffline(false)
    await page.getByRole('button', { name: 'Opnieuw proberen' }).click()
    await shown(page)
    expect(await figuresIn(page)).toEqual(before)
    await page.close()
  })

  const screens: [name: string, options: BrowserContextOptions][] = [
    ['phone', { ...devices['iPhone 13'], viewport: { width: 390, height: 844 } }],
    ['small-phone', { ...devices['iPhone 13'], viewport: { width: 360, height: 740 } }],
    ['desktop', { viewport: { width: 1440, height: 900 } }],
  ]
  test.each(screens)(
    '%s: fits, is accessible, and follows light and dark',
    async (name, options) => {
      const seen: unknown[] = []
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page, complaints } = await open({ client: api, ...options, colorScheme })
        await shown(page)
        const { page: drawn, screen } = await widths(page)
        expect(drawn).toBe(screen)
        await photograph(page, `${name}-${colorScheme}`)
        expect(await accessibilityProblems(page)).toEqual([])
        seen.push(await colours(page))
        expect(complaints).toEqual([])
        await page.close()
      }
      expect(seen[0]).toMatchObject({ back: 'rgb(243, 244, 247)', bar: 'rgb(29, 78, 216)' })
      expect(seen[1]).toMatchObject({ back: 'rgb(14, 17, 22)', bar: 'rgb(143, 176, 255)' })
    },
  )

  test('the login is accessible, and works behind a prefix', async () => {
    const { page, complaints } = await open({ path: '/repair-angel-v2/bi', locale: 'en-GB' })
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByLabel('E-mail address').fill('admin@first.example')
    await page.getByLabel('Password').fill('password')
    await page.getByRole('button', { name: 'Log in' }).click()
    await shown(page)
    expect(complaints).toEqual([])
    await page.close()
  })
})

/** The tiles' figures in their order, as the API answers them; empty where it has none. */
async function figuresOf(client: Client, query: string): Promise<string[]> {
  const read = async (report: string) => (await client.get(`/bi/${report}?${query}`)).body
  const [revenue, orders, engineers, customers, parts, invoices] = await Promise.all(
    ['revenue', 'work-orders', 'engineers', 'customers', 'parts', 'invoices'].map(read),
  )
  const { data: statuses } = (await client.get('/work-order-statuses')).body
  const values = [
    revenue.total,
    ...(revenue.growth_pct === null ? [] : [revenue.growth_pct]),
    invoices.outstanding_amount,
    invoices.overdue_amount,
    invoices.avg_payment_days,
    orders.completion_rate_pct,
    orders.avg_duration_hours,
    customers.new_customers,
    ...statuses.map(({ slug }: { slug: string }) => orders.status_distribution[slug] ?? 0),
    ...engineers.flatMap((engineer: Record<string, number>) => [
      engineer.completed,
      engineer.avg_hours,
      engineer.revenue,
    ]),
    ...parts.top_parts.map(({ used }: { used: number }) => used),
    parts.inventory_value,
  ]
  return values.map((value) => String(value ?? ''))
}
