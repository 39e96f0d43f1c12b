/** What of history is shown. The filters stand in the address. */
import { useNavigate } from '@tanstack/react-router'
import { Suspense, useId, useState } from 'react'
import { useText } from '~/i18n'
import { Button } from '~/ui/button'
import { moveOn } from '~/ui/focus'
import { Icon } from '~/ui/icon'
import { lazily } from '~/ui/lazily'
import { Skeleton } from '~/ui/state'

const Fields = lazily(() => import('./history-fields'))

/** Of which goal, of which type, and of which days. */
export interface Filter {
  goal?: string
  type?: string
  from?: string
  to?: string
}

/** The filters, closed until they are wanted. */
export function Filters({ filter }: { filter: Filter }) {
  const t = useText()
  const id = useId()
  const navigate = useNavigate({ from: '/history' })
  const { goal, type, from, to } = filter
  const count = [goal, type, from, to].filter(Boolean).length
  const [open, setOpen] = useState(count > 0)
  return (
    <div className="mb-6">
      <div className="flex items-center gap-2">
        <Button
          look="quiet"
          size="small"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <Icon name="filter" className="-ml-0.5 size-4" />
          {t('history.filters')}
          {count > 0 && (
            <span className="numbers rounded-full bg-accent px-1.5 text-accent-ink text-xs">{count}</span>
          )}
        </Button>
        {count > 0 && (
          <Button
            look="ghost"
            size="small"
            onClick={(event) => {
              moveOn(event.currentTarget, 'div')
              void navigate({
                search: (before) => ({ past: before.past }),
                replace: true,
              })
            }}
          >
            {t('history.clear')}
          </Button>
        )}
      </div>
      <div id={id} className="mt-3" hidden={!open}>
        {open && (
          <Suspense fallback={<Skeleton className="h-[4.25rem]" />}>
            <Fields filter={filter} />
          </Suspense>
        )}
      </div>
    </div>
  )
}
