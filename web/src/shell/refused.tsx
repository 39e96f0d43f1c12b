/** A refused command: what it was, why it was refused, and what can be done about it, in its place. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { explain } from '~/api/problem'
import type { GoalListRow } from '~/api/types'
import { useGoals } from '~/data/use'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { formatInstant } from '~/lib/format'
import { type Entry, entries, give, isHere, repair, useEntries } from '~/outbox'
import { nameOf } from '~/outbox/act'
import { needing } from '~/outbox/flush'
import { goalIdOf, isOvertaken, type Mend, mendsOf } from '~/outbox/mend'
import { Button } from '~/ui/button'
import { useFocusAfter } from '~/ui/focus'
import { Icon } from '~/ui/icon'
import { opened } from './opened'
import { Repair } from './repair'
import { GoThere, There } from './there'

const MADE = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
const MENDS = { restoreGoal: 'unsaved.restoreGoal', again: 'action.retry', change: 'unsaved.change' } as const

interface Props {
  entry: Entry
  onDrop: () => void
  /** It was given again, or something was in its stead. */
  onMended: () => void
}

/** The card. */
export function Refused({ entry, onDrop, onMended }: Props) {
  const t = useText()
  const { goals } = useGoals()
  const waiting = needing(entry, useEntries())
  const [changing, setChanging] = useState(false)
  const change = useFocusAfter(changing)
  const { command, problem } = entry
  const goal = goals?.find(({ id }) => id === goalIdOf(command))
  const here = isHere(entry)
  const mends = here ? mendsOf(entry, Boolean(goal?.archived_on)) : []
  // Where they belong no longer, all that they did there is refused so.
  const isGone = (problem as { what?: string } | undefined)?.what === 'workspace'
  // It may be long since it was refused.
  const isBack = problem?.code === 'goal-archived' && goal && !goal.archived_on
  const isLookedAt = (by: Mend) => by === 'restoreGoal' && isOvertaken(command)
  const mend = (by: Mend) => {
    if (by === 'restoreGoal' && goal) restoreFirst(goal)
    if (by === 'again') repair(entry)
    if (by === 'change' || isLookedAt(by)) setChanging(true)
    else onMended()
  }
  return (
    <li className="rounded-2xl border border-line p-4">
      <What entry={entry} goal={goal} />
      <p
        role="alert"
        className={cx(
          'mt-3 rounded-xl px-3.5 py-2.5 text-sm',
          isBack ? 'bg-sunken' : 'bg-danger-soft text-danger',
        )}
      >
        {isBack ? t('unsaved.isBack') : isGone ? t('sharing.gone') : problem && explain(problem)}
        {mends.length === 0 && here && ` ${t('unsaved.nothing')}`}
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
              ref={by === 'change' ? change : undefined}
              look={at === 0 ? 'primary' : 'quiet'}
              size="small"
              onClick={() => mend(by)}
            >
              {t(isLookedAt(by) ? 'goal.restore' : MENDS[by])}
            </Button>
          ))}
          <GoThere entry={entry} />
          <Button look={mends.length === 0 ? 'quiet' : 'ghost'} size="small" onClick={onDrop}>
            {t('unsaved.drop')}
          </Button>
        </div>
      )}
    </li>
  )
}

/** What was asked for, and when, with the way to its goal. */
function What({ entry, goal }: { entry: Entry; goal: GoalListRow | undefined }) {
  const t = useText()
  const { command } = entry
  const text = 'body' in command && command.body && 'text' in command.body ? command.body.text : undefined
  return (
    <div className="flex items-start gap-3">
      <Icon name="alert" className="mt-0.5 size-5 shrink-0 text-danger" />
      <div className="min-w-0 grow">
        <p className="break-words font-semibold">{nameOf(command)}</p>
        <There entry={entry} />
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
  )
}

/** Restores the goal before all that it refused, and gives that again, but for what is to be looked at first. */
function restoreFirst({ id, title }: { id: string; title: string }): void {
  const isRefused = (one: Entry) =>
    one.state === 'refused' && goalIdOf(one.command) === id && mendsOf(one, true)[0] === 'restoreGoal'
  const refused = entries.get().filter(isRefused)
  give({ kind: 'restoreGoal', id, title }, refused[0])
  for (const one of refused) if (!isOvertaken(one.command)) repair(one)
}
