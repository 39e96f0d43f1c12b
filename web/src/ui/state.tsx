/** What stands where there is nothing to show: yet, ever, or for now. */
import type { ReactNode } from 'react'
import { explainError } from '~/api/problem'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { Button } from './button'
import { Icon } from './icon'

/** There is nothing, and that is fine. */
export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <Steps />
      <h2 className="mt-6 font-semibold text-xl">{title}</h2>
      {text && <p className="mt-2 max-w-sm text-muted">{text}</p>}
      {children && <div className="mt-6 w-full max-w-sm">{children}</div>}
    </div>
  )
}

/** Steps that rise, the last of them still to come. */
function Steps() {
  return (
    <svg viewBox="0 0 120 72" className="h-20" aria-hidden="true">
      <path d="M6 66h108" className="stroke-line" strokeWidth="2.5" strokeLinecap="round" />
      <rect x="14" y="48" width="17" height="12" rx="5" className="fill-heat-1" />
      <rect x="39" y="37" width="17" height="23" rx="5" className="fill-heat-2" />
      <rect x="64" y="24" width="17" height="36" rx="5" className="fill-heat-3" />
      <rect
        x="90"
        y="8"
        width="15"
        height="51"
        rx="5"
        className="fill-none stroke-line-strong"
        strokeWidth="1.8"
        strokeDasharray="3.5 4.5"
      />
    </svg>
  )
}

/** It could not be loaded, and why. */
export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useText()
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-3 rounded-card border border-line bg-surface p-5"
    >
      <p className="font-semibold">{t('failed')}</p>
      <p className="text-muted">{explainError(error)}</p>
      <Button look="quiet" size="small" onClick={retry}>
        {t('action.retry')}
      </Button>
    </div>
  )
}

/** What somebody did and was not sent yet. */
export function Pending() {
  const t = useText()
  const told = t('log.pending')
  return (
    <span role="img" title={told} aria-label={told} className="text-muted">
      <Icon name="clock" className="size-4" />
    </span>
  )
}

/** Stands in the place of what is coming, in its size. */
export function Skeleton({ className }: { className: string }) {
  return <div className={cx('skeleton', className)} aria-hidden="true" />
}

/** Several of them, announced once. */
export function Loading({ lines, className }: { lines: number; className: string }) {
  const t = useText()
  return (
    <div className="flex flex-col gap-3">
      <span role="status" className="sr-only">
        {t('app.loading')}
      </span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={line} className={className} />
      ))}
    </div>
  )
}

/** How a card looks. */
export const cardLook = 'rounded-card border border-line bg-surface'
