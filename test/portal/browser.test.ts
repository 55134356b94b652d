import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, type BrowserContext, devices, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, startBrowser } from '../harness/browser.ts'
import { startVisiting } from './visiting.ts'

const { api, owner, miniflare, linkOf, newQuotation, newInvoice, newOrder, newAgreement } =
  await startVisiting()

/** Where to leave pictures of the pages for people to look at; none when absent. */
const pictures = process.env.PICTURES

// As text, because the browser's own names are not the Worker's.
const measure = `({
  page: document.documentElement.scrollWidth,
  screen: window.innerWidth,
  language: document.documentElement.lang,
})`

async function photograph(page: Page, name: string) {
  if (!pictures) return
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

async function newStory() {
  const order = await newOrder()
  await api.post(`/work-orders/${order.id}/status`, { status: 'waiting_parts' })
  await api.post(`/work-orders/${order.id}/notes`, {
    note: 'Het scherm is binnen. Morgen zetten we het erin.',
    is_internal: false,
  })
  await api.post(`/work-orders/${order.id}/status`, { status: 'in_repair' })
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
        const sizes = await page.evaluate<Record<string, unknown>>(measure)
        expect(sizes.page).toBe(sizes.screen)
        expect(sizes.language).toBe(lang)
        expect(complaints).toEqual([])
        expect(requested).toEqual([address])
        await photograph(page, `${subject}-${colorScheme}-${lang}`)
        await page.close()
      }
    }
  })

  test.each(Object.keys(subjects))('%s: fits a wide screen too', async (subject) => {
    const { url } = await linkOf(subject, (await subjects[subject]?.()) ?? 0)
    const wide = { viewport: { width: 1280, height: 900 }, isMobile: false, deviceScaleFactor: 1 }
    const { page, complaints } = await onPhone(url, wide)
    expect((await page.evaluate<Record<string, unknown>>(measure)).page).toBe(1280)
    expect(complaints).toEqual([])
    await photograph(page, `${subject}-wide`)
    await page.close()
  })

  test('accepts a quotation, and takes its PDF along', async () => {
    const { id, quotation_number } = await newQuotation()
    const { url } = await linkOf('quotation', id)
    const { page, complaints } = await onPhone(url)
    await page.getByRole('button', { name: 'Akkoord met offerte' }).tap()
    // The browser itself asks for the name.
    expect((await api.get(`/quotations/${id}`)).body.status).toBe('sent')
    await page.getByLabel('Uw naam').fill('Jane Smith')
    await page.getByRole('button', { name: 'Akkoord met offerte' }).tap()
    await page.getByText('Jane Smith ging op').waitFor()
    expect(page.url()).toBe(url)
    expect((await api.get(`/quotations/${id}`)).body.status).toBe('accepted')
    await photograph(page, 'accepted')
    const address = await page.getByRole('link', { name: 'PDF' }).getAttribute('href')
    const pdf = await page.request.get(new URL(String(address), url).href)
    expect(pdf.headers()).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': expect.stringContaining(`${quotation_number}.pdf`),
    })
    expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-')
    expect(complaints).toEqual([])
  })

  test('rejects a quotation with a reason, without JavaScript', async () => {
    const { id } = await newQuotation()
    const { url } = await linkOf('quotation', id)
    const { page } = await onPhone(`${url}?lang=en`, { javaScriptEnabled: false })
    await page.getByText('Rather not?').tap()
    await page.getByLabel('Why not?').fill('Too dear')
    await page.getByRole('button', { name: 'Decline quotation' }).tap()
    await page.getByText('You declined this quotation').waitFor()
    expect(page.url()).toBe(`${url}?lang=en`)
    const { body } = await api.get(`/quotations/${id}`)
    expect(body).toMatchObject({ status: 'rejected', rejection_reason: 'Too dear' })
  })

  test('signs a price agreement with a finger', async () => {
    const id = await newAgreement()
    const { url } = await linkOf('price_agreement', id)
    const { page, complaints } = await onPhone(url, { colorScheme: 'dark' })
    const send = page.getByRole('button', { name: 'Ondertekenen' })
    await send.click()
    await page.getByText('Zet eerst uw handtekening').waitFor()
    const box = await page.locator('canvas').boundingBox()
    if (!box) throw new Error('the page has no canvas')
    const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const
    const write = async (points: [number, number][]) => {
      await page.mouse.move(...at(...(points[0] ?? [0, 0])))
      await page.mouse.down()
      for (const point of points) await page.mouse.move(...at(...point), { steps: 6 })
      await page.mouse.up()
    }
    await write([[0.1, 0.2]])
    await page.getByRole('button', { name: 'Wissen' }).click()
    await send.click()
    await page.getByText('Zet eerst uw handtekening').waitFor()
    await write([
      [0.15, 0.75],
      [0.25, 0.2],
      [0.32, 0.8],
      [0.45, 0.35],
      [0.5, 0.75],
      [0.62, 0.4],
      [0.85, 0.6],
    ])
    await photograph(page, 'signing')
    await send.click()
    await page.getByText('ondertekend.').waitFor()
    expect(await page.locator('canvas').count()).toBe(0)
    expect(complaints).toEqual([])
    await photograph(page, 'signed')
    const { rows } = await owner.query(
      'select status, signature_key from price_agreements where id = $1',
      [id],
    )
    expect(rows[0].status).toBe('signed')
    const files = await miniflare.getR2Bucket('FILES')
    const picture = Buffer.from(
      await ((await files.get(rows[0].signature_key))?.arrayBuffer() ?? []),
    )
    expect(picture.subarray(1, 4).toString()).toBe('PNG')
    expect(picture.length).toBeLessThan(200_000)
    if (pictures) await writeFile(join(pictures, 'signature.png'), picture)
  })

  test('shows a long document and a shop of many words without breaking', async () => {
    await owner.query(`update tenants set name = $1, logo = $2`, [
      'Allerbeste Telefoonreparatiespecialistenvereniging van Noord-Holland en omstreken',
      null,
    ])
    const { id } = await newQuotation({
      lines: Array.from({ length: 12 }, (_, n) => ({
        description: `Onderdeel ${n} ${'x'.repeat(60)}\ntweede regel <b>geen opmaak</b>`,
        qty: 1234.567,
        unit_price: 1234.5678,
        vat_pct: n % 2 ? 9 : 21,
      })),
    })
    const { url } = await linkOf('quotation', id)
    const { page, complaints } = await onPhone(url, { viewport: { width: 320, height: 640 } })
    const width = (await page.evaluate<Record<string, unknown>>(measure)).page
    expect(width).toBe(320)
    expect(await page.locator('.lines b b').count()).toBe(0)
    expect(complaints).toEqual([])
    await photograph(page, 'long')
  })
})
