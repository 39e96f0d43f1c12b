/** A refused command: what it was, why it was refused, and what can be done about it, in its place. */
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { explain } from '~/api/problem'
import { useGoals } from '~/data/use'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { formatInstant } from '~/lib/format'
import { type Entry, entries, give, repair, useEntries } from '~/outbox'
import { nameOf } from '~/outbox/act'
import { needing } from '~/outbox/flush'
import { goalIdOf, type Mend, mendsOf } from '~/outbox/mend'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { opened } from './opened'
import { Repair } from './repair'

const MADE = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
const MENDS = { restoreGoal: 'unsaved.restoreGoal', again: 'action.retry', change: 'unsaved.change' } as const

/** The card. */
export function Refused({
  entry,
  onDrop,
  onMended,
}: {
  entry: Entry
  onDrop: () => void
  onMended: () => void
}) {
  const t = useText()
  const { goals } = useGoals()
  const waiting = needing(entry, useEntries())
  const [changing, setChanging] = useState(false)
  const begin = useRef<HTMLButtonElement>(null)
  const wasChanging = useRef(false)
  useEffect(() => {
    // The focus comes back to where it was before the form stood there.
    if (wasChanging.current && !changing) begin.current?.focus()
    wasChanging.current = changing
  }, [changing])
  const { command, problem } = entry
  const goal = goals?.find(({ id }) => id === goalIdOf(command))
  const mends = mendsOf(entry, Boolean(goal?.archived_on))
  const text = 'body' in command && command.body && 'text' in command.body ? command.body.text : undefined
  const mended = (by: Mend) => {
    if (by === 'change') return setChanging(true)
    if (by === 'restoreGoal' && goal) restoreFirst(goal)
    else repair(entry)
    onMended()
  }
  // It may be long since it was refused.
  const isBack = problem?.code === 'goal-archived' && goal && !goal.archived_on
  return (
    <li className="rounded-2xl border border-line p-4">
      <div className="flex items-start gap-3">
        <Icon name="alert" className="mt-0.5 size-5 shrink-0 text-danger" />
        <div className="min-w-0 grow">
          <p className="break-words font-semibold">{nameOf(command)}</p>
          {text && <p className="break-words text-sm">{text}</p>}
          <p className="text-muted text-sm">
            {t('unsaved.made', { when: formatInstant(new Date(entry.madeAt).toISOString(), MADE) })}
          </p>
        </div>
        {goal && (
          <Link
            to="/goals/$id"
            params={{ id: goal.id }}
            onClick={() => opened.set(undefined)}
            aria-label={`${t('unsaved.look')}: ${goal.title}`}
            title={t('unsaved.look')}
            className="-mt-2.5 -mr-2.5 flex size-11 shrink-0 items-center justify-center rounded-full text-muted transition-colors hover:bg-sunken hover:text-ink"
          >
            <Icon name="right" />
          </Link>
        )}
      </div>
      <p
        className={cx(
          'mt-3 rounded-xl px-3.5 py-2.5 text-sm',
          isBack ? 'bg-sunken' : 'bg-danger-soft text-danger',
        )}
      >
        {isBack ? t('unsaved.isBack') : problem && explain(problem)}
        {mends.length === 0 && ` ${t('unsaved.nothing')}`}
      </p>
      {waiting.length > 0 && (
        <p className="mt-2 text-muted text-sm">{t('unsaved.held', { count: waiting.length })}</p>
      )}
      {changing ? (
        <div className="mt-4">
          <Repair entry={entry} onMended={onMended} onCancel={() => setChanging(false)} />
        </div>
      ) : (
        <div className="mt-3 flex flex-wrap items-center gap-2">
          {mends.map((by, at) => (
            <Button
              key={by}
              ref={by === 'change' ? begin : undefined}
              look={at === 0 ? 'primary' : 'quiet'}
              size="small"
              onClick={() => mended(by)}
            >
              {t(MENDS[by])}
            </Button>
          ))}
          <Button look={mends.length === 0 ? 'quiet' : 'ghost'} size="small" onClick={onDrop}>
            {t('unsaved.drop')}
          </Button>
        </div>
      )}
    </li>
  )
}

/** Restores the goal in the place of the first command it refused, and gives that one and the others again after it. */
function restoreFirst({ id, title }: { id: string; title: string }): void {
  const [first, ...others] = entries
    .get()
    .filter(
      (one) =>
        one.state === 'refused' && goalIdOf(one.command) === id && mendsOf(one, true)[0] === 'restoreGoal',
    )
  if (!first) return
  repair(first, { kind: 'restoreGoal', id, title })
  for (const other of others) repair(other)
  give(first.command)
}
