/**
 * Reads texts as i18next has them: keys by dots, `{{values}}`, and `_one` and `_other` where a `count` is given. i18next
 * itself would be an eighth of the first load; a test holds this to it, for every text.
 */

/** Texts by name, and groups of them. */
export interface Texts {
  [name: string]: string | Texts
}

/** What reads the texts of a language. */
export interface Reader {
  text(key: string, values?: Record<string, unknown>): string
  has(key: string): boolean
}

/** Reads `texts`, which are in `language`. */
export function reader(texts: Texts, language: string): Reader {
  const plurals = new Intl.PluralRules(language)
  const find = (key: string): string | undefined => {
    let at: string | Texts | undefined = texts
    for (const name of key.split('.')) at = typeof at === 'object' ? at[name] : undefined
    return typeof at === 'string' ? at : undefined
  }
  return {
    text(key, values = {}) {
      const { count } = values
      const plural = typeof count === 'number' ? find(`${key}_${plurals.select(count)}`) : undefined
      const text = plural ?? find(key) ?? key
      return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))
    },
    has: (key) => find(key) !== undefined,
  }
}
