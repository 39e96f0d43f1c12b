import { type ReactNode, useId, useState } from 'react'
import { useText } from '~/i18n'
import { IconButton } from '~/ui/button'
import { cardLook } from '~/ui/state'

/** A titled part of a page. */
export function Panel({
  title,
  actions,
  children,
}: {
  title: string
  actions?: ReactNode
  children: ReactNode
}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={`${cardLook} overflow-hidden px-5 pt-4 pb-5`}>
      <div className="mb-2.5 flex min-h-9 items-center justify-between gap-2">
        <h2 id={id} className="font-semibold text-lg">
          {title}
        </h2>
        {actions && <div className="-my-1 -mr-2 flex items-center">{actions}</div>}
      </div>
      {children}
    </section>
  )
}

/** A picture, or the table that says the same. */
export function usePictured() {
  const t = useText()
  const [asTable, setAsTable] = useState(false)
  const toggle = (
    <IconButton
      icon="table"
      label={t('goal.table')}
      aria-pressed={asTable}
      onClick={() => setAsTable(!asTable)}
      className="aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
    />
  )
  return { asTable, toggle }
}
