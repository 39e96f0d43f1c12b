import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import i18next from 'i18next'
import { expect, test } from 'vitest'
import de from '~/i18n/de'
import deAside from '~/i18n/de.aside'
import deDialogs from '~/i18n/de.dialogs'
import deGoal from '~/i18n/de.goal'
import deHistory from '~/i18n/de.history'
import deProblems from '~/i18n/de.problems'
import deSharing from '~/i18n/de.sharing'
import en from '~/i18n/en'
import enAside from '~/i18n/en.aside'
import enDialogs from '~/i18n/en.dialogs'
import enGoal from '~/i18n/en.goal'
import enHistory from '~/i18n/en.history'
import enProblems from '~/i18n/en.problems'
import enSharing from '~/i18n/en.sharing'
import { reader } from '~/i18n/reader'

/** All keys with their texts. */
function flat(texts: object, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  )
}

const english = new Map(
  flat({ ...en, ...enGoal, ...enHistory, ...enAside, ...enDialogs, ...enProblems, ...enSharing }),
)
const german = new Map(
  flat({ ...de, ...deGoal, ...deHistory, ...deAside, ...deDialogs, ...deProblems, ...deSharing }),
)
const names = (text: string | undefined) => (text?.match(/\{\{\w+\}\}/g) ?? []).sort()

test('German says everything that English says, with the same values', () => {
  expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
  for (const [key, text] of english) expect(names(german.get(key)), key).toEqual(names(text))
  expect([...german.values()].every(Boolean)).toBe(true)
})

test('each group of texts is in one part: the next to come would replace it', () => {
  const groups = [en, enGoal, enHistory, enAside, enDialogs, enProblems, enSharing].flatMap((part) =>
    Object.keys(part),
  )
  expect(groups.filter((group, at) => groups.indexOf(group) !== at)).toEqual([])
})

test('what can go wrong is told without values: those of the server are written for machines', () => {
  const valued = [...english].filter(
    ([key, text]) => /^(problem|field)\./.test(key) && names(text).length > 0,
  )
  expect(valued).toEqual([])
})

test('in German, a length of time stands where any case does', () => {
  const bent = [...german].filter(([, text]) =>
    /\b(von|an|in|mit|nach|seit|vor|zu) \{\{(days|streak|length|longest)\}\}/.test(text),
  )
  expect(bent).toEqual([])
})

test('every problem that the server may tell has a text', () => {
  const kinds = readFileSync(resolve('../crates/runtime/src/problem/kind.rs'), 'utf8')
  const codes = [...kinds.matchAll(/row\("([a-z-]+)"/g)].map((match) => match[1])
  const refusals = readFileSync(resolve('../crates/domain/src/refusal.rs'), 'utf8')
  const [, variants = ''] = /pub enum Refusal \{\n(.*?)\n\}/s.exec(refusals) ?? []
  for (const [, name = ''] of variants.matchAll(/^ {4}([A-Z]\w+)/gm)) {
    codes.push(name.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase())
  }
  expect(codes.length).toBeGreaterThan(30)
  const texts = enProblems.problem as Record<string, string>
  const untold = codes.filter((code) => !(code && code in texts))
  expect(untold).toEqual([])
})

test.each(['pages', 'shell', 'ui', 'charts'])('nothing is said but through the texts: %s', (place) => {
  const folder = resolve('src', place)
  const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.tsx'))
  expect(names).not.toEqual([])
  for (const name of names) {
    const source = readFileSync(resolve(folder, name), 'utf8')
    const spoken = [
      ...source.matchAll(/(?:label|title|placeholder|aria-label)="([^"]+)"|>\s*([A-Z][a-z]+ [a-z ]+)</g),
    ]
    expect(
      spoken.map((match) => match[1] ?? match[2]),
      name,
    ).toEqual([])
  }
})

test.each([
  ['en', { ...en, ...enGoal, ...enHistory, ...enAside, ...enDialogs, ...enProblems, ...enSharing }],
  ['de', { ...de, ...deGoal, ...deHistory, ...deAside, ...deDialogs, ...deProblems, ...deSharing }],
] as const)('texts are read as i18next reads them: %s', async (lng, translation) => {
  const theirs = i18next.createInstance()
  await theirs.init({
    lng,
    resources: { [lng]: { translation } },
    interpolation: { escapeValue: false },
  })
  const ours = reader(translation, lng)
  for (const [key, text] of flat(translation)) {
    const values = Object.fromEntries(names(text).map((name) => [name.slice(2, -2), `<${name}>`]))
    expect(ours.text(key, values), key).toBe(theirs.t(key, values))
    for (const count of /_(one|other)$/.test(key) ? [0, 1, 2, 1_000] : []) {
      const base = key.replace(/_(one|other)$/, '')
      expect(ours.text(base, { ...values, count }), base).toBe(theirs.t(base, { ...values, count }))
    }
  }
  expect(ours.has('nav.today')).toBe(true)
  expect(ours.text('no.such.key')).toBe(theirs.t('no.such.key'))
})

test('what is shown at first says only what is there at first', () => {
  const first = [
    'ui/button.tsx ui/icon.tsx ui/state.tsx ui/toast.tsx shell/shell.tsx shell/saving.tsx shell/crash.tsx',
    'pages/today.tsx pages/today/card.tsx pages/today/goals.tsx',
    'pages/today/summary.tsx',
    'pages/parts/composer.tsx pages/parts/log-row.tsx pages/parts/strip.tsx lib/format.ts',
  ].flatMap((line) => line.split(' '))
  for (const name of first) expect(saidBeyond(name, en), name).toEqual([])
  // Whoever signs in waits for another part, as the router says.
  const router = readFileSync(resolve('src/router.tsx'), 'utf8')
  for (const path of ['sign-in', 'register']) {
    expect(router).toContain(`path: '/${path}',\n  beforeLoad: () => textsOf('aside'),`)
    for (const name of [path, 'parts/outside', 'parts/zone'])
      expect(saidBeyond(`pages/${name}.tsx`, { ...en, ...enAside }), name).toEqual([])
  }
})

/** The groups of texts that a file says something of, and that are not among these. */
function saidBeyond(name: string, texts: object): (string | undefined)[] {
  const source = readFileSync(resolve('src', name), 'utf8')
  const keys = [...source.matchAll(/\bt\((?:\w+ \? )?'(\w+)\./g)].map((match) => match[1])
  return keys.filter((group) => !Object.keys(texts).includes(group ?? ''))
}
