/** Every log of a goal, each to be corrected where it stands. */
import type { Goal } from '~/api/types'
import { useGoalLogs } from '~/data/use'
import { useText } from '~/i18n'
import { yearOf } from '~/lib/dates'
import { formatNear } from '~/lib/format'
import { LoadMore } from '~/ui/load-more'
import { Failed, Loading } from '~/ui/state'
import { LogRow } from '../parts/log-row'
import { Panel } from '../parts/panel'

const DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const
const DAY_OF_OTHER_YEAR = { day: 'numeric', month: 'short', year: 'numeric' } as const

/** The panel, newest first. */
export function Logs({ goal, today, locked }: { goal: Goal; today: string; locked: boolean }) {
  const t = useText()
  const query = useGoalLogs(goal.id)
  const { logs, error, refetch } = query
  return (
    <Panel title={t('goal.logs')}>
      {error && !logs && <Failed error={error} retry={() => void refetch()} />}
      {!logs && !error && <Loading lines={3} className="h-14" />}
      {logs?.length === 0 && <p className="text-muted">{t('goal.noLogs')}</p>}
      <ul className="divide-y divide-line">
        {logs?.map((log) => (
          <LogRow
            key={log.id}
            log={log}
            title={goal.title}
            withDay={formatNear(log.day, today, yearOf(log.day) === yearOf(today) ? DAY : DAY_OF_OTHER_YEAR)}
            locked={locked}
          />
        ))}
      </ul>
      <LoadMore query={query} className="mt-2 w-full" />
    </Panel>
  )
}
