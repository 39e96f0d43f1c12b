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

const source = (path) => readFileSync(new URL(`../src/${path}`, import.meta.url), 'utf8')

function fail(why) {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}

/** What a piece of source imports when it gets there. */
const imported = (text) => [...text.matchAll(/\bimport\('\.\/([\w./-]+)'\)/g)].map(([, path]) => path)

const languages = ['en', 'de']
/** The parts of the texts that there are besides the first. */
const allParts = imported(source('i18n/index.ts')).flatMap((path) => /^en\.(\w+)$/.exec(path)?.[1] ?? [])

if (allParts.length === 0) fail('No parts of the texts are known.')

/** The parts of the texts that a piece of source waits for. */
function partsIn(text) {
  if (/\ballTexts\(\)/.test(text)) return allParts
  return [...text.matchAll(/\btextsOf\(([^)]*)\)/g)].flatMap(([, parts]) => parts.match(/\w+/g) ?? [])
}

/**
 * What people wait for behind a page that asks for nothing itself, and so shows nothing of its own: what it loads, and its
 * texts. It is told, and not held to the budget.
 */
function waitedFor(page) {
  const text = source(`${page}.tsx`)
  if (/ from '~\/(data|api)\//.test(text)) return { keys: [], parts: [] }
  const keys = imported(text).map((path) => `src/pages/${path}.tsx`)
  if (keys.length === 0) fail(`${page} asks for nothing, and loads nothing that does.`)
  return { keys, parts: partsIn(text) }
}

/** Each page of the router, with the modules and the texts that are there before it can be used. */
const routes = source('router.tsx')
  .split(/\bcreateRoute\(/)
  .slice(1)
  .filter((route) => /^ {2}path: /m.test(route))
const pages = routes.map((route) => {
  const [path] = imported(route)
  if (!path) fail(`A route loads no page: ${route.slice(0, 80)}`)
  return { page: `src/${path}.tsx`, parts: partsIn(route), behind: waitedFor(path) }
})
const built = Object.keys(manifest).filter((key) => /^src\/pages\/[^/]+\.tsx$/.test(key))
const asked = pages.map(({ page }) => page)
if (pages.length === 0 || String(built.toSorted()) !== String(asked.toSorted()))
  fail(`The router has the pages ${asked}; built are ${built}.`)

let worst = 0
for (const { page, parts, behind } of pages) {
  // The larger of the two languages counts.
  const load = (form, keys, texts) =>
    Math.max(
      ...languages.map((language) => {
        const found = files(`src/i18n/${language}.ts`, files(page, files('index.html')))
        for (const key of keys) files(key, found)
        for (const part of texts) files(`src/i18n/${language}.${part}.ts`, found)
        return sum(found, form)
      }),
    )
  worst = Math.max(worst, load('gz', [], parts))
  const [gz, br] = ['gz', 'br'].map((form) => load(form, behind.keys, [...parts, ...behind.parts]))
  const note = gz > BUDGET_BYTES ? ', beyond the budget' : ''
  process.stdout.write(
    `${page.padEnd(24)} ${(gz / 1000).toFixed(1)} kB gzip, ${(br / 1000).toFixed(1)} kB brotli${note}\n`,
  )
}
if (worst > BUDGET_BYTES) fail(`The first load is ${worst} bytes; the budget is ${BUDGET_BYTES}.`)
