/** Today: what to keep at, a tap or two to log it, and what was logged. Days before can be looked at and filled in, too. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense, useMemo, useReducer, useRef, useState } from 'react'
import {
  useDashboard,
  useEditing,
  useGoals,
  useLogs,
  useMe,
  usePast,
  useToday,
  weekStartOf,
} from '~/data/use'
import { allTexts, textsOf, useText } from '~/i18n'
import { addDays } from '~/lib/dates'
import { formatDay, formatNear } from '~/lib/format'
import { opened } from '~/shell/opened'
import { Button, IconButton } from '~/ui/button'
import { lazily, quietly } from '~/ui/lazily'
import { Empty, Failed, Loading } from '~/ui/state'
import { Heading } from './parts/heading'
import { Goals } from './today/goals'
import { type Row, rowOf, rowsOf } from './today/row'
import { Summary } from './today/summary'

const YearPanel = lazily(() => textsOf('goal').then(() => import('./today/year')))
const LogsOfDay = lazily(() => import('./today/logs'))
const ZoneNotice = quietly(() => allTexts().then(() => import('./today/zone-notice')))
const ToDay = quietly(() => textsOf('goal').then(() => import('./today/to-day')))
/** Seen once. */
const FirstGoal = lazily(() => allTexts().then(() => import('./today/first-goal')))
const DAYS_READ = 14
const WEEKDAY = { weekday: 'long' } as const
/** What stands for a card until it is there. */
const CARD_SIZE = 'h-[8.5rem] min-[34rem]:h-[5.125rem] !rounded-card'

export default function TodayPage() {
  const t = useText()
  const past = usePast()
  const search = useSearch({ from: '/inside/' })
  const today = useToday()
  const { error, refetch } = useMe()
  if (!today)
    return error ? (
      <Failed error={error} retry={() => void refetch()} />
    ) : (
      <Loading lines={3} className={CARD_SIZE} />
    )
  const day = search.day && search.day < today ? search.day : today
  const name = past ? formatDay(today, WEEKDAY) : t('time.today')
  // What leads from day to day stays while the days change: it keeps the focus, and tells which day it is now.
  return (
    <>
      <Heading title={day < today ? formatNear(day, today, WEEKDAY) : name} live>
        {!past && <DayArrows day={day} today={today} />}
      </Heading>
      {day < today ? <DayBefore key={day} day={day} today={today} /> : <Today today={today} />}
    </>
  )
}

/** As the dashboard tells it. */
function Today({ today }: { today: string }) {
  const t = useText()
  const past = usePast()
  const editing = useEditing()
  const { dashboard, error, errorUpdateCount, refetch } = useDashboard()
  const { me } = useMe()
  // What is being corrected at midnight stays where it is until that is done.
  const [correcting, correct] = useReducer((count: number, by: number) => count + by, 0)
  const [logged, setLogged] = useState(today)
  if (correcting === 0 && logged !== today) setLogged(today)
  const read = useLogsUntil(logged)
  // Without the dashboard, the goals alone are better than nothing.
  const { goals, error: noGoals } = useGoals()
  const rows = dashboard?.goals.map(rowOf) ?? (errorUpdateCount > 0 ? rowsOf(goals) : undefined)
  if (error && noGoals && !rows) return <Failed error={error} retry={() => void refetch()} />
  return (
    <>
      <Summary day={today} today={today} dashboard={dashboard} />
      {editing && (
        <Suspense>
          <ZoneNotice />
        </Suspense>
      )}
      {!rows && <Loading lines={3} className={CARD_SIZE} />}
      {rows?.length === 0 && (!editing ? <Empty title={t('goals.emptyActive')} /> : <NoGoals />)}
      {rows && rows.length > 0 && (
        <DayShown
          rows={rows}
          read={read}
          day={today}
          logged={logged}
          isToday
          locked={Boolean(past)}
          onCorrect={correct}
        />
      )}
      {dashboard && dashboard.year.length > 0 && (
        <Suspense>
          <YearPanel days={dashboard.year} today={today} weekStart={weekStartOf(me)} />
        </Suspense>
      )}
    </>
  )
}

