/** A goal: how far it is, how it went by day and by week, and every log of it. */
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { ProblemError } from '~/api/problem'
import type { Goal } from '~/api/types'
import { useGoal, useGoalLogs, useLogs, useMe, useToday, useTotals } from '~/data/queries'
import { useText } from '~/i18n'
import { addDays, daysBetween, daysOf, weekOf, yearOf } from '~/lib/dates'
import { formatDay, formatDistance, formatMinutes, formatNear, formatPercent } from '~/lib/format'
import { useWide } from '~/lib/wide'
import { act } from '~/outbox/act'
import { opened } from '~/shell/opened'
import { Button, buttonLook, IconButton } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { Empty, Failed, Loading, Skeleton } from '~/ui/state'
import { Bar } from './parts/bar'
import { Heading } from './parts/heading'
import { LogRow } from './parts/log-row'
import { Panel, usePictured } from './parts/panel'

const WEEKS_SHOWN = { wide: 20, narrow: 10 }
const DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const
const DAY_OF_OTHER_YEAR = { day: 'numeric', month: 'short', year: 'numeric' } as const

/** Menus bring much of their own, and nobody opens one at first sight. */
const Menu = lazy(() => import('~/ui/menu'))
/** Who comes to look at a goal may not come to log. */
const Composer = lazy(() => import('./parts/composer').then((part) => ({ default: part.Composer })))
const YearChart = lazy(() => import('~/charts/heatmap'))
const WeeksChart = lazy(() => import('~/charts/weeks'))

export default function GoalPage() {
  const t = useText()
  const { id } = useParams({ from: '/inside/goals/$id' })
  const { goal, error, refetch } = useGoal(id)
  const today = useToday()
  if (goal && today) return <GoalShown key={id} goal={goal} today={today} />
  if (error instanceof ProblemError && [404, 422, 400].includes(error.problem.status)) {
    return (
      <Empty title={t('goal.notFound')} text={t('goal.notFoundText')}>
        <Link to="/goals" className={buttonLook()}>
          {t('nav.goals')}
        </Link>
      </Empty>
    )
  }
  if (error) return <Failed error={error} retry={() => void refetch()} />
  return <Loading lines={4} className="h-36 !rounded-card" />
}

function GoalShown({ goal, today }: { goal: Goal; today: string }) {
  const t = useText()
  const [logging, setLogging] = useState(false)
  const { day } = useSearch({ from: '/inside/goals/$id' })
  const locked = Boolean(goal.archived_on)
  return (
    <>
      <Link
        to="/goals"
        className="-ml-1.5 mb-1 inline-flex min-h-11 items-center gap-1 text-muted text-sm hover:text-ink"
      >
        <Icon name="left" className="size-4" />
        {t('nav.goals')}
      </Link>
      <Heading title={goal.title}>
        <Actions goal={goal} />
      </Heading>
      <div className="-mt-3 mb-6 flex flex-col items-start gap-3 md:-mt-5">
        {goal.archived_on && <Badge text={t('goal.archivedOn', { date: formatDay(goal.archived_on) })} />}
        {goal.completed_on && !goal.archived_on && (
          <Badge done text={t('goal.completedOn', { date: formatDay(goal.completed_on) })} />
        )}
        {goal.description && (
          <p className="max-w-prose whitespace-pre-line break-words text-muted">{goal.description}</p>
        )}
        {goal.archived_on && <p className="text-muted text-sm">{t('goal.archivedHint')}</p>}
        {!locked && !logging && (
          <Button onClick={() => setLogging(true)}>
            <Icon name="plus" className="-ml-1 size-5" />
            {t('action.log')}
          </Button>
        )}
      </div>
      {logging && !locked && (
        <div className="rise mb-6">
          <LogHere goal={goal} day={today} onDone={() => setLogging(false)} />
        </div>
      )}
      <div className="flex flex-col gap-4">
        <Progress goal={goal} today={today} />
        <Year goal={goal} today={today} />
        {day && <DayPanel key={day} goal={goal} day={day} today={today} locked={locked} />}
        <Weeks goal={goal} today={today} />
        <Logs goal={goal} today={today} locked={locked} />
      </div>
    </>
  )
}

