/** Texts, through i18next's format. A language is loaded when it is needed; both are complete, which a test holds them to. */
import { store, useStore } from '~/lib/store'
import { rememberedLanguage, rememberLanguage } from '~/lib/theme'
import type en from './en'
import type problems from './en.problems'
import { reader, type Texts } from './reader'

type Keys<T, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${Key<K>}` : Keys<T[K], `${Path}${K}.`>
}[keyof T & string]
type Key<K extends string> = K extends `${infer Name}_one` | `${infer Name}_other` ? Name : K

export type Language = 'en' | 'de'
export type TextKey = Keys<typeof en> | Keys<typeof problems>

const LANGUAGES = {
  en: [() => import('./en'), () => import('./en.problems')],
  de: [() => import('./de'), () => import('./de.problems')],
} as const
const current = store<Language>('en')
const known = new Map<Language, Texts>()
let read = reader({}, 'en')

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

/** Speaks a language from now on. What is said of problems comes a moment later: nobody needs it at once. */
export async function speak(next: Language): Promise<void> {
  let texts = known.get(next)
  if (!texts) {
    const [first, later] = LANGUAGES[next]
    const begun: Texts = { ...(await first()).default }
    known.set(next, begun)
    texts = begun
    void later().then((more) => Object.assign(begun, more.default))
  }
  read = reader(texts, next)
  document.documentElement.lang = next
  rememberLanguage(next)
  current.set(next)
}

/** Makes texts ready, before anything is rendered. */
export const beginTexts = () => speak(preferred())
