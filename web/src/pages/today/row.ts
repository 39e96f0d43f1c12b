import type { DashboardGoal, GoalListRow, Standing, WeekFigures } from '~/api/types'
import type { Shown } from '~/outbox/show'

/** A goal in a day's list. How it stands is known of today only. */
export interface Row extends Shown {
  id: string
  title: string
  due?: boolean
  met?: boolean
  paused?: boolean
  /** The minutes logged for it today. */
  minutes?: number
  /** The minutes that make the day count. */
  needed?: number
  streak?: Standing
  week?: WeekFigures
}

/** A row of the dashboard's. */
export const rowOf = (goal: DashboardGoal & Shown): Row => ({
  id: goal.goal_id,
  title: goal.title,
  pending: goal.pending,
  due: goal.due,
  met: goal.met,
  paused: goal.paused,
  minutes: goal.minutes_today,
  needed: goal.minutes_needed,
  streak: goal.streak,
  week: goal.week,
})

/** The rows of goals of which only the list is known: those that are kept at. */
export const rowsOf = (goals: (GoalListRow & Shown)[] | undefined): Row[] | undefined =>
  goals
    ?.filter((goal) => !goal.completed_on && !goal.archived_on)
    .map(({ id, title, pending }) => ({ id, title, pending }))

/**
 * Those that are due, and those that are not. Without knowing, all are. What was met stays in its place, and so does the
 * one that is open, as it was then: at midnight it would take along what is being typed in it.
 */
export function apart(rows: Row[], open?: Row): { due: Row[]; rest: Row[] } {
  const isDue = (row: Row) => {
    const { due = true, met } = row.id === open?.id ? open : row
    return due || met
  }
  return { due: rows.filter(isDue), rest: rows.filter((row) => !isDue(row)) }
}
