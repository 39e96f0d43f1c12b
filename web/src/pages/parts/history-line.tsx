/** Something that happened: what it changed, taking it back, and how everything stood right after it. */
import { Link } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import type { Happening } from '~/api/types'
import { useEditing, useMe, useRole } from '~/data/use'
import { allTexts, hasText, useText } from '~/i18n'
import { formatThere } from '~/lib/instant'
import { useEntries } from '~/outbox'
import { takeBack } from '~/outbox/act'
import { IconButton } from '~/ui/button'
import { moveOn } from '~/ui/focus'
import { Icon } from '~/ui/icon'
import { lazily } from '~/ui/lazily'
import { Changes } from './changes'

const Who = lazily(() => allTexts().then(() => import('./history-who')))
const Confirm = lazily(() => allTexts().then(() => import('../members/confirm')))

/** What people did to what is theirs; the rest cannot be taken back. */
const UNDOABLE = /^(Goal|DailyLog|WeeklyTarget|WorkspaceCalendarSet|WorkspaceRenamed|Member(Add|Role)|UserP)/

/** The line. `title` is the goal's, if it is about one. */
export function HistoryLine({ item, title }: { item: Happening; title: string | undefined }) {
  const t = useText()
  const { me } = useMe()
  const editing = useEditing()
  const isOwner = useRole() === 'owner'
  const key = `event.${item.type}`
  const what = hasText(key) ? t(key) : item.type
  const named = title ? `${what} · ${title}` : what
  const pending = useEntries().some(
    ({ command, state }) =>
      command.kind === 'undo' && command.position === item.position && state === 'waiting',
  )
  const undone = item.undone_by || pending
  const [asking, setAsking] = useState(false)
  const label = t('history.undoOf', { what: named })
  const undo = () => takeBack(item.subject_id, item.position, named)
  return (
    <li className="group grid grid-cols-[1fr_auto] gap-x-4 py-3 md:grid-cols-[4.25rem_1fr_auto]">
      <div className="min-w-0 md:col-start-2">
        <p className={undone ? 'break-words font-medium text-muted' : 'break-words font-medium'}>
          {what}
          {title && item.goal_id && (
            <>
              {' · '}
              <Link
                dir="auto"
                to="/goals/$id"
                params={{ id: item.goal_id }}
                className="font-normal hover:underline"
              >
                {title}
              </Link>
            </>
          )}
        </p>
        {item.undoes && <p className="text-muted text-sm">{t('history.undoes')}</p>}
        {undone && (
          <p className="inline-flex items-center gap-1 text-muted text-sm">
            <Icon name={pending ? 'clock' : 'undo'} className="size-4" />
            {t('history.undone')}
          </p>
        )}
        <Changes item={item} />
        <Suspense>
          <Who item={item} />
        </Suspense>
      </div>
      <time
        dateTime={item.recorded_at}
        className="numbers col-start-1 row-start-2 text-muted text-sm md:row-start-1 md:pt-0.5"
      >
        {formatThere(me?.workspace, item.recorded_at, { timeStyle: 'short' })}
      </time>
      <div className="-my-1.5 -mr-2.5 col-start-2 row-start-1 flex shrink-0 items-start opacity-80 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 md:col-start-3 md:[@media(hover:hover)]:opacity-0">
        {editing && !undone && UNDOABLE.test(item.type) && (isOwner || item.subject !== 'workspace') && (
          <IconButton
            icon="undo"
            label={label}
            onClick={(event) => {
              // Who was let in goes with it, and does not come back by undoing that.
              if (item.type === 'MemberAdded') return setAsking(true)
              moveOn(event.currentTarget, 'li')
              undo()
            }}
          />
        )}
        <Link
          to="/"
          search={{ past: item.recorded_at }}
          aria-label={`${t('lookBack.showThen')}: ${named}`}
          title={t('lookBack.showThen')}
          className="inline-flex size-11 shrink-0 items-center justify-center rounded-full text-muted transition-colors hover:bg-sunken hover:text-ink"
        >
          <Icon name="eye" />
        </Link>
      </div>
      <Suspense>
        {asking && (
          <Confirm
            title={label}
            text={t('members.removeText')}
            action={t('action.undo')}
            onConfirm={undo}
            onClose={() => setAsking(false)}
          />
        )}
      </Suspense>
    </li>
  )
}
