/**
 * What pages show: the server's last answer, and on it the commands it does not know of yet. Refused ones drop out, and
 * with them what they seemed to have done: nothing else has to be rolled back. All of it is pure.
 */
import type { DailyLog, DailyTotal, Goal, GoalListRow, Me } from '~/api/types'
import type { Command, LogWas } from './commands'
import { counts, isLogCommand } from './counts'
import { factsAfter } from './show-plan'
import type { Entry } from './store'

/** An answer, and the count of `position` up to which it shows what was done here. */
export interface Answered<T> {
  data: T
  asOf: number
}

/** Whether it is shown though the server has not confirmed it. */
export interface Shown {
  pending?: boolean | undefined
}

/** The day it is, and the first of its week. */
export interface Now {
  today: string
  week: string
}

/** The commands that an answer does not show yet. */
export function unseen(entries: Entry[], asOf: number): Entry[] {
  return entries.flatMap((entry) => {
    const { state, settled, command } = entry
    const isUnseen = state === 'waiting' || (state === 'done' && settled !== undefined && settled > asOf)
    if (!isUnseen) return []
    if (command.kind !== 'undo') return [entry]
    return command.effect ? [{ ...entry, command: command.effect }] : []
  })
}

const later = (entry: Entry) => new Date(entry.madeAt).toISOString()

/** Goals, with what was done since. */
export function showGoals(goals: GoalListRow[], entries: Entry[], now: Now): (GoalListRow & Shown)[] {
  let rows: (GoalListRow & Shown)[] = goals
  for (const entry of entries) {
    const { command } = entry
    if (command.kind === 'createGoal') {
      if (rows.some((goal) => goal.id === command.id)) continue
      const { title, target_date = null, total_minutes = null } = command.body
      const created = { id: command.id, title, target_date, total_minutes, minutes: 0, logs: 0, version: 1 }
      const none = { archived_on: null, completed_on: null }
      rows = [...rows, { ...created, ...none, created_at: later(entry), pending: entry.state === 'waiting' }]
    } else {
      rows = rows.map((goal) => showGoal(goal, [entry], now))
    }
  }
  return rows
}

/** A goal, with what was done since. */
export function showGoal<T extends GoalListRow & Shown>(goal: T, entries: Entry[], now: Now): T {
  let row = goal
  for (const entry of entries) {
    const { command } = entry
    if (isLogCommand(command)) {
      const { takes, adds } = counts(command)
      if ((takes ?? adds)?.goal_id !== row.id) continue
      const minutes = row.minutes + (adds?.minutes ?? 0) - (takes?.minutes ?? 0)
      row = { ...row, minutes, logs: row.logs + (adds ? 1 : 0) - (takes ? 1 : 0) }
    } else if ('id' in command && command.id === row.id && command.kind !== 'createGoal') {
      row = {
        ...row,
        ...changesOf(row, command, now),
        version: entry.version ?? row.version + 1,
        pending: entry.state === 'waiting',
      }
    }
  }
  return row
}

function changesOf(goal: Partial<Goal>, command: Command, { today, week }: Now): Partial<Goal> {
  switch (command.kind) {
    case 'reviseGoal': {
      const { title, ...rest } = command.body
      return title ? { title, ...rest } : rest
    }
    case 'completeGoal':
      return { completed_on: today }
    case 'reopenGoal':
      return { completed_on: null }
    case 'archiveGoal':
      return { archived_on: today }
    case 'restoreGoal':
      return { archived_on: null }
    default:
      return factsAfter(goal, command, today, week)
  }
}

/** A goal that was made here, as it was made: pending, as long as only the outbox knows it. */
export function goalOf(entries: Entry[], id: string): (Goal & Shown) | undefined {
  const entry = entries.find(
    ({ state, command }) => state !== 'refused' && command.kind === 'createGoal' && command.id === id,
  )
  if (entry?.command.kind !== 'createGoal') return undefined
  const { title, description = null, target_date = null, total_minutes = null } = entry.command.body
  const at = later(entry)
  const fields = { id, title, description, target_date, total_minutes, minutes: 0, logs: 0, version: 1 }
  return {
    ...fields,
    archived_on: null,
    completed_on: null,
    created_at: at,
    changed_at: at,
    schedules: [],
    weekly_targets: [],
    pauses: [],
    pending: entry.state === 'waiting',
  }
}

