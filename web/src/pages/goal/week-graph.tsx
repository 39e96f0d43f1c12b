/** A goal week by week. */
import { Suspense, useMemo } from 'react'
import type { Goal } from '~/api/types'
import { useMe, useTotals, weekStartOf } from '~/data/use'
import { useText } from '~/i18n'
import { addDays, daysOf, weekOf } from '~/lib/dates'
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
  const now = weekOf(today, weekStartOf(me))
  const first = addDays(now, -7 * (WEEKS_SHOWN.wide - 1))
  const range = useMemo(
    () => ({ goal: goal.id, from: first, to: addDays(first, 7 * WEEKS_SHOWN.wide - 1) }),
    [goal.id, first],
  )
  const { totals, error, refetch } = useTotals(range)
  const read = useMemo(() => {
    const minutes = (from: string) =>
      daysOf(from, addDays(from, 6)).reduce((sum, day) => sum + (totals?.get(day)?.minutes ?? 0), 0)
    return Array.from({ length: WEEKS_SHOWN.wide }, (_, at) => addDays(first, 7 * at)).map((from) => {
      const target = targetIn(goal.weekly_targets, from)
      return {
        first: from,
        minutes: minutes(from),
        target: target?.metric === 'minutes' ? target.value : undefined,
      }
    })
  }, [totals, first, goal.weekly_targets])
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

/** Minutes a week over the weeks that are over, the same on every screen; from when there was the goal, or a log of it. */
export function averageOf(weeks: { first: string; minutes: number }[], created: string) {
  const over = weeks.slice(0, -1)
  const begun = over.findIndex(({ first, minutes }) => minutes > 0 || addDays(first, 6) >= created)
  if (begun < 0) return undefined
  const counted = over.slice(begun)
  const sum = counted.reduce((total, { minutes }) => total + minutes, 0)
  return { minutes: Math.round(sum / counted.length), weeks: counted.length }
}
