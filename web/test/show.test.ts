import { expect, test } from 'vitest'
import type { DailyLog, GoalListRow } from '~/api/types'
import { type Command, conditionOf, inverseOf, wireOf } from '~/outbox/commands'
import { showGoals, showLog, showLogs, showTotals, unseen } from '~/outbox/show'
import type { Entry } from '~/outbox/store'

const goal = {
  id: 'g',
  title: 'Run',
  minutes: 60,
  logs: 2,
  version: 1,
  created_at: '2026-11-01T00:00:00Z',
} as GoalListRow
const log = {
  id: 'l',
  goal_id: 'g',
  day: '2026-11-20',
  minutes: 30,
  text: 'far',
  version: 1,
  withdrawn: false,
} as DailyLog

function entry(command: Command, rest: Partial<Entry> = {}): Entry {
  const wire = wireOf(command)
  return { key: 'k', user: 'u', command, wire, madeAt: 1, state: 'waiting', attempts: 0, ...rest }
}

const logged = entry({
  kind: 'logDay',
  id: 'm',
  title: 'Run',
  body: { goal_id: 'g', day: '2026-11-21', minutes: 20 },
})
const corrected = entry({
  kind: 'correctLog',
  id: 'l',
  title: 'Run',
  body: { minutes: 50, day: '2026-11-21' },
  was: log,
})
const withdrawn = entry({ kind: 'withdrawLog', id: 'l', title: 'Run', was: log })

test('what is not confirmed is shown, on lists and on figures alike', () => {
  const logs = showLogs([log], [logged, corrected], { from: '2026-11-01' })
  expect(logs.map(({ id, day, minutes, pending }) => [id, day, minutes, pending])).toEqual([
    ['m', '2026-11-21', 20, true],
    ['l', '2026-11-21', 50, true],
  ])
  expect(
    showGoals([goal], [logged, corrected], { today: '2026-11-21', week: '2026-11-16' })[0],
  ).toMatchObject({ minutes: 100, logs: 3 })
  const totals = showTotals([{ day: '2026-11-20', minutes: 30, logs: 1 }], [logged, corrected], { goal: 'g' })
  expect(totals).toEqual([{ day: '2026-11-21', minutes: 70, logs: 2 }])
})

test('figures of another goal or of other days stay as they are', () => {
  expect(showTotals([], [logged], { goal: 'other' })).toEqual([])
  expect(showTotals([], [logged], { to: '2026-11-20' })).toEqual([])
  expect(showLogs([], [logged], { goal: 'other' })).toEqual([])
})

test('a refused command drops out, and with it what it seemed to have done', () => {
  expect(unseen([{ ...logged, state: 'refused' }], 0)).toEqual([])
})

test('a command that is done is shown until an answer shows it', () => {
  const done = { ...logged, state: 'done' as const, settled: 3 }
  expect(unseen([done], 2)).toEqual([done])
  expect(unseen([done], 3)).toEqual([])
})

test('a log that the answer has already is not shown twice', () => {
  expect(showLogs([{ ...log, id: 'm' }], [logged], {})).toHaveLength(1)
})

test('a withdrawn log is gone, and a restored one is back', () => {
  expect(showLogs([log], [withdrawn], {})).toEqual([])
  const restored = entry(inverseOf(withdrawn.command))
  expect(showLogs([log], [withdrawn, restored], {}).map(({ id, minutes }) => [id, minutes])).toEqual([
    ['l', 30],
  ])
})

test('a log alone counts what waits for it, which a change of it is then meant for', () => {
  const change: Command = {
    kind: 'correctLog',
    id: 'l',
    title: 'Run',
    body: {},
    was: showLog(log, [corrected]),
  }
  expect([conditionOf(change), showLog(log, [logged]).version]).toEqual([2, 1])
  expect(showLog({ ...log, withdrawn: true }, [logged])).toMatchObject({ version: 1, withdrawn: true })
})

test('what takes a command back restores only what it changed', () => {
  const back = inverseOf(corrected.command)
  expect(back).toMatchObject({ kind: 'correctLog', body: { minutes: 30, day: '2026-11-20' } })
  expect(Object.keys(JSON.parse(wireOf(back).body))).toEqual(['minutes', 'day'])
  expect(conditionOf(back)).toBe(2)
  expect(inverseOf(logged.command)).toMatchObject({ kind: 'withdrawLog', id: 'm' })
})

test('commands stand on the wire as the API wants them', () => {
  expect(wireOf({ kind: 'completeGoal', id: 'g', title: '' })).toEqual({
    method: 'POST',
    path: '/v1/goals/g/complete',
    body: '',
  })
  expect(wireOf(withdrawn.command).path).toBe('/v1/daily-logs/l/withdraw')
  expect(JSON.parse(logged.wire.body)).toEqual({ id: 'm', goal_id: 'g', day: '2026-11-21', minutes: 20 })
})
