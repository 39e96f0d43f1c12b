/** The frame of the pages for those who are not signed in, and what entering has in common. */
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { api } from '~/api/client'
import { explainError, fieldErrors, ProblemError } from '~/api/problem'
import type { SignedIn } from '~/api/session'
import { HEAT } from '~/charts/heat'
import { forgetAll } from '~/data/forget'
import { type Language, language, speak, useText } from '~/i18n'
import { recall, remember } from '~/lib/remember'
import { useFocusWrong } from '~/ui/field'
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
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[1fr_minmax(0,44%)]">
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
      <Picture />
    </div>
  )
}

const COLUMNS = 11
const ROWS = 7
const CELL = 26
const STEP = 34

/** Weeks that fill up, from little to much: what this is about, without a word. */
function Picture() {
  const cells = Array.from({ length: COLUMNS * ROWS }, (_, at) => {
    const [column, row] = [Math.floor(at / ROWS), at % ROWS]
    const level = Math.round((column / COLUMNS) * 3.2 + ((at * at * 7 + at * 13) % 17) / 7 - 0.9)
    return { x: column * STEP, y: row * STEP, shade: HEAT[Math.max(0, Math.min(level, 4))] }
  })
  return (
    <div className="hidden items-center justify-center bg-sunken p-12 lg:flex">
      <svg
        viewBox={`0 0 ${COLUMNS * STEP - STEP + CELL} ${ROWS * STEP - STEP + CELL}`}
        className="w-full max-w-md"
        aria-hidden="true"
      >
        {cells.map(({ x, y, shade }) => (
          <rect key={`${x} ${y}`} x={x} y={y} width={CELL} height={CELL} rx="8" className={shade} />
        ))}
      </svg>
    </div>
  )
}

/** Whether people register by themselves. Until it is known, it is taken to be so: what is sent gets its answer anyway. */
export function useRegistrationOpen(): boolean {
  const asked = useQuery({ queryKey: ['registration'], queryFn: () => api.get('/v1/registration') })
  return asked.data?.open ?? true
}

/** Where to after that. Only an address of our own: a link from elsewhere must not lead away. */
export const whereTo = (to: string | undefined) => (to?.startsWith('/') && !to.startsWith('//') ? to : '/')

/** Whether an invitation waits to be looked at. */
export const isInvited = (to: string | undefined) => to === '/join'

/** Enters, and tells what is wrong where it is. */
export function useEntering(ask: () => Promise<SignedIn>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const form = useFocusWrong(error)
  const fields = error instanceof ProblemError ? fieldErrors(error.problem) : {}
  const wrong = error && Object.keys(fields).length === 0 ? explainError(error) : undefined
  const enter = async () => {
    setBusy(true)
    setError(undefined)
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
  return { form, busy, wrong, fields, enter }
}
