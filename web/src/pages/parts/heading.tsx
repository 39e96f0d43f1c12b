import { type ReactNode, useEffect } from 'react'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'

/** A name of more characters is set smaller. */
const LONG = 60

/** A page's name, here and in the browser's title, and what can be done with the page. */
export function Heading({
  title,
  live,
  children,
}: {
  title: string
  /** It changes while the page is open, and is read out then. */
  live?: boolean
  children?: ReactNode
}) {
  const t = useText()
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title, t])
  return (
    <div className="mb-6 flex min-h-11 flex-wrap items-center justify-between gap-3 md:mb-8">
      <h1
        dir="auto"
        aria-live={live ? 'polite' : undefined}
        className={cx(
          'min-w-0 break-words font-bold leading-tight',
          title.length > LONG ? 'text-2xl md:text-3xl' : 'text-[1.75rem] md:text-4xl',
        )}
      >
        {title}
      </h1>
      {children && <div className="flex max-w-full shrink-0 flex-wrap items-center gap-1">{children}</div>}
    </div>
  )
}
