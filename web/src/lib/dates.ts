/** Days as the wire has them, `2026-11-21`, and the workspace's calendar. The server decides what day it is; this follows. */
import type { CalendarSettings, Me } from '~/api/types'

const DAY_MS = 86_400_000
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

/** A day as an instant that no zone can shift: its midnight in UTC. */
export function instantOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}

/** `day` plus so many days. */
export function addDays(day: string, days: number): string {
  return new Date(instantOf(day).getTime() + days * DAY_MS).toISOString().slice(0, 10)
}

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

/** The first day of the week that `day` lies in. */
export function weekOf(day: string, weekStart: CalendarSettings['week_start']): string {
  return addDays(day, -placeInWeek(day, weekStart))
}

/** The day it is at an instant under these settings. */
export function dayAt(calendar: CalendarSettings, now: number): string {
  const shifted = new Date(now - calendar.day_start_minute * 60_000)
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: calendar.zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(shifted)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** Today in the workspace: as this device works it out, and never before what the server last said. */
export function todayOf(workspace: Me['workspace'], now = Date.now()): string {
  const { upcoming } = workspace
  const begun = upcoming && Date.parse(upcoming.starts_at) <= now
  try {
    const day = dayAt(begun ? upcoming.calendar : workspace.calendar, now)
    return day > workspace.today ? day : workspace.today
  } catch {
    // The browser does not know the zone; the server does.
    return workspace.today
  }
}

/** The day it was in the workspace at an instant of the past, by the calendar that held then. */
export function dayThen(workspace: Me['workspace'], instant: number): string {
  const { calendar, calendars } = workspace
  return dayAt(
    calendars.findLast(({ starts_at }) => Date.parse(starts_at) <= instant)?.calendar ?? calendar,
    instant,
  )
}

/** Minutes from what a person types: `45`, `1:30`, `1h 30m`, `1.5h`, `90 min`. None, if it is no length of time. */
export function parseMinutes(text: string): number | undefined {
  const tidy = text.trim().toLowerCase().replace(',', '.')
  const clock = /^(\d{1,2}):([0-5]?\d)$/.exec(tidy)
  if (clock) return Number(clock[1]) * 60 + Number(clock[2])
  const words =
    /^(?:(\d+(?:\.\d+)?)\s*(?:h|hrs?|hours?|std\.?|stunden?))?\s*(?:(\d+)\s*(?:m|mins?|minutes?|minuten?)?)?$/.exec(
      tidy,
    )
  if (!words || (words[1] === undefined && words[2] === undefined)) return undefined
  return Math.round(Number(words[1] ?? 0) * 60) + Number(words[2] ?? 0)
}

/** The year that a day lies in. */
export const yearOf = (day: string) => instantOf(day).getUTCFullYear()
