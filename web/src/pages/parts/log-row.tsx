/** A log in a list: what was done, and the form to correct it in the same place. */
import { Link } from '@tanstack/react-router'
import { Suspense, useEffect, useRef, useState } from 'react'
import type { DailyLog } from '~/api/types'
import { allTexts, useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { formatMinutes } from '~/lib/format'
import { act } from '~/outbox/act'
import { wasOf } from '~/outbox/commands'
import type { Shown } from '~/outbox/show'
import { IconButton } from '~/ui/button'
import { moveOn, useFocusAfter } from '~/ui/focus'
import { lazily } from '~/ui/lazily'
import { Pending, Skeleton } from '~/ui/state'

/** Few rows are corrected, so the form comes with the first of them. */
const LogForm = lazily(() => allTexts().then(() => import('./log-form')))

/** The row. `withGoal` names the goal, where the list has logs of several. */
export function LogRow({
  log,
  title,
  withGoal,
  withDay,
  locked,
  onCorrect,
}: {
  log: DailyLog & Shown
  title: string
  withGoal?: boolean
  /** The day, where the list has several. */
  withDay?: string
  locked?: boolean
  /** By how much there are more forms open, or fewer. */
  onCorrect?: ((by: number) => void) | undefined
}) {
  const t = useText()
  // The log as it stood when its form was opened: what others change meanwhile is not to be corrected unseen.
  const [was, setWas] = useState<DailyLog>()
  const row = useRef<HTMLLIElement>(null)
  const isOpen = was !== undefined
  const button = useFocusAfter(isOpen)
  useEffect(() => {
    if (!isOpen) return
    onCorrect?.(1)
    return () => onCorrect?.(-1)
  }, [isOpen, onCorrect])
  const minutes = formatMinutes(log.minutes)
  const remove = () => {
    if (row.current) moveOn(row.current, 'ul')
    act({ kind: 'withdrawLog', id: log.id, title, was: wasOf(log) })
  }
  if (was) {
    return (
      <li ref={row} className="py-3">
        <Suspense fallback={<Skeleton className="h-44" />}>
          <LogForm
            initial={{ day: was.day, minutes: was.minutes, text: was.text ?? null }}
            onCancel={() => setWas(undefined)}
            onRemove={remove}
            onSave={(changed) => {
              setWas(undefined)
              if (Object.keys(changed).length > 0)
                act({ kind: 'correctLog', id: log.id, title, body: changed, was: wasOf(was) })
            }}
          />
        </Suspense>
      </li>
    )
  }
  return (
    <li className="flex min-h-14 items-center gap-4 py-1.5">
      <span className="numbers w-[5.25rem] shrink-0 font-semibold">{minutes}</span>
      <span className="relative flex min-h-11 min-w-0 grow flex-col justify-center">
        {withGoal && (
          <Link
            to="/goals/$id"
            params={{ id: log.goal_id }}
            dir="auto"
            className="block truncate font-medium after:absolute after:inset-0 hover:underline"
          >
            {title}
          </Link>
        )}
        {log.text && (
          <span
            dir="auto"
            className={cx('block whitespace-pre-line break-words', withGoal && 'text-muted text-sm')}
          >
            {log.text}
          </span>
        )}
        {withDay && (
          <time dateTime={log.day} className={log.text ? 'block text-muted text-sm' : 'block text-muted'}>
            {withDay}
          </time>
        )}
      </span>
      {log.pending && <Pending />}
      {!locked && (
        <IconButton
          ref={button}
          icon="edit"
          label={t('log.editOf', { minutes, title })}
          onClick={() => setWas(log)}
          className="-mr-2.5"
        />
      )}
    </li>
  )
}
