/** The year of all goals together. */
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { CalendarSettings, DailyTotal } from '~/api/types'
import YearChart from '~/charts/heatmap'
import { usePast } from '~/data/use'
import { useText } from '~/i18n'
import { yearOf } from '~/lib/dates'
import { Panel, usePictured } from '../parts/panel'

/** The panel. A day of it is a way to that day. */
export default function YearPanel({
  days,
  today,
  weekStart,
}: {
  days: DailyTotal[]
  today: string
  weekStart: CalendarSettings['week_start']
}) {
  const t = useText()
  const navigate = useNavigate()
  const past = usePast()
  const { asTable, toggle } = usePictured()
  const year = yearOf(today)
  const totals = useMemo(
    () =>
      new Map(
        days.filter(({ day, logs }) => yearOf(day) === year && logs > 0).map((total) => [total.day, total]),
      ),
    [days, year],
  )
  return (
    <div className="mt-10">
      <Panel title={t('today.year')} actions={toggle}>
        <YearChart
          asTable={asTable}
          year={year}
          today={today}
          weekStart={weekStart}
          totals={totals}
          selected={undefined}
          onSelect={(day) =>
            !past && void navigate({ to: '/', search: { day: day === today ? undefined : day } })
          }
        />
      </Panel>
    </div>
  )
}
