/** A log in a list: what was done, and the form to correct it in the same place. */
import { Link } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import type { DailyLog } from '~/api/types'
import { useText } from '~/i18n'
import { formatMinutes } from '~/lib/format'
import { act } from '~/outbox/act'
import { wasOf } from '~/outbox/commands'
import type { Shown } from '~/outbox/show'
import { IconButton } from '~/ui/button'
import { useFocusAfter } from '~/ui/focus'
import { Icon } from '~/ui/icon'
import { lazily } from '~/ui/lazily'
import { Skeleton } from '~/ui/state'

/** Few rows are corrected, so the form comes with the first of them. */
const LogForm = lazily(() => import('./log-form'))

/** The row. `withGoal` names the goal, where the list has logs of several. */
export function LogRow({
  log,
  title,
  withGoal,
  withDay,
  locked,
}: {
  log: DailyLog & Shown
  title: string
  withGoal?: boolean
  /** The day, where the list has several. */
  withDay?: string
  locked?: boolean
}) {
  const t = useText()
  const [editing, setEditing] = useState(false)
  const button = useFocusAfter(editing)
  const minutes = formatMinutes(log.minutes)
  if (editing) {
    return (
      <li className="py-3">
        <Suspense fallback={<Skeleton className="h-44" />}>
          <LogForm
            initial={{ day: log.day, minutes: log.minutes, text: log.text ?? null }}
            onCancel={() => setEditing(false)}
            onRemove={() => act({ kind: 'withdrawLog', id: log.id, title, was: wasOf(log) })}
            onSave={(changed) => {
              setEditing(false)
              if (Object.keys(changed).length > 0)
                act({ kind: 'correctLog', id: log.id, title, body: changed, was: wasOf(log) })
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
            className="block truncate font-medium after:absolute after:inset-0 hover:underline"
          >
            {title}
          </Link>
        )}
        {log.text && (
          <span className={withGoal ? 'block break-words text-muted text-sm' : 'block break-words'}>
            {log.text}
          </span>
        )}
        {withDay && (
          <time dateTime={log.day} className={log.text ? 'block text-muted text-sm' : 'block text-muted'}>
            {withDay}
          </time>
        )}
      </span>
      {log.pending && (
        <span role="img" title={t('log.pending')} aria-label={t('log.pending')} className="text-muted">
          <Icon name="clock" className="size-4" />
        </span>
      )}
      {!locked && (
        <IconButton
          ref={button}
          icon="edit"
          label={t('log.editOf', { minutes, title })}
          onClick={() => setEditing(true)}
          className="-mr-2.5"
        />
      )}
    </li>
  )
}
