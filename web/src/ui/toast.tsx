import { type ReactNode, useEffect, useRef } from 'react'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { store, useStore } from '~/lib/store'
import { useFocusBack } from './focus'
import { Icon } from './icon'

/** A text, or what gives it in the language of the moment. */
type Told = string | (() => string)

interface Toast {
  id: number
  text: Told
  tone: 'plain' | 'bad'
  action?: { label: Told; run: () => void } | undefined
}

const SHOWN_MS = { plain: 7_000, bad: 15_000 }
const toasts = store<Toast[]>([])
let last = 0

const inWords = (told: Told) => (typeof told === 'string' ? told : told())

/** Says something briefly, perhaps with something to do about it. It gives way to the next, unless it is bad. */
export function say(text: Told, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): number {
  last += 1
  const bad = toasts.get().filter((toast) => toast.tone === 'bad')
  toasts.set([...bad, { id: last, text, tone: 'plain' as const, ...options }].slice(-2))
  return last
}

/** Takes back what was said: all of it, unless told what. */
export function unsay(id?: number): void {
  toasts.set(toasts.get().filter((toast) => id !== undefined && toast.id !== id))
}

/** Where it is said: above the thumb on phones, at the foot of the desk. What stays longer than words do stands above. */
export function Toasts({ children }: { children: ReactNode }) {
  const shown = useStore(toasts)
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-[calc(var(--foot)+0.75rem)] z-40 flex flex-col items-center gap-2 px-4 md:bottom-6 print:hidden"
    >
      {children}
      {shown.map((toast) => (
        <Line key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function Line({ toast }: { toast: Toast }) {
  const t = useText()
  const line = useRef<HTMLDivElement>(null)
  const [focus, giveBack] = useFocusBack()
  const close = () => {
    unsay(toast.id)
    giveBack()
  }
  useEffect(() => {
    // Not while somebody is about to do something with it.
    const isHeld = () => line.current?.matches(':hover, :focus-within')
    const timer = setInterval(() => !isHeld() && unsay(toast.id), SHOWN_MS[toast.tone])
    return () => clearInterval(timer)
  }, [toast])
  return (
    <div
      {...focus}
      ref={line}
      className="rise pointer-events-auto flex min-h-12 w-full max-w-md items-center gap-2 rounded-2xl bg-ink py-1 pr-1 pl-4 text-bg shadow-high sm:w-auto"
    >
      {toast.tone === 'bad' && <Icon name="alert" className="size-5 shrink-0" />}
      <p
        className={cx('line-clamp-4 min-w-0 grow break-words py-2 text-[0.9375rem]', !toast.action && 'pr-2')}
      >
        {inWords(toast.text)}
      </p>
      {toast.action && (
        <button
          type="button"
          onClick={() => {
            close()
            toast.action?.run()
          }}
          className="min-h-11 shrink-0 rounded-xl px-3 font-semibold text-[0.9375rem] underline decoration-2 underline-offset-4 hover:opacity-80 focus-visible:outline-bg"
        >
          {inWords(toast.action.label)}
        </button>
      )}
      <button
        type="button"
        aria-label={t('action.close')}
        onClick={close}
        className="flex size-11 shrink-0 items-center justify-center rounded-full opacity-75 hover:opacity-100 focus-visible:outline-bg"
      >
        <Icon name="close" />
      </button>
    </div>
  )
}
