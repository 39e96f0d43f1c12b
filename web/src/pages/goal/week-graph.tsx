/** A goal week by week. */
import { Suspense, useMemo } from 'react'
import type { DatedCalendar, Goal } from '~/api/types'
import { useTotals } from '~/data/totals'
import { useMe } from '~/data/use'
import { useText } from '~/i18n'
import { addDays, daysOf, type Week, weekOf } from '~/lib/dates'
import { targetIn } from '~/lib/plan'
import { useWide } from '~/lib/wide'
import { lazily } from '~/ui/lazily'
import { Failed, Skeleton } from '~/ui/state'
import { Panel, usePictured } from '../parts/panel'

const WEEKS_SHOWN = { wide: 20, narrow: 10 }
const WeeksChart = lazily(() => import('~/charts/weeks'))

/** The panel. */
export function WeekGraph({ goal, today }: { goal: Goal; today: string }) {
  const t = useText()
  const { me } = useMe()
  const { asTable, toggle } = usePictured()
  const count = useWide() ? WEEKS_SHOWN.wide : WEEKS_SHOWN.narrow
  const calendars = me?.workspace.calendars
  const all = useMemo(() => weeksUntil(today, calendars, WEEKS_SHOWN.wide), [today, calendars])
  const range = useMemo(
    () => ({ goal: goal.id, from: all[0]?.first ?? today, to: all.at(-1)?.last ?? today }),
    [goal.id, all, today],
  )
  const { totals, error, refetch } = useTotals(range)
  const read = useMemo(() => {
    const minutes = ({ first, last }: Week) =>
      daysOf(first, last).reduce((sum, day) => sum + (totals?.get(day)?.minutes ?? 0), 0)
    return all.map((week) => {
      const target = targetIn(goal.weekly_targets, week.first)
      return {
        ...week,
        minutes: minutes(week),
        target: target?.metric === 'minutes' ? target.value : undefined,
      }
    })
  }, [totals, all, goal.weekly_targets])
  const weeks = read.slice(-count)
  const any = weeks.some(({ minutes }) => minutes > 0)
  return (
    <Panel title={t('goal.weeks')} actions={any && toggle}>
      {error && !totals && <Failed error={error} retry={() => void refetch()} />}
      {!totals && !error && <Skeleton className="h-56" />}
      {totals && !any && <p className="text-muted">{t('goal.noneThoseWeeks')}</p>}
      {totals && any && (
        <Suspense fallback={<Skeleton className="h-56" />}>
          <WeeksChart
            weeks={weeks}
            average={averageOf(read, goal.created_at.slice(0, 10))}
            asTable={asTable}
          />
        </Suspense>
      )}
    </Panel>
  )
}

/** So many weeks, the one of today last. */
function weeksUntil(today: string, calendars: DatedCalendar[] | undefined, count: number): Week[] {
  const weeks: Week[] = []
  for (let day = today; weeks.length < count; ) {
    const week = weekOf(day, calendars)
    weeks.unshift(week)
    day = addDays(week.first, -1)
  }
  return weeks
}

/** Minutes a week over the weeks that are over, the same on every screen; from when there was the goal, or a log of it. */
export function averageOf(weeks: { last: string; minutes: number }[], created: string) {
  const over = weeks.slice(0, -1)
  const begun = over.findIndex(({ last, minutes }) => minutes > 0 || last >= created)
  if (begun < 0) return undefined
  const counted = over.slice(begun)
  const sum = counted.reduce((total, { minutes }) => total + minutes, 0)
  return { minutes: Math.round(sum / counted.length), weeks: counted.length }
}
