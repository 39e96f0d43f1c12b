// Holds the first load of every page to its budget: all script that a page needs before it can be used, as it is sent: by brotli, which every
// browser that can run it takes. Gzip is told beside it.
import { readFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const BUDGET_BYTES = 130_000

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const forms = { br: brotliCompressSync, gz: (bytes) => gzipSync(bytes, { level: 9 }) }

/** The files of a module and of everything it imports statically. */
function files(key, found = new Set()) {
  const { file, imports = [] } = manifest[key]
  if (found.has(file)) return found
  found.add(file)
  for (const next of imports) files(next, found)
  return found
}

const sum = (found, form) =>
  [...found].reduce((total, file) => total + forms[form](readFileSync(new URL(file, dist))).length, 0)

const languages = ['en', 'de'].map((name) => `src/i18n/${name}.ts`)
const pages = Object.keys(manifest).filter((key) => key.startsWith('src/pages/'))
let worst = 0
for (const page of pages) {
  // The larger of the two languages counts.
  const loads = languages.map((language) => files(language, files(page, files('index.html'))))
  const [br, gz] = ['br', 'gz'].map((form) => Math.max(...loads.map((load) => sum(load, form))))
  worst = Math.max(worst, br)
  process.stdout.write(
    `${page.padEnd(24)} ${(br / 1000).toFixed(1)} kB brotli, ${(gz / 1000).toFixed(1)} kB gzip\n`,
  )
}
if (worst > BUDGET_BYTES) {
  process.stderr.write(`The first load is ${worst} bytes; the budget is ${BUDGET_BYTES}.\n`)
  process.exit(1)
}
