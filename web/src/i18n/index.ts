/** Texts. A language is loaded when it is needed; both are complete, which a test holds them to. */
import i18next, { type ParseKeys } from 'i18next'
import { store, useStore } from '~/lib/store'
import { rememberedLanguage, rememberLanguage } from '~/lib/theme'
import type en from './en'
import type problems from './en.problems'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en & typeof problems }
  }
}

export type Language = 'en' | 'de'
export type TextKey = ParseKeys

const LANGUAGES = {
  en: [() => import('./en'), () => import('./en.problems')],
  de: [() => import('./de'), () => import('./de.problems')],
} as const
const current = store<Language>('en')

export const i18n = i18next

/** The language that texts are in. */
export const language = () => current.get()

/** A text. */
export function t(key: TextKey, values?: Record<string, unknown>): string {
  return i18next.t(key, { ...values })
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

/** Speaks a language from now on. */
export async function speak(next: Language): Promise<void> {
  if (!i18next.hasResourceBundle(next, 'translation')) {
    const [first, later] = LANGUAGES[next]
    i18next.addResourceBundle(next, 'translation', (await first()).default)
    void later().then((texts) => i18next.addResourceBundle(next, 'translation', texts.default, true))
  }
  await i18next.changeLanguage(next)
  document.documentElement.lang = next
  rememberLanguage(next)
  current.set(next)
}

/** Makes texts ready, before anything is rendered. */
export async function beginTexts(): Promise<void> {
  await i18next.init({
    lng: preferred(),
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
  })
  await speak(preferred())
}
