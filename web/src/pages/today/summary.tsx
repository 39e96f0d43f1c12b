import type { DailyLog, Dashboard } from '~/api/types'
import { useText } from '~/i18n'
import { formatDay, formatMinutes } from '~/lib/format'
import { Icon } from '~/ui/icon'
import { tellLength } from '../parts/told'

/** The day in a line: its date, and what was done on it. */
export function Summary({
  day,
  today,
  dashboard,
  logs,
}: {
  day: string
  today: string
  dashboard?: Dashboard | undefined
  logs?: DailyLog[] | undefined
}) {
  const date = formatDay(day, {
    weekday: day === today ? 'long' : undefined,
    day: 'numeric',
    month: 'long',
    ...(day.slice(0, 4) !== today.slice(0, 4) && { year: 'numeric' }),
  })
  return (
    <div className="-mt-5 mb-7 min-h-[5.5rem] sm:min-h-16 md:-mt-7 md:mb-9">
      <p className="flex flex-wrap gap-x-4 text-muted">
        <span>{date}</span>
        <MinutesTold day={day} dashboard={dashboard} logs={logs} />
      </p>
      {dashboard && dashboard.goals.length > 0 && <Standing dashboard={dashboard} />}
    </div>
  )
}

/** The minutes of the day, and of its week as far as it is known. */
function MinutesTold({
  day,
  dashboard,
  logs,
}: {
  day: string
  dashboard?: Dashboard | undefined
  logs?: DailyLog[] | undefined
}) {
  const t = useText()
  if (dashboard) {
    const minutes = dashboard.year.find((one) => one.day === day)?.minutes ?? 0
    const { week } = dashboard
    if (week.minutes === 0) return null
    return (
      <span className="numbers">
        {t('today.summary', { today: formatMinutes(minutes), week: formatMinutes(week.minutes) })}
      </span>
    )
  }
  const then = logs?.filter((log) => log.day === day).reduce((sum, log) => sum + log.minutes, 0)
  return then ? (
    <span className="numbers">{t('today.summaryPast', { today: formatMinutes(then) })}</span>
  ) : null
}

/** How much of what is due is done, and the streak of all goals together. */
function Standing({ dashboard }: { dashboard: Dashboard }) {
  const t = useText()
  const { goals, streak } = dashboard
  const due = goals.filter((goal) => goal.due)
  const met = due.filter((goal) => goal.met).length
  return (
    <p className="mt-3 flex flex-wrap gap-2 text-sm">
      {due.length > 0 && (
        <Chip strong={met === due.length} icon={met === due.length ? 'check' : undefined}>
          {t('today.metOf', { met, due: due.length })}
        </Chip>
      )}
      {streak.current > 1 && (
        <Chip icon="flame">{t('today.streakOf', { streak: tellLength(streak.unit, streak.current) })}</Chip>
      )}
    </p>
  )
}

function Chip({
  icon,
  strong,
  children,
}: {
  icon?: 'check' | 'flame' | undefined
  strong?: boolean
  children: string
}) {
  return (
    <span
      className={`numbers inline-flex items-center gap-1.5 rounded-full px-3 py-1 font-medium ${strong ? 'bg-accent-soft text-accent-text' : 'bg-sunken text-muted'}`}
    >
      {icon && <Icon name={icon} className={icon === 'flame' ? 'size-4 fill-current' : 'size-4'} />}
      {children}
    </span>
  )
}
