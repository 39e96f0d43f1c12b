import type { Me } from '~/api/types'
import { recall, remember } from './remember'

/** How the product looks. */
export type Theme = Me['theme']

/** The theme this browser was told last. `public/theme.js` reads it before the first paint, as plain text. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem('momentum.theme', theme)
  } catch {
    // Only remembered for comfort.
  }
}

/** Whether this browser was told a language, and which. */
export function rememberedLanguage(): string | undefined {
  return recall('language')
}

/** Remembers the language. */
export function rememberLanguage(language: string): void {
  remember('language', language)
}
