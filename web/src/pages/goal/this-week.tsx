/** The week so far: what was done of what it is to have. */
import type { Goal } from '~/api/types'
import { useDashboard } from '~/data/use'
import { useText } from '~/i18n'
import { formatMinutes } from '~/lib/format'
import { opened } from '~/shell/opened'
import { Button } from '~/ui/button'
import { Skeleton } from '~/ui/state'
import { Bar } from '../parts/bar'
import { Panel } from '../parts/panel'
import { doneOf, tellAmount, tellTarget } from '../parts/told'

/** The panel. A goal that is not kept at has none. */
export function ThisWeek({ goal, locked }: { goal: Goal; locked: boolean }) {
  const t = useText()
  const { dashboard } = useDashboard()
  const week = dashboard?.goals.find(({ goal_id }) => goal_id === goal.id)?.week
  if (dashboard && !week) return null
  if (!week) return <Skeleton className="h-50 !rounded-card" />
  const { target } = week
  const done = doneOf(week)
  return (
    <Panel title={t('weeks.thisWeek')}>
      <p className="numbers font-bold text-4xl tracking-tight">{formatMinutes(week.minutes)}</p>
      <p className="text-muted text-sm">
        {t('weeks.metDays', { count: week.met_days })} · {t('goals.logs', { count: week.logs })}
      </p>
      {target ? (
        <div className="mt-4">
          <Bar done={done} total={target.value} label={t('plan.target')} />
          <p className="mt-2 flex justify-between gap-3 text-muted text-sm">
            <span className="numbers">{tellTarget(week)}</span>
            <span className={done >= target.value ? 'font-medium text-accent-text' : undefined}>
              {done >= target.value
                ? t('weeks.reached')
                : t('weeks.toGo', { rest: tellAmount(target.metric, target.value - done) })}
            </span>
          </p>
        </div>
      ) : (
        !locked && (
          <Button
            look="quiet"
            size="small"
            className="mt-4"
            onClick={() => opened.set({ name: 'target', id: goal.id })}
          >
            {t('plan.setTarget')}
          </Button>
        )
      )}
    </Panel>
  )
}
