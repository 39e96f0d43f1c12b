/** Days as the wire has them, `2026-11-21`, and the workspace's calendar. The server decides what day it is; this follows. */
import type { CalendarSettings, DatedCalendar, Me, WeekFigures } from '~/api/types'

const DAY_MS = 86_400_000
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

/** The first and the last day of a week: seven days, or fewer where the week start changed. */
export type Week = Pick<WeekFigures, 'first' | 'last'>

/** A day as an instant that no zone can shift: its midnight in UTC. */
export function instantOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}

/** `day` plus so many days. */
export function addDays(day: string, days: number): string {
  return dayOf(instantOf(day).getTime() + days * DAY_MS)
}

/** The day that UTC has at an instant. */
const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, 10)

/** How many days `to` lies after `from`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((instantOf(to).getTime() - instantOf(from).getTime()) / DAY_MS)
}

/** All days from the first to the last. */
export function daysOf(from: string, to: string): string[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, index) => addDays(from, index))
}

/** The place of a day in its week, 0 to 6, where weeks begin as the calendar says. */
export function placeInWeek(day: string, weekStart: CalendarSettings['week_start']): number {
  return (instantOf(day).getUTCDay() - WEEKDAYS.indexOf(weekStart) + 7) % 7
}

/** The latest such weekday up to `day`. */
export function lastStart(day: string, weekStart: CalendarSettings['week_start']): string {
  return addDays(day, -placeInWeek(day, weekStart))
}

/** The week that a day lies in. A new week start ends the week that it comes upon; those before keep theirs. */
export function weekOf(day: string, calendars: DatedCalendar[] = []): Week {
  const starts = weekStarts(calendars)
  const first = lastStart(day, starts.findLast(({ from }) => from <= day)?.start ?? 'monday')
  const next = starts.find(({ from }) => from > day)?.from
  const end = addDays(first, 7)
  return { first, last: addDays(next && next < end ? next : end, -1) }
}

/** Every week start that came into force, from its first such weekday on. One that was replaced before that never did. */
function weekStarts(calendars: DatedCalendar[]) {
  const starts = calendars.map(({ from, calendar: { week_start: start } }, at) => ({
    start,
    from: at > 0 ? lastStart(addDays(from, 6), start) : '',
  }))
  return starts.filter(({ from }, at) => {
    const next = calendars[at + 1]
    return !next || next.from > from
  })
}

/** The day it is at an instant under these settings. */
export function dayAt({ zone, day_start_minute }: CalendarSettings, now: number): string {
  const wall = wallOf(zone)
  const start = day_start_minute * 60_000
  const day = dayOf(wall(now) - start)
  // Where clocks go back, the next day may have begun before they did; and days do not go back with them.
  const next = addDays(day, 1)
  const begins = instantOf(next).getTime() + start
  const eve = begins - DAY_MS
  const begun = begins - (wall(eve) - eve)
  return begun <= now && wall(begun) === begins ? next : day
}

/** What the clocks of a zone show at an instant, as the instant at which they would show it in UTC. */
function wallOf(timeZone: string): (instant: number) => number {
  const two = '2-digit'
  const shown = { year: 'numeric', month: two, day: two, hour: two, minute: two } as const
  const format = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', ...shown })
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    const { year, month, day, hour, minute } = parts
    return Date.parse(`${year}-${month}-${day}T${hour}:${minute}Z`)
  }
}

/** Today in the workspace: as this device works it out, and never before what the server last said. */
export function todayOf(workspace: Me['workspace'], now = Date.now()): string {
  try {
    const day = dayThen(workspace, now)
    return day > workspace.today ? day : workspace.today
  } catch {
    // The browser does not know the zone; the server does.
    return workspace.today
  }
}

/** The day it is in the workspace at an instant, by the calendar that holds then. */
export function dayThen({ calendar, calendars }: Me['workspace'], instant: number): string {
  const begun = calendars.findLastIndex(({ starts_at }) => Date.parse(starts_at) <= instant)
  const [holds, next] = calendars.slice(Math.max(begun, 0))
  const day = dayAt(holds?.calendar ?? calendar, instant)
  // No day is before a calendar's first, and the eve of the next one's first lasts as long as it must.
  const first = holds && holds.from > day ? holds.from : day
  return next && next.from <= first ? addDays(next.from, -1) : first
}

/** The year that a day lies in. */
export const yearOf = (day: string) => instantOf(day).getUTCFullYear()
