/** What commands change of how everything stands today. Pure, as all that is shown on top of answers. */
import type { Dashboard, DashboardGoal, DatedCalendar, Standing, WeekFigures } from '~/api/types'
import { type Week, weekOf } from '~/lib/dates'
import { EVERY_DAY, expects } from '~/lib/plan'
import { type Command, subjectOf } from './commands'
import { counts, isLogCommand } from './counts'
import { type Shown, showTotals } from './show'
import type { Entry } from './store'

/** A streak after today came to be met, or no longer is. Streaks of weeks wait for the server. */
function standingAfter(streak: Standing, was: boolean, is: boolean, today: string): Standing {
  if (was === is || streak.unit !== 'days') return streak
  const current = Math.max(0, streak.current + (is ? 1 : -1))
  const longest = { ...streak.longest, days: Math.max(streak.longest.days, current) }
  return { ...streak, current, longest, since: streak.since ?? today }
}

function weekAfter(week: WeekFigures, minutes: number, logs: number): WeekFigures {
  const after = { ...week, minutes: Math.max(0, week.minutes + minutes), logs: Math.max(0, week.logs + logs) }
  const { target } = week
  if (!target || target.metric === 'days') return after
  const share_percent = Math.floor((after[target.metric] * 100) / target.value)
  return { ...after, share_percent }
}

/** A goal of the dashboard after a command. */
function goalAfter(goal: DashboardGoal, command: Command, today: string): DashboardGoal {
  if (isLogCommand(command)) {
    let shown = goal
    const { takes, adds } = counts(command)
    for (const [log, sign] of [[takes, -1] as const, [adds, 1] as const]) {
      if (!log || log.goal_id !== goal.goal_id) continue
      if (log.day >= shown.week.first && log.day <= shown.week.last)
        shown = { ...shown, week: weekAfter(shown.week, sign * log.minutes, sign) }
      shown = {
        ...shown,
        progress: { ...shown.progress, minutes: shown.progress.minutes + sign * log.minutes },
      }
      if (log.day !== today) continue
      const minutes_today = Math.max(0, shown.minutes_today + sign * log.minutes)
      const met = minutes_today >= Math.max(1, shown.minutes_needed)
      shown = { ...shown, minutes_today, met, streak: standingAfter(shown.streak, shown.met, met, today) }
    }
    return shown
  }
  if (!('id' in command) || command.id !== goal.goal_id) return goal
  switch (command.kind) {
    case 'reviseGoal':
      return { ...goal, title: command.body.title ?? goal.title }
    case 'setSchedule': {
      const minutes_needed = command.body.minutes_min ?? 1
      const met = goal.minutes_today >= minutes_needed
      return { ...goal, minutes_needed, met, due: expects(command.body, today) }
    }
    case 'setTarget':
      return { ...goal, week: weekAfter({ ...goal.week, target: command.body }, 0, 0) }
    case 'withdrawTarget':
      return { ...goal, week: { ...goal.week, target: null, share_percent: null } }
    case 'pauseGoal':
    case 'resumeGoal': {
      const { first = today, last } = command.body
      const isNow = (first ?? today) <= today && (!last || today <= last)
      return isNow ? { ...goal, paused: command.kind === 'pauseGoal' } : goal
    }
    default:
      return goal
  }
}

const NOTHING_YET = { minutes: 0, met_days: 0, logs: 0 }

/** A week that has just begun. */
function weekFrom(week: Week, target: WeekFigures['target']): WeekFigures {
  const begun = { ...week, ...NOTHING_YET, change: NOTHING_YET }
  return target ? { ...begun, target, share_percent: 0 } : begun
}

/** The dashboard on another day than it was asked on, as offline: of this one it says nothing. */
function onDay({ goals, week, streak, ...rest }: Dashboard, today: string, now: Week): Dashboard {
  const begun = (of: WeekFigures) => (of.first === now.first ? { ...of, ...now } : weekFrom(now, of.target))
  const asOfNow = (goal: DashboardGoal) => ({
    ...goal,
    minutes_today: 0,
    met: false,
    week: begun(goal.week),
  })
  return {
    ...rest,
    today,
    goals: goals.map(asOfNow),
    week: begun(week),
    streak: { ...streak, at_risk: false },
  }
}

const NONE: Standing = { unit: 'days', current: 0, longest: { days: 0, weeks: 0 }, at_risk: false }

/** A goal that was just made. */
function newGoal(id: string, title: string, week: DashboardGoal['week']): DashboardGoal {
  return {
    goal_id: id,
    title,
    due: expects(EVERY_DAY, week.first),
    met: false,
    paused: false,
    minutes_today: 0,
    minutes_needed: 1,
    streak: NONE,
    week: { first: week.first, last: week.last, ...NOTHING_YET, change: NOTHING_YET },
    progress: { minutes: 0 },
    pace: {},
  }
}

/**
 * What follows from the rest: paused, a goal is not due; due and not met, its streak of days is at risk. That weeks come to
 * be at risk, or a resumed goal is due, the server says; and of another day than it was asked on, nothing is known to be.
 */
function told(goal: DashboardGoal, isOfToday: boolean): DashboardGoal {
  const { met, paused, streak } = goal
  const due = goal.due && !paused
  const ends = streak.unit === 'days' ? streak.current > 0 : streak.at_risk
  return { ...goal, due, streak: { ...streak, at_risk: isOfToday && due && !met && ends } }
}

/** Whether a goal is no longer kept at: it was completed or put away, and that not taken back. */
function isAway(id: string, entries: Entry[]): boolean {
  const last = (...kinds: Command['kind'][]) =>
    entries.findLast(({ command }) => kinds.includes(command.kind) && subjectOf(command) === id)?.command.kind
  return (
    last('completeGoal', 'reopenGoal') === 'completeGoal' ||
    last('archiveGoal', 'restoreGoal') === 'archiveGoal'
  )
}

/** The dashboard, with what was done since. */
export function showDashboard(
  dashboard: Dashboard,
  entries: Entry[],
  today: string,
  calendars?: DatedCalendar[],
): Dashboard & { goals: (DashboardGoal & Shown)[] } {
  const isOfToday = dashboard.today === today
  const begun = isOfToday ? dashboard : onDay(dashboard, today, weekOf(today, calendars))
  let { goals, week } = begun
  for (const { command } of entries) {
    if (command.kind === 'createGoal') {
      if (!goals.some((goal) => goal.goal_id === command.id))
        goals = [...goals, newGoal(command.id, command.body.title, week)]
    } else {
      goals = goals.map((goal) => goalAfter(goal, command, today))
      if (isLogCommand(command)) {
        const { takes, adds } = counts(command)
        if (takes && takes.day >= week.first) week = weekAfter(week, -takes.minutes, -1)
        if (adds && adds.day >= week.first) week = weekAfter(week, adds.minutes, 1)
      }
    }
  }
  const kept = goals.filter((goal) => !isAway(goal.goal_id, entries))
  return {
    ...begun,
    goals: kept.map((goal) => told(goal, isOfToday)),
    week,
    year: showTotals(begun.year, entries, {}),
  }
}