/** A day that is over: what was logged then, and a place to fill in what is missing. */
function DayBefore({ day, today }: { day: string; today: string }) {
  const { goals, error, refetch } = useGoals()
  const read = useLogsUntil(day)
  const rows = rowsOf(goals)
  if (error && !goals) return <Failed error={error} retry={() => void refetch()} />
  return (
    <>
      <Summary day={day} today={today} logs={read.logs} />
      {!rows && <Loading lines={3} className={CARD_SIZE} />}
      {rows && <DayShown rows={rows} read={read} day={day} />}
    </>
  )
}

/** The goals of a day, and what was logged on it. Where that could not be read, nothing is said of it but that. */
function DayShown({
  rows,
  read: { logs, error, refetch },
  day,
  logged = day,
  isToday = false,
  locked = false,
  onCorrect,
}: {
  rows: Row[]
  read: ReturnType<typeof useLogsUntil>
  day: string
  /** The day of the logs below. */
  logged?: string
  isToday?: boolean
  locked?: boolean
  onCorrect?: (by: number) => void
}) {
  return (
    <>
      {error && !logs && !locked && (
        <div className="mb-6">
          <Failed error={error} retry={() => void refetch()} />
        </div>
      )}
      <Goals rows={rows} logs={logs} day={day} isToday={isToday} locked={locked} />
      {logs && !locked && (
        <Suspense>
          <LogsOfDay
            day={logged}
            isToday={isToday && logged === day}
            logs={logs}
            rows={rows}
            onCorrect={onCorrect}
          />
        </Suspense>
      )}
    </>
  )
}

/** The logs of the two weeks up to a day: what the strips and the quick minutes are made of. */
function useLogsUntil(day: string) {
  const range = useMemo(() => ({ from: addDays(day, 1 - DAYS_READ), to: day }), [day])
  return useLogs(range)
}

/** No goal at all yet, or none that is kept at. */
function NoGoals() {
  const t = useText()
  const { goals } = useGoals()
  const coming = <Loading lines={1} className="h-64 !rounded-card" />
  if (!goals) return coming
  if (goals.length === 0)
    return (
      <Suspense fallback={coming}>
        <FirstGoal />
      </Suspense>
    )
  return (
    <Empty title={t('goals.emptyActive')} text={t('today.allDone')}>
      <Button onClick={() => opened.set({ name: 'newGoal' })}>{t('goals.new')}</Button>
    </Empty>
  )
}

function DayArrows({ day, today }: { day: string; today: string }) {
  const t = useText()
  const navigate = useNavigate()
  const back = useRef<HTMLButtonElement>(null)
  const go = (to: string, replace = false) =>
    void navigate({ to: '/', search: { day: to < today ? to : undefined }, resetScroll: false, replace })
  return (
    <>
      {day !== today && (
        <Button
          look="ghost"
          size="small"
          onClick={() => {
            // It is gone once it is there.
            back.current?.focus()
            go(today)
          }}
        >
          {t('time.today')}
        </Button>
      )}
      <Suspense fallback={<span className="w-36" />}>
        {/* While a day is typed, each part makes another of it: that is one step to take back. */}
        <ToDay day={day} today={today} go={(to) => go(to, day !== today)} />
      </Suspense>
      <span className="-mr-2.5 flex gap-1">
        <IconButton
          ref={back}
          icon="left"
          label={t('time.previousDay')}
          onClick={() => go(addDays(day, -1))}
        />
        <IconButton
          icon="right"
          label={t('time.nextDay')}
          aria-disabled={day === today}
          onClick={() => go(addDays(day, 1))}
        />
      </span>
    </>
  )
}
