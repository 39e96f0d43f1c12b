/** What a goal expects and how its streak stands, in words. */
import type { DayRange, Schedule, Standing, Unit, WeekFigures, WeeklyTarget } from '~/api/types'
import { t } from '~/i18n'
import { addDays } from '~/lib/dates'
import { formatDay, formatMinutes, formatNumber } from '~/lib/format'
import { WEEKDAYS } from '~/lib/plan'

const MEDIUM = { dateStyle: 'medium' } as const
/** A Monday, to name weekdays by. */
const MONDAY = '2024-01-01'

/** A weekday's name, in a few letters or whole. */
export function weekdayName(at: number, weekday: 'short' | 'long' | 'narrow' = 'short'): string {
  return formatDay(addDays(MONDAY, at), { weekday })
}

/** Which days a schedule expects, and from how many minutes on they count. */
export function tellSchedule(schedule: Schedule): string {
  const least = schedule.minutes_min ?? 1
  const days =
    schedule.kind === 'every-day'
      ? t('told.every')
      : schedule.kind === 'days-a-week'
        ? t('told.daysCount', { count: schedule.days })
        : WEEKDAYS.flatMap((day, at) => (schedule.weekdays.includes(day) ? [weekdayName(at)] : [])).join(', ')
  return least > 1 ? `${days}, ${t('told.atLeast', { minutes: formatMinutes(least) })}` : days
}

/** So much of what a target counts. */
export function tellAmount(metric: WeeklyTarget['metric'], value: number): string {
  if (metric === 'minutes') return formatMinutes(value)
  return metric === 'days' ? t('time.days', { count: value }) : t('goals.logs', { count: value })
}

/** How much of a week's target is done, as in `3 h of 5 h`; none without a target. */
export function tellTarget(week: WeekFigures): string | undefined {
  const { target } = week
  if (!target) return undefined
  const done = doneOf(week)
  if (target.metric === 'minutes')
    return t('goals.of', { done: formatMinutes(done), total: formatMinutes(target.value) })
  return t(target.metric === 'days' ? 'goals.ofDays' : 'goals.ofLogs', {
    done: formatNumber(done),
    count: target.value,
  })
}

/** How much of what the target counts was done in a week. */
export function doneOf({ target, minutes, met_days, logs }: WeekFigures): number {
  if (target?.metric === 'days') return met_days
  return target?.metric === 'logs' ? logs : minutes
}

/** A pause's days. */
export function tellRange({ first, last }: DayRange): string {
  if (!last) return t('told.open', { first: formatDay(first, MEDIUM) })
  if (first === last) return formatDay(first, MEDIUM)
  return t('told.range', { first: formatDay(first, MEDIUM), last: formatDay(last, MEDIUM) })
}

/** So many days, or weeks. */
export function tellLength(unit: Unit, count: number): string {
  return unit === 'days' ? t('time.days', { count }) : t('time.weeks', { count })
}

/** The longest streaks there were, of either kind. */
export function tellLongest({ longest }: Pick<Standing, 'longest'>): string {
  const told = [
    ...(longest.days > 0 ? [t('time.days', { count: longest.days })] : []),
    ...(longest.weeks > 0 ? [t('time.weeks', { count: longest.weeks })] : []),
  ]
  return told.join(', ')
}
