import type { DailyLog } from '~/api/types'
import { useEditing, useGoals } from '~/data/use'
import { useText } from '~/i18n'
import { LogRow } from '../parts/log-row'
import type { Row } from './row'

/** What was logged on a day, each to be corrected where it stands. */
export default function LogsOfDay({
  day,
  isToday,
  logs,
  rows,
  onCorrect,
}: {
  day: string
  isToday: boolean
  logs: DailyLog[]
  rows: Row[]
  onCorrect: ((by: number) => void) | undefined
}) {
  const t = useText()
  const { goals } = useGoals()
  const editing = useEditing()
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
            <LogRow
              key={log.id}
              log={log}
              title={titleOf(log.goal_id)}
              withGoal
              locked={!editing}
              onCorrect={onCorrect}
            />
          ))}
        </ul>
      )}
    </section>
  )
}
