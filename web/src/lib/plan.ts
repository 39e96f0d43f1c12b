/** What a goal expects: its schedules, weekly targets and pauses are dated facts, of which the latest not after a day holds. */
import type { DatedSchedule, DatedTarget, DayRange, Schedule, Weekday, WeeklyTarget } from '~/api/types'
import { addDays, instantOf } from './dates'

/** The days of a week, as the wire names them, from Monday. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[]

/** Before any is set. */
export const EVERY_DAY: Schedule = { kind: 'every-day', minutes_min: 1 }

/** The schedule that holds on a day. */
export function scheduleOn(dated: DatedSchedule[] = [], day: string): Schedule {
  return dated.findLast(({ from }) => from <= day)?.schedule ?? EVERY_DAY
}

/** The weekly target that holds in the week that begins on `first`. */
export function targetIn(dated: DatedTarget[] = [], first: string): WeeklyTarget | null {
  return dated.findLast(({ from_week }) => from_week <= first)?.target ?? null
}

/** The pause that a day lies in. */
export function pauseOn(pauses: DayRange[] = [], day: string): DayRange | undefined {
  return pauses.find(({ first, last }) => first <= day && (!last || day <= last))
}

/** Whether a schedule expects something on a day. Days a week may be any, so each is one of them. */
export function expects(schedule: Schedule, day: string): boolean {
  if (schedule.kind !== 'weekdays') return true
  return schedule.weekdays.includes(WEEKDAYS[(instantOf(day).getUTCDay() + 6) % 7] ?? 'monday')
}

/** The days without those from `first` to `last`. */
export function without(pauses: DayRange[], first: string, last?: string | null): DayRange[] {
  return pauses.flatMap((range) => {
    if ((last && range.first > last) || (range.last && range.last < first)) return [range]
    const before = range.first < first ? [{ first: range.first, last: addDays(first, -1) }] : []
    const after =
      last && (!range.last || range.last > last)
        ? [{ first: addDays(last, 1), last: range.last ?? null }]
        : []
    return [...before, ...after]
  })
}

/** The days and those from `first` to `last`, in order; what touches is one range. */
export function together(pauses: DayRange[], first: string, last?: string | null): DayRange[] {
  let joined: DayRange = { first, last: last ?? null }
  const apart: DayRange[] = []
  for (const range of pauses) {
    const touches =
      (!range.last || addDays(range.last, 1) >= joined.first) &&
      (!joined.last || range.first <= addDays(joined.last, 1))
    if (!touches) {
      apart.push(range)
      continue
    }
    const end = !range.last || !joined.last ? null : range.last > joined.last ? range.last : joined.last
    joined = { first: range.first < joined.first ? range.first : joined.first, last: end }
  }
  return [...apart, joined].sort((one, next) => one.first.localeCompare(next.first))
}
