/** Types and requests of what the server is about to answer. */
import { api } from './client'
import type { DailyLog, DailyTotal, Standing, WeekFigures } from './types'

export interface Progress {
  minutes: number
  total_minutes?: number | null
  percent?: number | null
}
export interface Pace {
  needed_minutes_a_day?: number | null
  recent_minutes_a_day?: number | null
  reached_on?: string | null
  on_time?: boolean | null
}
export interface GoalProgress extends Progress {
  pace: Pace
  history: { day: string; minutes: number; minutes_in_all: number }[]
}
export interface DashboardGoal {
  goal_id: string
  title: string
  due: boolean
  met: boolean
  paused: boolean
  minutes_today: number
  minutes_needed: number
  streak: Standing
  week: WeekFigures
  progress: Progress
  pace: Pace
}
export interface Dashboard {
  today: string
  day_ends_at: string
  goals: DashboardGoal[]
  streak: Standing
  week: WeekFigures
  year: DailyTotal[]
  recent_logs: DailyLog[]
}
export const ahead = api.get as unknown as <T>(path: string, asked?: object) => Promise<T>
