/** The years of all goals together. */
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { CalendarSettings, DailyTotal } from '~/api/types'
import YearChart from '~/charts/heatmap'
import { usePast } from '~/data/use'
import { useText } from '~/i18n'
import { yearOf } from '~/lib/dates'
import { Failed, Skeleton } from '~/ui/state'
import { Panel, usePictured } from '../parts/panel'
import { useYear, YearArrows } from '../parts/years'

interface Year {
  year: number
  today: string
  weekStart: CalendarSettings['week_start']
  asTable: boolean
}

/** The panel. A day of it is a way to that day. */
export default function YearPanel({
  days,
  today,
  weekStart,
}: {
  /** Those of this year, and some before. */
  days: DailyTotal[]
  today: string
  weekStart: CalendarSettings['week_start']
}) {
  const t = useText()
  const { asTable, toggle } = usePictured()
  const now = yearOf(today)
  const [earlier, setEarlier] = useState<number>()
  const year = earlier ?? now
  const totals = useMemo(
    () => new Map(days.filter(({ logs }) => logs > 0).map((total) => [total.day, total])),
    [days],
  )
  const go = (to: number) => setEarlier(to < now ? to : undefined)
  const shown = { year, today, weekStart, asTable }
  return (
    <div className="mt-10">
      <Panel
        title={earlier ? String(earlier) : t('goal.yourYear')}
        actions={
          <>
            {toggle}
            <YearArrows year={year} now={now} go={go} />
          </>
        }
      >
        {earlier ? <Earlier {...shown} /> : <Drawn {...shown} totals={totals} />}
      </Panel>
    </div>
  )
}

/** A year that the dashboard does not tell. */
function Earlier(shown: Year) {
  const { totals, error, refetch } = useYear(shown.year)
  if (totals) return <Drawn {...shown} totals={totals} />
  return error ? <Failed error={error} retry={() => void refetch()} /> : <Skeleton className="h-[9.75rem]" />
}

function Drawn({ year, today, weekStart, asTable, totals }: Year & { totals: Map<string, DailyTotal> }) {
  const navigate = useNavigate()
  const past = usePast()
  const ofYear = useMemo(() => new Map([...totals].filter(([day]) => yearOf(day) === year)), [totals, year])
  return (
    <YearChart
      asTable={asTable}
      year={year}
      today={today}
      weekStart={weekStart}
      totals={ofYear}
      selected={undefined}
      onSelect={
        past
          ? undefined
          : (day) => void navigate({ to: '/', search: { day: day === today ? undefined : day } })
      }
    />
  )
}
