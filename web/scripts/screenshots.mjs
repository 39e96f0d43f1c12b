// Takes the pictures of the README from the demo's data: `npm run screenshots`, with a program that `cargo build --bin momentum` made.
// It starts one of its own, fills it by `momentum demo`, and writes docs/images/.
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { CHROMIUM } from '../e2e/browser.mjs'
import { BINARY, startServer } from '../e2e/server.mjs'

const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url))
const QUALITY = 80
const DEVICES = {
  desk: { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
}

/** Signs in on a device of its own, and takes every picture there. */
async function take(device, options, theme, email, password) {
  const context = await browser.newContext({
    baseURL: server.url,
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
    colorScheme: theme,
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const camera = await context.newCDPSession(page)
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const goal = page.getByRole('link', { name: 'Read every evening' }).first()
  await goal.waitFor()
  const pages = { today: '/', goal: await goal.getAttribute('href') }
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    const { data } = await camera.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
    writeFileSync(join(IMAGES, `${name}-${device}-${theme}.webp`), Buffer.from(data, 'base64'))
  }
  await context.close()
}

const server = await startServer()
const browser = await chromium.launch(CHROMIUM)
try {
  // Not the synchronous form: what the program says must be read meanwhile, or it stops when the pipe is full.
  const { stdout: told } = await promisify(execFile)(BINARY, ['demo', '--address', server.url])
  const [, email] = /E-mail\s+(\S+)/.exec(told)
  const [, password] = /Password\s+(\S+)/.exec(told)
  mkdirSync(IMAGES, { recursive: true })
  for (const [device, options] of Object.entries(DEVICES))
    for (const theme of ['light', 'dark']) await take(device, options, theme, email, password)
} finally {
  await browser.close()
  await server.stop()
}
