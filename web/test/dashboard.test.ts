import { expect, test } from 'vitest'
import type { Dashboard, DashboardGoal } from '~/api/types'
import { type Command, inverseOf } from '~/outbox/commands'
import { showDashboard } from '~/outbox/show-dashboard'
import type { Entry } from '~/outbox/store'

const NONE = { minutes: 0, met_days: 0, logs: 0 }
const WEEK = { first: '2026-11-16', last: '2026-11-22', minutes: 90, met_days: 2, logs: 3, change: NONE }
const STREAK = { unit: 'days', current: 4, longest: { days: 4, weeks: 0 }, at_risk: true } as const
const GOAL = {
  goal_id: 'g',
  title: 'Run',
  due: true,
  met: true,
  paused: false,
  minutes_today: 30,
  minutes_needed: 1,
  streak: STREAK,
  week: { ...WEEK, target: { metric: 'minutes', value: 180 }, share_percent: 50 },
  progress: { minutes: 300 },
  pace: {},
} as DashboardGoal
/** A Sunday. */
const ANSWER = {
  today: '2026-11-22',
  day_ends_at: '2026-11-23T00:00:00Z',
  goals: [GOAL],
  streak: STREAK,
  week: WEEK,
  recent_logs: [],
  year: [],
} as Dashboard

const COMPLETE: Command = { kind: 'completeGoal', id: 'g', title: 'Run' }
const ARCHIVE: Command = { ...COMPLETE, kind: 'archiveGoal' }
const LOG: Command = {
  kind: 'logDay',
  id: 'l',
  title: 'Run',
  body: { goal_id: 'g', day: '2026-11-23', minutes: 45 },
}

const shown = (today: string, ...commands: Command[]) =>
  showDashboard(
    ANSWER,
    commands.map((command) => ({ command }) as Entry),
    today,
  )

test('of another day an answer says nothing of what was done, nor what is at risk', () => {
  const saturday = { ...ANSWER, today: '2026-11-21' }
  const { goals, week, streak } = showDashboard(saturday, [], '2026-11-22')
  expect(goals[0]).toMatchObject({ minutes_today: 0, met: false, streak: { current: 4, at_risk: false } })
  expect([goals[0]?.week, week, streak.at_risk]).toEqual([GOAL.week, WEEK, false])
})

test('a new week begins with nothing, and towards the same target', () => {
  const { goals, week } = shown('2026-11-23')
  const begun = { first: '2026-11-23', last: '2026-11-29', ...NONE, change: NONE }
  expect(week).toEqual(begun)
  expect(goals[0]?.week).toEqual({ ...begun, target: GOAL.week.target, share_percent: 0 })
})

test('what is logged in a new week counts in it', () => {
  const { goals, week } = shown('2026-11-23', LOG)
  expect(week).toMatchObject({ minutes: 45, logs: 1 })
  expect(goals[0]?.week).toMatchObject({ minutes: 45, logs: 1, share_percent: 25 })
})

test('what was logged is in the year at once, as it is in the week', () => {
  const { year, week } = shown('2026-11-23', LOG)
  expect(year).toEqual([{ day: '2026-11-23', minutes: 45, logs: 1 }])
  expect(week.minutes).toBe(45)
  const was = { goal_id: 'gone', day: ANSWER.today, minutes: 30, version: 1 }
  const withdrawn: Command = { kind: 'withdrawLog', id: 'm', title: 'Swim', was }
  const before = { ...ANSWER, year: [{ day: ANSWER.today, minutes: 75, logs: 2 }] }
  const after = showDashboard(before, [{ command: withdrawn } as Entry], ANSWER.today)
  expect(after.year, 'also of a goal that is not kept at').toEqual([
    { day: ANSWER.today, minutes: 45, logs: 1 },
  ])
})

test('a goal that is completed or put away is gone, and back when that is taken back', () => {
  const ids = (...commands: Command[]) => shown(ANSWER.today, ...commands).goals.map((goal) => goal.goal_id)
  expect([ids(COMPLETE), ids(ARCHIVE)]).toEqual([[], []])
  expect([ids(COMPLETE, inverseOf(COMPLETE)), ids(ARCHIVE, inverseOf(ARCHIVE))]).toEqual([['g'], ['g']])
  expect(ids(COMPLETE, ARCHIVE, inverseOf(ARCHIVE))).toEqual([])
  expect(ids(COMPLETE, inverseOf(COMPLETE), COMPLETE)).toEqual([])
})
