import { expect, test } from 'vitest'
import type { Dashboard, DashboardGoal, Goal } from '~/api/types'
import { addDays, weekOf } from '~/lib/dates'
import { expects, pauseOn, scheduleOn, targetIn, together, without } from '~/lib/plan'
import { type Command, inverseOf, wireOf } from '~/outbox/commands'
import { unseen } from '~/outbox/show'
import { showDashboard } from '~/outbox/show-dashboard'
import { factsAfter } from '~/outbox/show-plan'
import type { Entry } from '~/outbox/store'

const TODAY = '2026-11-25'
const WEEK = '2026-11-23'

function entry(command: Command, rest: Partial<Entry> = {}): Entry {
  return {
    key: 'k',
    user: 'u',
    command,
    wire: wireOf(command),
    madeAt: 1,
    state: 'waiting',
    attempts: 0,
    ...rest,
  }
}

const log = (day: string, minutes: number): Command => ({
  kind: 'logDay',
  id: 'l',
  title: 'Run',
  body: { goal_id: 'g', day, minutes },
})

const none = { minutes: 0, met_days: 0, logs: 0 }
const week = { first: WEEK, last: '2026-11-29', ...none, change: none }
const goal: DashboardGoal = {
  goal_id: 'g',
  title: 'Run',
  due: true,
  met: false,
  paused: false,
  minutes_today: 5,
  minutes_needed: 20,
  streak: { unit: 'days', current: 6, longest: { days: 6, weeks: 0 }, since: '2026-11-19', at_risk: true },
  week: { ...week, minutes: 65, logs: 3, target: { metric: 'minutes', value: 100 }, share_percent: 65 },
  progress: { minutes: 500 },
  pace: {},
}
const dashboard: Dashboard = {
  today: TODAY,
  day_ends_at: '2026-11-26T00:00:00Z',
  goals: [goal],
  streak: { ...goal.streak, at_risk: false },
  week,
  year: [],
  recent_logs: [],
}
const shown = (...commands: Command[]) =>
  showDashboard(
    dashboard,
    commands.map((command) => entry(command)),
    TODAY,
  ).goals

test('the fact with the latest date not after a day holds on it', () => {
  const weekdays = { kind: 'weekdays' as const, weekdays: ['monday' as const], minutes_min: 1 }
  const dated = [{ from: '2026-11-10', schedule: weekdays }]
  expect(scheduleOn(dated, '2026-11-09').kind).toBe('every-day')
  expect(scheduleOn(dated, '2026-11-10').kind).toBe('weekdays')
  expect([WEEK, TODAY].map((day) => expects(weekdays, day))).toEqual([true, false])
  const target = { metric: 'days' as const, value: 4 }
  const targets = [{ from_week: WEEK, target }, { from_week: '2026-11-30' }]
  expect(['2026-11-16', WEEK, '2026-11-30'].map((first) => targetIn(targets, first))).toEqual([
    null,
    target,
    null,
  ])
})

test('pauses are as few ranges as can be', () => {
  const one = together([], '2026-11-01', '2026-11-03')
  expect(together(one, '2026-11-04', '2026-11-05')).toEqual([{ first: '2026-11-01', last: '2026-11-05' }])
  expect(together(one, '2026-11-06')).toEqual([...one, { first: '2026-11-06', last: null }])
  expect(without(one, '2026-11-02', '2026-11-02')).toEqual([
    { first: '2026-11-01', last: '2026-11-01' },
    { first: '2026-11-03', last: '2026-11-03' },
  ])
  expect(without([{ first: '2026-11-01' }], TODAY)).toEqual([{ first: '2026-11-01', last: '2026-11-24' }])
  expect(pauseOn([{ first: '2026-11-20' }], TODAY)).toEqual({ first: '2026-11-20' })
  expect(pauseOn(one, TODAY)).toBeUndefined()
})

test('what reaches the minimum of the day meets it, and the streak grows', () => {
  const [met] = shown(log(TODAY, 15))
  expect(met).toMatchObject({ minutes_today: 20, met: true })
  expect(met?.streak).toMatchObject({ current: 7, longest: { days: 7 }, at_risk: false })
  expect(met?.week).toMatchObject({ minutes: 80, logs: 4, share_percent: 80 })
  expect(shown(log(TODAY, 14))[0]).toMatchObject({ met: false, streak: { current: 6, at_risk: true } })
})

test('a log of an earlier day of the week counts for the week, not for today', () => {
  expect(shown(log(WEEK, 30))[0]).toMatchObject({ minutes_today: 5, met: false, week: { minutes: 95 } })
  expect(shown(log('2026-11-20', 30))[0]).toMatchObject({ week: { minutes: 65 }, progress: { minutes: 530 } })
})

test('goals come, go, and change what they expect', () => {
  const made: Command = { kind: 'createGoal', id: 'h', body: { title: 'Read' } }
  expect(shown(made).map(({ title }) => title)).toEqual(['Run', 'Read'])
  expect(shown({ kind: 'archiveGoal', id: 'g', title: 'Run' })).toEqual([])
  const paused = shown({ kind: 'pauseGoal', id: 'g', title: 'Run', body: { first: TODAY } })
  expect(paused[0]).toMatchObject({ paused: true, due: false })
  const every = { kind: 'every-day' as const, minutes_min: 5 }
  expect(shown({ kind: 'setSchedule', id: 'g', title: 'Run', body: every, was: every })[0]?.met).toBe(true)
})

