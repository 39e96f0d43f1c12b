// Draws the icons of the installed app from public/icon.svg. Run by hand when the mark changes; what it draws is committed.
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { CHROMIUM } from '../e2e/browser.mjs'

const svg = readFileSync(new URL('../public/icon.svg', import.meta.url), 'utf8')
const browser = await chromium.launch(CHROMIUM)
for (const [name, size, shape] of [
  ['icon-180', 180, svg.replace('rx="9"', '')],
  ['icon-192', 192, svg],
  ['icon-512', 512, svg],
  // Whatever shape the system cuts, the mark stays within its safe middle.
  [
    'icon-maskable-512',
    512,
    svg.replace('rx="9"', '').replace('<path', '<path transform="translate(4 4) scale(.75)"'),
  ],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw}</style>${shape}`)
  await page.screenshot({
    path: new URL(`../public/${name}.png`, import.meta.url).pathname,
    omitBackground: true,
  })
}
await browser.close()
