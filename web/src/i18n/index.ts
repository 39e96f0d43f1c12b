/** Texts, through i18next's format. A language is loaded when it is needed; both are complete, which a test holds them to. */
import { store, useStore } from '~/lib/store'
import { rememberedLanguage, rememberLanguage } from '~/lib/theme'
import type en from './en'
import type aside from './en.aside'
import type goal from './en.goal'
import type history from './en.history'
import type later from './en.later'
import { reader, type Texts } from './reader'

type Keys<T, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${Key<K>}` : Keys<T[K], `${Path}${K}.`>
}[keyof T & string]
type Key<K extends string> = K extends `${infer Name}_one` | `${infer Name}_other` ? Name : K

export type Language = 'en' | 'de'
export type TextKey =
  | Keys<typeof en>
  | Keys<typeof goal>
  | Keys<typeof history>
  | Keys<typeof aside>
  | Keys<typeof later>

/** Each language in parts: what the first page needs, and what is loaded behind it. */
const LANGUAGES = {
  en: {
    first: () => import('./en'),
    goal: () => import('./en.goal'),
    history: () => import('./en.history'),
    aside: () => import('./en.aside'),
    later: () => import('./en.later'),
  },
  de: {
    first: () => import('./de'),
    goal: () => import('./de.goal'),
    history: () => import('./de.history'),
    aside: () => import('./de.aside'),
    later: () => import('./de.later'),
  },
} as const
const current = store<Language>('en')
const known = new Map<Language, ReturnType<typeof load>>()
let read = reader({}, 'en')
let wanted: Language

/** The language that texts are in. */
export const language = () => current.get()

/** A text. */
export function t(key: TextKey, values?: Record<string, unknown>): string {
  return read.text(key, values)
}

/** Whether there is such a text: for keys that the server makes. */
export function hasText(key: string): key is TextKey {
  return read.has(key)
}

/** `t`, and a new rendering when the language changes. */
export function useText(): typeof t {
  useStore(current)
  return t
}

/** What the person chose last on this browser, else what the browser prefers. */
function preferred(): Language {
  const wished = [rememberedLanguage() ?? '', ...(navigator.languages ?? [])].map((tag) => tag.split('-')[0])
  return wished.find((tag): tag is Language => tag === 'en' || tag === 'de') ?? 'en'
}

/** The texts of a language: those of the first pages, and a promise of each other part and of all. */
async function load(language: Language) {
  const { first, ...others } = LANGUAGES[language]
  const texts: Texts = { ...(await first()).default }
  const add = async (part: () => Promise<{ default: Texts }>) =>
    void Object.assign(texts, (await part()).default)
  const parts = Object.fromEntries(Object.entries(others).map(([name, part]) => [name, add(part)]))
  return { texts, parts, whole: Promise.all(Object.values(parts)) }
}

/** Waits until there are the texts of these parts. Those for the first pages are there before, and the others a moment later. */
export async function textsOf(...parts: ('goal' | 'history' | 'aside')[]): Promise<void> {
  const texts = await known.get(current.get())
  await Promise.all(parts.map((part) => texts?.parts[part]))
}

/** Waits until there are texts for everything. */
export const allTexts = async () => (await known.get(current.get()))?.whole

/**
 * Speaks a language from now on, and on the next visit. Whoever looks already is on any page, so all its texts must be
 * there first. At the beginning nobody does, and nothing was chosen.
 */
export async function speak(next: Language, waits = true): Promise<void> {
  wanted = next
  const loading = known.get(next) ?? load(next)
  known.set(next, loading)
  try {
    const { texts, whole } = await loading
    if (waits) await whole
    // Another was chosen meanwhile.
    if (wanted !== next) return
    read = reader(texts, next)
  } catch (error) {
    // Whoever chooses it again asks anew.
    known.delete(next)
    throw error
  }
  document.documentElement.lang = next
  if (waits) rememberLanguage(next)
  current.set(next)
}

/** Makes the first texts ready, before anything is rendered: in English, where they cannot be had in the language preferred. */
export const beginTexts = () => speak(preferred(), false).catch(() => speak('en', false))
