/** The frame of the pages for those who are not signed in, and what entering has in common. */
import { type ReactNode, useEffect, useState } from 'react'
import { explainError, fieldErrors, ProblemError } from '~/api/problem'
import type { SignedIn } from '~/api/session'
import { forgetAll } from '~/data/cache'
import { type Language, language, speak, useText } from '~/i18n'
import { recall, remember } from '~/lib/remember'
import { Mark } from '~/ui/icon'

const LANGUAGES: [Language, string][] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
]

/** The frame. */
export function Outside({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  const t = useText()
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title, t])
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[25rem] flex-col px-6 pt-[max(3rem,10dvh)] pb-8">
      <div className="mb-8 flex items-center gap-3">
        <Mark className="size-9" />
        <span className="font-bold text-xl tracking-tight">{t('app.name')}</span>
      </div>
      <h1 className="font-bold text-3xl">{title}</h1>
      <p className="mt-2 mb-8 text-muted">{text}</p>
      {children}
      <div className="mt-auto flex justify-center gap-1 pt-10">
        {LANGUAGES.map(([tag, name]) => (
          <button
            key={tag}
            type="button"
            lang={tag}
            aria-pressed={language() === tag}
            onClick={() => void speak(tag)}
            className="min-h-11 rounded-full px-4 text-muted text-sm hover:text-ink aria-pressed:font-semibold aria-pressed:text-ink"
          >
            {name}
          </button>
        ))}
      </div>
    </main>
  )
}

/** Enters, and tells what is wrong where it is. */
export function useEntering(ask: () => Promise<SignedIn>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const fields = error instanceof ProblemError ? fieldErrors(error.problem) : {}
  const wrong = error && Object.keys(fields).length === 0 ? explainError(error) : undefined
  const enter = async () => {
    setBusy(true)
    try {
      const { user } = await ask()
      // What was known here may be someone else's.
      if (recall('owner') !== user) await forgetAll()
      remember('owner', user)
      return true
    } catch (failed) {
      setError(failed)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, wrong, fields, enter }
}
