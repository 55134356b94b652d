import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome']
const executablePath = places.find((path) => path && existsSync(path))

const advice =
  'This test opens pages in Chromium, which is not here: `apt-get install chromium`, or name its program in CHROMIUM_PATH.'

/** Without a browser a developer's run goes on; the release's does not. */
export const hasBrowser = executablePath !== undefined || Boolean(process.env.CI)
if (!hasBrowser) console.warn(advice)

/** A headless Chromium. Throws where there is none. */
export async function startBrowser() {
  if (!executablePath) throw new Error(advice)
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}
