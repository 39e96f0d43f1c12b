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
  const weeks = useMemo(() => {
    const minutes = (from: string) =>
      daysOf(from, addDays(from, 6)).reduce((sum, day) => sum + (totals?.get(day)?.minutes ?? 0), 0)
    return Array.from({ length: count }, (_, at) => addDays(now, 7 * (at + 1 - count))).map((from) => {
      const target = targetIn(goal.weekly_targets, from)
      return {
        first: from,
        minutes: minutes(from),
        target: target?.metric === 'minutes' ? target.value : undefined,
      }
    })
  }, [totals, now, count, goal.weekly_targets])
  const any = weeks.some(({ minutes }) => minutes > 0)
  return (
    <Panel title={t('goal.weeks')} actions={any && toggle}>
      {error && !totals && <Failed error={error} retry={() => void refetch()} />}
      {!totals && !error && <Skeleton className="h-56" />}
      {totals && !any && <p className="text-muted">{t('goal.noneThoseWeeks')}</p>}
      {totals && any && (
        <Suspense fallback={<Skeleton className="h-56" />}>
          <WeeksChart weeks={weeks} asTable={asTable} />
        </Suspense>
      )}
    </Panel>
  )
}
