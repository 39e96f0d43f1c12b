/** A year of a goal, day by day. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense } from 'react'
import type { Goal } from '~/api/types'
import { useMe, usePast, weekStartOf } from '~/data/use'
import { useText } from '~/i18n'
import { yearOf } from '~/lib/dates'
import { lazily } from '~/ui/lazily'
import { Failed, Skeleton } from '~/ui/state'
import { Panel, usePictured } from '../parts/panel'
import { useYear, YearArrows } from '../parts/years'

const YearChart = lazily(() => import('~/charts/heatmap'))

/** The panel. The year and the chosen day stand in the address. */
export function Year({ goal, today }: { goal: Goal; today: string }) {
  const t = useText()
  const { year = yearOf(today), day } = useSearch({ from: '/inside/goals/$id' })
  const navigate = useNavigate({ from: '/goals/$id' })
  const { me } = useMe()
  const past = usePast()
  const { totals, error, refetch } = useYear(year, goal.id)
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
          <YearArrows year={year} now={yearOf(today)} go={go} />
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
            weekStart={weekStartOf(me)}
            totals={totals}
            selected={day}
            onSelect={past ? undefined : select}
          />
        </Suspense>
      )}
    </Panel>
  )
}
