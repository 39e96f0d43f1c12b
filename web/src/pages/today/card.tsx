/** A goal in a day's list: how it stands, and logging on it in two taps. */
import { Link } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import type { DailyLog } from '~/api/types'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { addDays, daysOf } from '~/lib/dates'
import { formatMinutes } from '~/lib/format'
import { Icon } from '~/ui/icon'
import { lazily } from '~/ui/lazily'
import { cardLook, Pending, Skeleton } from '~/ui/state'
import { Strip } from '../parts/strip'
import { tellLength, tellTarget } from '../parts/told'
import { LogButton } from './log-button'
import type { Row } from './row'

/** Fetched as soon as the page is there, so that it is there when it is wanted; only then it matters where it is not. */
const loadComposer = () => import('../parts/composer').then((part) => ({ default: part.Composer }))
const Composer = lazily(loadComposer)

const DAYS_SHOWN = 7

export function Card({
  row,
  logs,
  day,
  isToday,
  locked,
  looking,
  isOpen,
  onToggle,
  onDone,
}: {
  row: Row
  /** What was logged on it lately, once that is read. */
  logs: DailyLog[] | undefined
  day: string
  isToday: boolean
  /** Single logs are not known of the past. */
  locked: boolean
  /** Nothing is logged here. */
  looking?: boolean
  isOpen: boolean
  onToggle: () => void
  onDone: () => void
}) {
  useEffect(() => void loadComposer().catch(() => undefined), [])
  const minutesOf = (on: string) =>
    (logs ?? []).filter((log) => log.day === on).reduce((total, log) => total + log.minutes, 0)
  const minutes = row.minutes ?? (logs && minutesOf(day))
  // What made a day before count is not known, so any minutes are just that.
  const done = row.met ?? false
  return (
    <li data-goal={row.id} className={cx(cardLook, 'transition-shadow', isOpen && 'shadow-card')}>
      <div className="flex items-center gap-4 py-4 pr-4 pl-5">
        <div className="flex min-w-0 grow flex-col gap-3 min-[34rem]:flex-row min-[34rem]:items-center min-[34rem]:gap-5">
          {/* All of it leads to the goal, so that a thumb hits it. */}
          <div className="relative min-w-0 grow">
            {/* Where there is no room beside a name, the badge goes below. */}
            <div className="flex items-start gap-x-2.5 gap-y-1 max-[26rem]:flex-wrap">
              <Link
                dir="auto"
                to="/goals/$id"
                params={{ id: row.id }}
                className="line-clamp-2 break-words font-semibold text-[1.0625rem] leading-snug after:absolute after:inset-0 hover:underline"
              >
                {row.title}
              </Link>
              <StreakSign row={row} />
            </div>
            <div className="mt-1 flex flex-wrap gap-x-4 text-muted text-sm">
              {minutes === undefined ? (
                <Skeleton className="h-5 w-28" />
              ) : (
                <Status row={row} minutes={minutes} done={done} isToday={isToday} />
              )}
              <Target row={row} />
            </div>
          </div>
          {!locked &&
            (logs ? (
              <Strip days={daysOf(addDays(day, 1 - DAYS_SHOWN), day)} minutesOf={minutesOf} />
            ) : (
              <Skeleton className="h-[1.625rem] w-[7.25rem] shrink-0" />
            ))}
        </div>
        {!looking && (
          <LogButton
            id={row.id}
            title={row.title}
            share={row.needed ? Math.min(1, (minutes ?? 0) / row.needed) : 0}
            done={done}
            isOpen={isOpen}
            onToggle={onToggle}
          />
        )}
      </div>
      {isOpen && (
        <div className="rise px-4 pb-4 sm:px-5">
          <Suspense fallback={<Skeleton className="h-[6.75rem]" />}>
            <Composer
              goal={row}
              day={day}
              recent={logs?.map((log) => log.minutes) ?? []}
              onDone={onDone}
              autoFocus={matchMedia('(pointer: fine)').matches}
            />
          </Suspense>
        </div>
      )}
    </li>
  )
}

/** The streak, and whether it ends with the day, or its week needs it. */
function StreakSign({ row: { streak } }: { row: Row }) {
  const t = useText()
  if (!streak || streak.current === 0) return null
  const { unit, current } = streak
  const hint = streak.at_risk ? (`today.atRiskHint.${unit}` as const) : 'today.streakOf'
  const told = t(hint, { streak: tellLength(unit, current) })
  return (
    <span
      title={told}
      className={cx(
        'numbers mt-px inline-flex shrink-0 items-center gap-1 rounded-full py-0.5 pr-2 pl-1.5 font-semibold text-xs',
        streak.at_risk ? 'bg-warn-soft text-warn' : 'bg-accent-soft text-accent-text',
      )}
    >
      <Icon name="flame" className="size-3.5 fill-current" />
      <span aria-hidden="true">
        {current}
        {streak.at_risk && ` · ${t(`today.atRisk.${unit}`)}`}
      </span>
      <span className="sr-only">{told}</span>
    </span>
  )
}

/** What was done on the day, and what is missing. */
function Status({
  row: { due, paused, pending, needed = 1 },
  minutes,
  done,
  isToday,
}: {
  row: Row
  minutes: number
  done: boolean
  isToday: boolean
}) {
  const t = useText()
  const told =
    minutes > 0
      ? t(isToday ? 'today.done' : 'today.donePast', { minutes: formatMinutes(minutes) })
      : t(isToday ? 'today.notYet' : 'today.notThen')
  return (
    <p className={cx('flex flex-wrap items-center gap-x-1', done && 'font-medium text-accent-text')}>
      <span>{paused && minutes === 0 ? t('today.paused') : told}</span>
      {isToday && !done && !paused && due !== false && needed > Math.max(1, minutes) && (
        <span>· {t('today.needed', { minutes: formatMinutes(needed - minutes) })}</span>
      )}
      {pending && <Pending />}
    </p>
  )
}

/** How much of the week's target is there. */
function Target({ row: { week } }: { row: Row }) {
  const t = useText()
  const told = week && tellTarget(week)
  return told ? <p className="numbers">{t('today.weekOf', { told })}</p> : null
}
