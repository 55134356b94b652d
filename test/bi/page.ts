import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Client } from '../harness/client.ts'

/** Where to leave pictures of the page for people to look at; none when absent. */
const pictures = process.env.PICTURES

/** The page, and all that the browser complained of and asked for; logged in when a client is given. */
export async function openFigures(
  browser: Browser,
  url: string,
  {
    client,
    path = '/bi',
    ...options
  }: BrowserContextOptions & { client?: Client; path?: string } = {},
) {
  // The owner of the context is the page: both close together.
  const page = await browser.newPage({ reducedMotion: 'reduce', locale: 'nl-NL', ...options })
  const complaints: string[] = []
  const requested: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => requested.push(request.url()))
  if (client) {
    const token = JSON.stringify(client.token)
    await page.addInitScript(`sessionStorage.setItem('repair-angel.token', ${token})`)
  }
  await page.goto(`${url}${path}`)
  return { page, complaints, requested }
}

// Scripts are texts here: the browser's own names are not the Worker's.

/** What programs read of tiles and rankings, in the order of the page. */
export const figuresIn = (page: Page): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll('.tile data, .thirds data')].map(({ value }) => value)`,
  )

/** How wide the page is, and how much of it is seen. */
export const widths = (page: Page): Promise<{ page: number; screen: number }> =>
  page.evaluate(
    `({ page: document.documentElement.scrollWidth, screen: document.documentElement.clientWidth })`,
  )

/** The page's ground, and the colour that its chart has most of. */
export const colours = (page: Page): Promise<object> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector('canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const counts = new Map()
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] < 255) continue
      const colour = 'rgb(' + data.slice(at, at + 3).join(', ') + ')'
      counts.set(colour, (counts.get(colour) ?? 0) + 1)
    }
    const [[bar]] = [...counts].sort(([, a], [, b]) => b - a)
    return { back: getComputedStyle(document.body).backgroundColor, bar }
  })()`)

/** What axe finds against WCAG 2.2 AA and good practice, contrast included. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target)))`,
  )
}

export async function photograph(page: Page, name: string): Promise<void> {
  if (!pictures) return
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `bi-${name}.png`), fullPage: true })
}