test('what is not due is not at risk, and what came to be due is', () => {
  const pause: Command = { kind: 'pauseGoal', id: 'g', title: 'Run', body: { first: TODAY } }
  const risk = (...commands: Command[]) => shown(...commands)[0]?.streak.at_risk
  expect(risk()).toBe(true)
  expect(risk(pause)).toBe(false)
  expect(risk(log(TODAY, 15), pause)).toBe(false)
  expect(risk(pause, inverseOf(pause))).toBe(true)
  const mondays = { kind: 'weekdays' as const, weekdays: ['monday' as const], minutes_min: 20 }
  expect(risk({ kind: 'setSchedule', id: 'g', title: 'Run', body: mondays, was: mondays })).toBe(false)
  // What was logged and taken back leaves today as it was.
  const logged = log(TODAY, 15)
  expect(risk(logged)).toBe(false)
  expect(risk(logged, inverseOf(logged))).toBe(true)
  const resting = {
    ...dashboard,
    goals: [{ ...goal, due: false, streak: { ...goal.streak, at_risk: false } }],
  }
  const [rested] = showDashboard(resting, [entry(logged), entry(inverseOf(logged))], TODAY).goals
  expect(rested).toMatchObject({ met: false, streak: { current: 6, at_risk: false } })
})

test('a week that is at risk is no more once today is met or paused; that it comes to be so, the server says', () => {
  const weekly = (at_risk: boolean) => ({
    ...dashboard,
    goals: [{ ...goal, streak: { ...goal.streak, unit: 'weeks' as const, at_risk } }],
  })
  const pause: Command = { kind: 'pauseGoal', id: 'g', title: 'Run', body: { first: TODAY } }
  const risk = (was: boolean, ...commands: Command[]) => {
    const entries = commands.map((command) => entry(command))
    return showDashboard(weekly(was), entries, TODAY).goals[0]?.streak.at_risk
  }
  expect([risk(true), risk(false)]).toEqual([true, false])
  expect([risk(true, log(TODAY, 15)), risk(true, pause)]).toEqual([false, false])
  expect(risk(true, log(TODAY, 14))).toBe(true)
})

test('a resumed goal is due only where that is known', () => {
  const paused = { ...dashboard, goals: [{ ...goal, paused: true, due: false }] }
  const resume: Command = { kind: 'resumeGoal', id: 'g', title: 'Run', body: { first: TODAY } }
  const after = (...commands: Command[]) =>
    showDashboard(
      paused,
      commands.map((command) => entry(command)),
      TODAY,
    ).goals[0]
  expect(after(resume)).toMatchObject({ paused: false, due: false, streak: { at_risk: false } })
  const every = { kind: 'every-day' as const, minutes_min: 20 }
  const set: Command = { kind: 'setSchedule', id: 'g', title: 'Run', body: every, was: every }
  expect(after(set)).toMatchObject({ paused: true, due: false })
  expect(after(set, resume)).toMatchObject({ paused: false, due: true, streak: { at_risk: true } })
})

test('a new week start cuts its first week short, and takes no target from it', () => {
  const from = (day: string, week_start: 'monday' | 'sunday') => ({
    from: day,
    starts_at: `${day}T00:00:00Z`,
    calendar: { zone: 'UTC', week_start, day_start_minute: 0 },
  })
  // Chosen on Wednesday the 18th.
  const calendars = [from('2026-11-01', 'monday'), from('2026-11-19', 'sunday')]
  const target = { metric: 'minutes' as const, value: 150 }
  const goalThen = { ...goal, week: { ...week, first: '2026-11-16', last: '2026-11-22', target } }
  const asked = { ...dashboard, today: '2026-11-17', goals: [goalThen], week: goalThen.week }
  const on = (day: string) => showDashboard(asked, [], day, calendars).goals[0]?.week
  const thursday = weekOf('2026-11-19', calendars)
  expect(thursday).toEqual({ first: '2026-11-16', last: '2026-11-21' })
  expect(targetIn([{ from_week: '2026-11-16', target }], thursday.first)).toEqual(target)
  expect(on('2026-11-19')).toMatchObject({ ...thursday, target })
  expect(on(addDays(thursday.last, 1))).toMatchObject({ first: '2026-11-22', last: '2026-11-28', minutes: 0 })
})

test('facts are set from today or this week on, and replace what was set today', () => {
  const value = { metric: 'logs' as const, value: 3 }
  const facts: Partial<Goal> = { weekly_targets: [{ from_week: WEEK, target: { metric: 'days', value: 2 } }] }
  const set: Command = { kind: 'setTarget', id: 'g', title: 'Run', body: value, was: null }
  expect(factsAfter(facts, set, TODAY, WEEK).weekly_targets).toEqual([{ from_week: WEEK, target: value }])
  const withdrawn = factsAfter(facts, inverseOf(set), TODAY, WEEK).weekly_targets
  expect(withdrawn).toEqual([{ from_week: WEEK, target: null }])
})

test('what is being taken back is shown so until the server has answered', () => {
  const effect = inverseOf(log(TODAY, 15))
  const undo: Command = { kind: 'undo', id: 'l', what: 'Log', of: 'k', effect }
  const entries = unseen([entry(log(TODAY, 15)), entry(undo)], 0)
  expect(entries.map(({ command }) => command.kind)).toEqual(['logDay', 'withdrawLog'])
  expect(showDashboard(dashboard, entries, TODAY).goals[0]?.minutes_today).toBe(5)
  const unknown: Command = { kind: 'undo', id: 'l', what: 'Log', position: 'p' }
  expect(unseen([entry(unknown)], 0)).toEqual([])
})