/** Which logs a list has. */
export interface LogRange {
  goal?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

function within(range: LogRange, log: { goal_id: string; day: string }): boolean {
  if (range.goal && log.goal_id !== range.goal) return false
  return (!range.from || log.day >= range.from) && (!range.to || log.day <= range.to)
}

/** Logs, newest day first, with what was done since. */
export function showLogs(logs: DailyLog[], entries: Entry[], range: LogRange): (DailyLog & Shown)[] {
  const rows = new Map<string, DailyLog & Shown>(logs.map((log) => [log.id, log]))
  for (const entry of entries) {
    const { command } = entry
    if (!isLogCommand(command)) continue
    const pending = entry.state === 'waiting'
    if (command.kind === 'withdrawLog') {
      rows.delete(command.id)
    } else if (command.kind === 'logDay') {
      const at = later(entry)
      const { goal_id, day, minutes, text = null } = command.body
      const row = { id: command.id, goal_id, day, minutes, text, zone: '', withdrawn: false, version: 1 }
      if (!rows.has(row.id)) rows.set(row.id, { ...row, created_at: at, changed_at: at, pending })
    } else {
      // A restored log, or one corrected onto a day of this list, may not stand in it yet.
      const at = later(entry)
      const known = rows.get(command.id) ?? {
        id: command.id,
        ...command.was,
        zone: '',
        withdrawn: false,
        created_at: at,
        changed_at: at,
      }
      const changed = command.kind === 'correctLog' ? clean(command.body) : {}
      rows.set(command.id, {
        ...known,
        ...changed,
        version: entry.version ?? command.was.version + 1,
        pending,
      })
    }
  }
  const shown = [...rows.values()].filter((log) => !log.withdrawn && within(range, log))
  return shown.sort((one, next) => next.day.localeCompare(one.day) || next.id.localeCompare(one.id))
}

/** A log, whether or not it is withdrawn, with what was done since. */
export function showLog(log: DailyLog, entries: Entry[]): DailyLog {
  return showLogs([log], entries, {}).find(({ id }) => id === log.id) ?? log
}

/** A correction's fields, without those that stay. `null` stands for none only where a text is. */
function clean(body: {
  day?: string | null
  minutes?: number | null
  text?: string | null
}): Partial<DailyLog> {
  const fields: Partial<DailyLog> = {}
  if (body.day != null) fields.day = body.day
  if (body.minutes != null) fields.minutes = body.minutes
  if (body.text !== undefined) fields.text = body.text
  return fields
}

/** Daily totals, with what was done since. */
export function showTotals(totals: DailyTotal[], entries: Entry[], range: LogRange): DailyTotal[] {
  const days = new Map(totals.map((total) => [total.day, total]))
  const count = (log: LogWas | undefined, sign: 1 | -1) => {
    if (!log || !within(range, log)) return
    const { minutes, logs } = days.get(log.day) ?? { minutes: 0, logs: 0 }
    days.set(log.day, { day: log.day, minutes: minutes + sign * log.minutes, logs: logs + sign })
  }
  for (const { command } of entries) {
    if (!isLogCommand(command)) continue
    const { takes, adds } = counts(command)
    count(takes, -1)
    count(adds, 1)
  }
  const shown = [...days.values()].filter((total) => total.logs > 0)
  return shown.sort((one, next) => one.day.localeCompare(next.day))
}

/** The account, with what was done since. */
export function showMe(me: Me, entries: Entry[]): Me {
  let shown = me
  for (const { command } of entries) {
    if (command.kind === 'changeProfile') shown = { ...shown, name: command.body.name }
    if (command.kind === 'changePreferences') {
      const { language, theme } = command.body
      shown = { ...shown, language: language ?? shown.language, theme: theme ?? shown.theme }
    }
  }
  return shown
}
