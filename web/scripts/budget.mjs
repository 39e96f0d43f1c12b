// Holds the first load of every page to its budget: all script that a page needs before it can be used, as it is sent to a
// browser that takes no better than gzip. Brotli, which most take, is told beside it.
import { existsSync, readFileSync, statSync } from 'node:fs'

const BUDGET_BYTES = 130_000

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

/** The files of a module and of everything it imports statically. */
function files(key, found = new Set()) {
  const { file, imports = [] } = manifest[key]
  if (found.has(file)) return found
  found.add(file)
  for (const next of imports) files(next, found)
  return found
}

/** How many bytes of a file are sent. */
function sent(file, form) {
  const packed = new URL(`${file}.${form}`, dist)
  return statSync(existsSync(packed) ? packed : new URL(file, dist)).size
}

const sum = (found, form) => [...found].reduce((total, file) => total + sent(file, form), 0)

const languages = ['en', 'de']
/** The parts of the texts that a page needs besides the first; as in `src/router.tsx`. */
const PARTS = {
  goals: ['aside'],
  goal: ['goal'],
  weeks: ['goal'],
  history: ['history'],
  settings: ['aside'],
  'sign-in': ['aside'],
  register: ['aside'],
}
const pages = Object.keys(manifest).filter((key) => /^src\/pages\/[^/]+$/.test(key))
let worst = 0
for (const page of pages) {
  // The larger of the two languages counts.
  const loads = languages.map((language) => {
    const [, name] = /([^/]+)\.tsx$/.exec(page)
    const found = files(`src/i18n/${language}.ts`, files(page, files('index.html')))
    for (const part of PARTS[name] ?? []) files(`src/i18n/${language}.${part}.ts`, found)
    return found
  })
  const [br, gz] = ['br', 'gz'].map((form) => Math.max(...loads.map((load) => sum(load, form))))
  worst = Math.max(worst, gz)
  process.stdout.write(
    `${page.padEnd(24)} ${(gz / 1000).toFixed(1)} kB gzip, ${(br / 1000).toFixed(1)} kB brotli\n`,
  )
}
if (worst > BUDGET_BYTES) {
  process.stderr.write(`The first load is ${worst} bytes; the budget is ${BUDGET_BYTES}.\n`)
  process.exit(1)
}
