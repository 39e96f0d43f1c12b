/** Today: what to keep at, a tap or two to log it, and what was logged. Days before can be looked at and filled in, too. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { DailyLog, GoalListRow } from '~/api/types'
import { useGoals, useLogs, useMe, useToday } from '~/data/queries'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { addDays, daysOf, weekOf } from '~/lib/dates'
import { formatDay, formatMinutes, formatNear } from '~/lib/format'
import { opened } from '~/shell/opened'
import { Button, IconButton } from '~/ui/button'
import { inputLook } from '~/ui/field'
import { Icon } from '~/ui/icon'
import { cardLook, Empty, Failed, Loading } from '~/ui/state'
import { Composer } from './parts/composer'
import { Heading } from './parts/heading'
import { LogRow } from './parts/log-row'
import { Strip } from './parts/strip'

const DAYS_READ = 14
const DAYS_SHOWN = 7

export default function TodayPage() {
  const search = useSearch({ from: '/inside/' })
  const today = useToday()
  const { error, refetch } = useMe()
  if (!today)
    return error ? (
      <Failed error={error} retry={() => void refetch()} />
    ) : (
      <Loading lines={3} className="h-24" />
    )
  const day = search.day && search.day < today ? search.day : today
  return <Day day={day} today={today} />
}

function Day({ day, today }: { day: string; today: string }) {
  const t = useText()
  const isToday = day === today
  const range = useMemo(() => ({ from: addDays(day, 1 - DAYS_READ), to: day }), [day])
  const { goals, error, refetch } = useGoals()
  const { logs } = useLogs(range)
  const then = logs?.filter((log) => log.day === day)
  const active = goals?.filter((goal) => !goal.completed_on && !goal.archived_on)
  if (error && !goals) return <Failed error={error} retry={() => void refetch()} />
  return (
    <>
      <Heading title={formatNear(day, today, { weekday: 'long' })}>
        <DayArrows day={day} today={today} />
      </Heading>
      <Summary day={day} today={today} logs={logs} />
      {!active && <Loading lines={3} className="h-24 !rounded-card" />}
      {goals?.length === 0 && <FirstGoal />}
      {active?.length === 0 && goals?.length !== 0 && (
        <Empty title={t('goals.emptyActive')} text={t('today.allDone')}>
          <Button onClick={() => opened.set({ name: 'newGoal' })}>{t('goals.new')}</Button>
        </Empty>
      )}
      {active && active.length > 0 && <Goals goals={active} logs={logs ?? []} day={day} isToday={isToday} />}
      {goals && goals.length > 0 && then && (
        <section aria-labelledby="logs" className="mt-10">
          <h2 id="logs" className="mb-1 font-semibold text-lg">
            {t(isToday ? 'today.logs' : 'today.logsPast')}
          </h2>
          {then.length === 0 ? (
            <p className="py-2 text-muted">{t(isToday ? 'today.nothingYet' : 'today.nothingThen')}</p>
          ) : (
            <ul className="divide-y divide-line">
              {then.map((log) => (
                <LogRow
                  key={log.id}
                  log={log}
                  title={goals.find((goal) => goal.id === log.goal_id)?.title ?? ''}
                  withGoal
                />
              ))}
            </ul>
          )}
        </section>
      )}
    </>
  )
}

function DayArrows({ day, today }: { day: string; today: string }) {
  const t = useText()
  const navigate = useNavigate()
  const go = (to: string) =>
    void navigate({ to: '/', search: { day: to >= today ? undefined : to }, resetScroll: false })
  return (
    <>
      {day !== today && (
        <Button look="ghost" size="small" onClick={() => go(today)}>
          {t('time.today')}
        </Button>
      )}
      <IconButton icon="left" label={t('time.previousDay')} onClick={() => go(addDays(day, -1))} />
      <IconButton
        icon="right"
        label={t('time.nextDay')}
        disabled={day === today}
        onClick={() => go(addDays(day, 1))}
        className="-mr-2.5"
      />
    </>
  )
}

const sum = (logs: DailyLog[]) => logs.reduce((total, log) => total + log.minutes, 0)

function Summary({ day, today, logs }: { day: string; today: string; logs: DailyLog[] | undefined }) {
  const t = useText()
  const { me } = useMe()
  const monday = weekOf(day, me?.workspace.calendar.week_start ?? 'monday')
  const then = sum(logs?.filter((log) => log.day === day) ?? [])
  const week = sum(logs?.filter((log) => log.day >= monday) ?? [])
  return (
    <p className="-mt-5 mb-7 text-muted md:-mt-7 md:mb-9">
      {formatDay(day, {
        day: 'numeric',
        month: 'long',
        ...(day.slice(0, 4) !== today.slice(0, 4) && { year: 'numeric' }),
      })}
      {logs && logs.length > 0 && (
        <>
          {' · '}
          {day === today
            ? t('today.summary', { today: formatMinutes(then), week: formatMinutes(week) })
            : t('today.summaryPast', { today: formatMinutes(then) })}
        </>
      )}
    </p>
  )
}

function Goals({
  goals,
  logs,
  day,
  isToday,
}: {
  goals: GoalListRow[]
  logs: DailyLog[]
  day: string
  isToday: boolean
}) {
  const t = useText()
  const [open, setOpen] = useState<string>()
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog'))
        return
      if (event.key === 'l') {
        event.preventDefault()
        const focused = document.activeElement?.closest('li[data-goal]')?.getAttribute('data-goal')
        setOpen(focused ?? goals[0]?.id)
      }
      if (event.key === 'j' || event.key === 'k') {
        const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[data-log]') ?? [])]
        const at = buttons.indexOf(document.activeElement as HTMLElement)
        const next = at < 0 ? 0 : at + (event.key === 'j' ? 1 : -1)
        buttons[Math.max(0, Math.min(next, buttons.length - 1))]?.focus()
      }
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [goals])
  const done = (id: string) => {
    setOpen(undefined)
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-log="${id}"]`)?.focus({ preventScroll: true }),
    )
  }
  return (
    <section aria-label={t('today.goals')}>
      <ul ref={list} className="flex flex-col gap-3">
        {goals.map((goal) => (
          <Card
            key={goal.id}
            goal={goal}
            logs={logs.filter((log) => log.goal_id === goal.id)}
            day={day}
            isToday={isToday}
            isOpen={open === goal.id}
            onToggle={() => setOpen(open === goal.id ? undefined : goal.id)}
            onDone={() => done(goal.id)}
          />
        ))}
      </ul>
    </section>
  )
}

function Card({
  goal,
  logs,
  day,
  isToday,
  isOpen,
  onToggle,
  onDone,
}: {
  goal: GoalListRow
  logs: DailyLog[]
  day: string
  isToday: boolean
  isOpen: boolean
  onToggle: () => void
  onDone: () => void
}) {
  const t = useText()
  const minutesOf = (on: string) => sum(logs.filter((log) => log.day === on))
  const minutes = minutesOf(day)
  const told =
    minutes > 0
      ? t(isToday ? 'today.done' : 'today.donePast', { minutes: formatMinutes(minutes) })
      : t(isToday ? 'today.notYet' : 'today.notThen')
  return (
    <li data-goal={goal.id} className={cx(cardLook, 'transition-shadow', isOpen && 'shadow-card')}>
      <div className="flex items-center gap-4 py-4 pr-4 pl-5">
        <div className="flex min-w-0 grow flex-col gap-3 min-[34rem]:flex-row min-[34rem]:items-center min-[34rem]:gap-4">
          <div className="min-w-0 grow">
            <Link
              to="/goals/$id"
              params={{ id: goal.id }}
              className="line-clamp-2 break-words font-semibold text-[1.0625rem] leading-snug hover:underline"
            >
              {goal.title}
            </Link>
            <p
              className={cx(
                'mt-0.5 flex items-center gap-1 text-sm',
                minutes > 0 ? 'font-medium text-accent-text' : 'text-muted',
              )}
            >
              {minutes > 0 && <Icon name="check" className="size-4" />}
              {told}
            </p>
          </div>
          <Strip days={daysOf(addDays(day, 1 - DAYS_SHOWN), day)} minutesOf={minutesOf} />
        </div>
        <button
          type="button"
          data-log={goal.id}
          aria-expanded={isOpen}
          aria-label={t('today.logOn', { title: goal.title })}
          onClick={onToggle}
          className={cx(
            'flex size-12 shrink-0 items-center justify-center rounded-full transition-all',
            isOpen ? 'rotate-45 bg-sunken text-muted' : 'bg-accent text-accent-ink hover:bg-accent-strong',
          )}
        >
          <Icon name="plus" className="size-6" />
        </button>
      </div>
      {isOpen && (
        <div className="rise px-4 pb-4 sm:px-5">
          <Composer
            goal={goal}
            day={day}
            recent={logs.map((log) => log.minutes)}
            onDone={onDone}
            autoFocus={matchMedia('(pointer: fine)').matches}
          />
        </div>
      )}
    </li>
  )
}

/** Nothing yet: one question, and the answer is the first goal. */
function FirstGoal() {
  const t = useText()
  const [title, setTitle] = useState('')
  return (
    <Empty title={t('today.emptyTitle')} text={t('today.emptyText')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          opened.set({ name: 'newGoal', title })
        }}
        className="flex flex-col gap-3"
      >
        <input
          aria-label={t('goal.title')}
          placeholder={t('today.emptyExample')}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          maxLength={200}
          className={inputLook}
        />
        <Button type="submit">{t('goal.create')}</Button>
      </form>
    </Empty>
  )
}