function LogHere({ goal, day, onDone }: { goal: Goal; day: string; onDone?: () => void }) {
  const { logs } = useGoalLogs(goal.id)
  return (
    <Suspense>
      <Composer
        goal={goal}
        day={day}
        recent={logs?.slice(0, 20).map((log) => log.minutes) ?? []}
        onDone={onDone}
        autoFocus
      />
    </Suspense>
  )
}

function Badge({ text, done }: { text: string; done?: boolean }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-3 py-1 font-medium text-sm ${done ? 'bg-accent-soft text-accent-text' : 'bg-sunken text-muted'}`}
    >
      {done && <Icon name="check" className="size-4" />}
      {text}
    </span>
  )
}

function Actions({ goal }: { goal: Goal }) {
  const t = useText()
  const { id, title } = goal
  if (goal.archived_on) {
    return (
      <Button look="quiet" onClick={() => act({ kind: 'restoreGoal', id, title })}>
        {t('goal.restore')}
      </Button>
    )
  }
  return (
    <>
      <IconButton
        icon="edit"
        label={t('goal.editTitle')}
        onClick={() => opened.set({ name: 'editGoal', id })}
      />
      <Suspense fallback={<span className="size-11" />}>
        <Menu
          label={t('goal.menu')}
          items={[
            goal.completed_on
              ? { icon: 'undo', text: t('goal.reopen'), run: () => act({ kind: 'reopenGoal', id, title }) }
              : {
                  icon: 'check',
                  text: t('goal.complete'),
                  run: () => act({ kind: 'completeGoal', id, title }),
                },
            { icon: 'download', text: t('goal.archive'), run: () => act({ kind: 'archiveGoal', id, title }) },
          ]}
        />
      </Suspense>
    </>
  )
}

function Progress({ goal, today }: { goal: Goal; today: string }) {
  const t = useText()
  const { minutes, total_minutes: total, target_date: target } = goal
  return (
    <Panel title={t('goal.progress')}>
      <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
        <p>
          <span className="numbers block font-bold text-4xl tracking-tight">{formatMinutes(minutes)}</span>
          <span className="text-muted text-sm">
            {total
              ? t('goals.of', { done: formatPercent(minutes / total), total: formatMinutes(total) })
              : t('goal.logged')}
            {` · ${t('goals.logs', { count: goal.logs })}`}
          </span>
        </p>
        {target && (
          <p className="text-right">
            <span className="block font-semibold">{formatDay(target, { dateStyle: 'medium' })}</span>
            <span className="text-muted text-sm">{targetTold(t, daysBetween(today, target))}</span>
          </p>
        )}
      </div>
      {total && (
        <div className="mt-4">
          <Bar done={minutes} total={total} label={t('goal.progress')} />
          <p className="mt-2 text-muted text-sm">
            {minutes >= total
              ? t('goal.reached')
              : t('goal.toGo', { minutes: formatMinutes(total - minutes) })}
          </p>
        </div>
      )}
    </Panel>
  )
}

function targetTold(t: ReturnType<typeof useText>, days: number): string {
  return days < 0 ? t('goal.targetOver', { distance: formatDistance(days) }) : formatDistance(days)
}

function Year({ goal, today }: { goal: Goal; today: string }) {
  const t = useText()
  const { year = yearOf(today), day } = useSearch({ from: '/inside/goals/$id' })
  const navigate = useNavigate({ from: '/goals/$id' })
  const { me } = useMe()
  const range = useMemo(
    () => ({ goal: goal.id, from: `${year}-01-01`, to: `${year}-12-31` }),
    [goal.id, year],
  )
  const { totals, error, refetch } = useTotals(range)
  const { asTable, toggle } = usePictured()
  const go = (to: number) =>
    void navigate({
      search: (before) => ({ ...before, year: to === yearOf(today) ? undefined : to, day: undefined }),
      resetScroll: false,
      replace: true,
    })
  const select = (to: string) =>
    void navigate({
      search: (before) => ({ ...before, day: to === day ? undefined : to }),
      resetScroll: false,
      replace: true,
    })
  return (
    <Panel
      title={year === yearOf(today) ? t('goal.heatmap') : String(year)}
      actions={
        <>
          {toggle}
          <IconButton icon="left" label={t('goal.previousYear')} onClick={() => go(year - 1)} />
          <IconButton
            icon="right"
            label={t('goal.nextYear')}
            disabled={year >= yearOf(today)}
            onClick={() => go(year + 1)}
          />
        </>
      }
    >
      {error && !totals && <Failed error={error} retry={() => void refetch()} />}
      {!totals && !error && <Skeleton className="h-[9.75rem]" />}
      {totals && (
        <Suspense fallback={<Skeleton className="h-[9.75rem]" />}>
          <YearChart
            asTable={asTable}
            year={year}
            today={today}
            weekStart={me?.workspace.calendar.week_start ?? 'monday'}
            totals={totals}
            selected={day}
            onSelect={select}
          />
        </Suspense>
      )}
    </Panel>
  )
}

/** The day chosen in the year: its logs, and a place to fill in what is missing. */
function DayPanel({ goal, day, today, locked }: { goal: Goal; day: string; today: string; locked: boolean }) {
  const t = useText()
  const navigate = useNavigate({ from: '/goals/$id' })
  const range = useMemo(() => ({ goal: goal.id, from: day, to: day }), [goal.id, day])
  const { logs } = useLogs(range)
  const close = () =>
    void navigate({ search: (before) => ({ ...before, day: undefined }), resetScroll: false, replace: true })
  return (
    <Panel
      title={formatNear(day, today)}
      actions={<IconButton icon="close" label={t('action.close')} onClick={close} />}
    >
      {!logs && <Skeleton className="h-14" />}
      {logs?.length === 0 && <p className="mb-4 text-muted">{t('today.nothingThen')}</p>}
      <ul className="mb-3 divide-y divide-line">
        {logs?.map((log) => (
          <LogRow key={log.id} log={log} title={goal.title} locked={locked} />
        ))}
      </ul>
      {!locked && (
        <Suspense>
          <Composer goal={goal} day={day} recent={[]} />
        </Suspense>
      )}
    </Panel>
  )
}

function Weeks({ goal, today }: { goal: Goal; today: string }) {
  const t = useText()
  const { me } = useMe()
  const { asTable, toggle } = usePictured()
  const count = useWide() ? WEEKS_SHOWN.wide : WEEKS_SHOWN.narrow
  const now = weekOf(today, me?.workspace.calendar.week_start ?? 'monday')
  const first = addDays(now, -7 * (WEEKS_SHOWN.wide - 1))
  const range = useMemo(
    () => ({ goal: goal.id, from: first, to: addDays(first, 7 * WEEKS_SHOWN.wide - 1) }),
    [goal.id, first],
  )
  const { totals, error, refetch } = useTotals(range)
  const weeks = useMemo(() => {
    const minutes = (from: string) =>
      daysOf(from, addDays(from, 6)).reduce((sum, day) => sum + (totals?.get(day)?.minutes ?? 0), 0)
    return Array.from({ length: count }, (_, at) => addDays(now, 7 * (at + 1 - count))).map((from) => ({
      first: from,
      minutes: minutes(from),
    }))
  }, [totals, now, count])
  return (
    <Panel title={t('goal.weeks')} actions={toggle}>
      {error && !totals && <Failed error={error} retry={() => void refetch()} />}
      {!totals && !error && <Skeleton className="h-56" />}
      {totals && (
        <Suspense fallback={<Skeleton className="h-56" />}>
          <WeeksChart weeks={weeks} asTable={asTable} />
        </Suspense>
      )}
    </Panel>
  )
}

function Logs({ goal, today, locked }: { goal: Goal; today: string; locked: boolean }) {
  const t = useText()
  const { logs, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useGoalLogs(goal.id)
  return (
    <Panel title={t('goal.logs')}>
      {error && !logs && <Failed error={error} retry={() => void refetch()} />}
      {!logs && !error && <Loading lines={3} className="h-14" />}
      {logs?.length === 0 && <p className="text-muted">{t('log.none')}</p>}
      <ul className="divide-y divide-line">
        {logs?.map((log) => (
          <LogRow
            key={log.id}
            log={log}
            title={goal.title}
            withDay={formatNear(log.day, today, yearOf(log.day) === yearOf(today) ? DAY : DAY_OF_OTHER_YEAR)}
            locked={locked}
          />
        ))}
      </ul>
      {hasNextPage && (
        <Button
          look="quiet"
          className="mt-2 w-full"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('action.more')}
        </Button>
      )}
    </Panel>
  )
}
