/** Today: what to keep at, a tap or two to log it, and what was logged. Days before can be looked at and filled in, too. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense, useMemo } from 'react'
import type { DailyLog } from '~/api/types'
import { useDashboard, useGoals, useLogs, useMe, usePast, useToday, weekStartOf } from '~/data/use'
import { textsOf, useText } from '~/i18n'
import { addDays } from '~/lib/dates'
import { formatDay, formatNear } from '~/lib/format'
import { opened } from '~/shell/opened'
import { Button, IconButton } from '~/ui/button'
import { lazily } from '~/ui/lazily'
import { Empty, Failed, Loading } from '~/ui/state'
import { Heading } from './parts/heading'
import { LogRow } from './parts/log-row'
import { FirstGoal } from './today/first-goal'
import { Goals } from './today/goals'
import { type Row, rowOf, rowsOf } from './today/row'
import { Summary } from './today/summary'

const YearPanel = lazily(() => textsOf('goal').then(() => import('./today/year')))
const DAYS_READ = 14
/** What stands for a card until it is there. */
const CARD_SIZE = 'h-[8.5rem] min-[34rem]:h-[5.125rem] !rounded-card'

export default function TodayPage() {
  const search = useSearch({ from: '/inside/' })
  const today = useToday()
  const { error, refetch } = useMe()
  if (!today)
    return error ? (
      <Failed error={error} retry={() => void refetch()} />
    ) : (
      <Loading lines={3} className={CARD_SIZE} />
    )
  return search.day && search.day < today ? (
    <DayBefore key={search.day} day={search.day} today={today} />
  ) : (
    <Today today={today} />
  )
}

/** As the dashboard tells it. */
function Today({ today }: { today: string }) {
  const t = useText()
  const past = usePast()
  const { dashboard, error, errorUpdateCount, refetch } = useDashboard()
  const { me } = useMe()
  const logs = useLogsUntil(today)
  // Without the dashboard, the goals alone are better than nothing.
  const { goals, error: noGoals } = useGoals()
  const rows = dashboard?.goals.map(rowOf) ?? (errorUpdateCount > 0 ? rowsOf(goals) : undefined)
  if (error && noGoals && !rows) return <Failed error={error} retry={() => void refetch()} />
  return (
    <>
      <Heading title={past ? formatDay(today, { weekday: 'long' }) : t('time.today')}>
        {!past && <DayArrows day={today} today={today} />}
      </Heading>
      <Summary day={today} today={today} dashboard={dashboard} />
      {!rows && <Loading lines={3} className={CARD_SIZE} />}
      {rows?.length === 0 && (past ? <Empty title={t('goals.emptyActive')} /> : <NoGoals />)}
      {rows && rows.length > 0 && (
        <Goals rows={rows} logs={logs ?? []} day={today} isToday locked={Boolean(past)} />
      )}
      {rows && rows.length > 0 && !past && logs && <LogsOfDay day={today} isToday logs={logs} rows={rows} />}
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
  const logs = useLogsUntil(day)
  const rows = rowsOf(goals)
  if (error && !goals) return <Failed error={error} retry={() => void refetch()} />
  return (
    <>
      <Heading title={formatNear(day, today, { weekday: 'long' })}>
        <DayArrows day={day} today={today} />
      </Heading>
      <Summary day={day} today={today} logs={logs} />
      {!rows && <Loading lines={3} className={CARD_SIZE} />}
      {rows && <Goals rows={rows} logs={logs ?? []} day={day} />}
      {rows && logs && <LogsOfDay day={day} logs={logs} rows={rows} />}
    </>
  )
}

/** The logs of the two weeks up to a day: what the strips and the quick minutes are made of. */
function useLogsUntil(day: string) {
  const range = useMemo(() => ({ from: addDays(day, 1 - DAYS_READ), to: day }), [day])
  return useLogs(range).logs
}

function LogsOfDay({
  day,
  isToday,
  logs,
  rows,
}: {
  day: string
  isToday?: boolean
  logs: DailyLog[]
  rows: Row[]
}) {
  const t = useText()
  const { goals } = useGoals()
  const then = logs.filter((log) => log.day === day)
  const titleOf = (id: string) => [...rows, ...(goals ?? [])].find((one) => one.id === id)?.title ?? ''
  return (
    <section aria-labelledby="logs" className="mt-10">
      <h2 id="logs" className="mb-1 font-semibold text-lg">
        {t(isToday ? 'today.logs' : 'today.logsPast')}
      </h2>
      {then.length === 0 ? (
        <p className="py-2 text-muted">{t(isToday ? 'today.nothingYet' : 'today.nothingThen')}</p>
      ) : (
        <ul className="divide-y divide-line">
          {then.map((log) => (
            <LogRow key={log.id} log={log} title={titleOf(log.goal_id)} withGoal />
          ))}
        </ul>
      )}
    </section>
  )
}

/** No goal at all yet, or none that is kept at. */
function NoGoals() {
  const t = useText()
  const { goals } = useGoals()
  if (!goals) return <Loading lines={1} className="h-64 !rounded-card" />
  if (goals.length === 0) return <FirstGoal />
  return (
    <Empty title={t('goals.emptyActive')} text={t('today.allDone')}>
      <Button onClick={() => opened.set({ name: 'newGoal' })}>{t('goals.new')}</Button>
    </Empty>
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
