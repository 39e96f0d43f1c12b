/** What lies below the first screen of a goal: its year, its weeks, its plan and its logs. */
import type { Goal } from '~/api/types'
import { usePast } from '~/data/use'
import { useText } from '~/i18n'
import { DayPanel } from './day'
import { Logs } from './logs'
import { Plan } from './plan'
import { WeekGraph } from './week-graph'
import { Year } from './year'

export default function Below({
  goal,
  today,
  day,
  locked,
}: {
  goal: Goal
  today: string
  /** The day chosen in the year. */
  day: string | undefined
  locked: boolean
}) {
  const t = useText()
  const past = usePast()
  return (
    <div className="mt-4 flex flex-col gap-4">
      <Year goal={goal} today={today} />
      {day && day <= today && !past && (
        <DayPanel key={day} goal={goal} day={day} today={today} locked={locked} />
      )}
      <WeekGraph goal={goal} today={today} />
      <Plan goal={goal} today={today} locked={locked} />
      {past ? (
        <p className="py-4 text-center text-muted text-sm">{t('goal.noLogsThen')}</p>
      ) : (
        <Logs goal={goal} today={today} locked={locked} />
      )}
    </div>
  )
}
