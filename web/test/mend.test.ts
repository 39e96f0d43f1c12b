import { expect, test } from 'vitest'
import type { Command } from '~/outbox/commands'
import { goalIdOf, mendsOf } from '~/outbox/mend'
import type { Entry } from '~/outbox/store'

const LOG: Command = {
  kind: 'logDay',
  id: 'l',
  title: 'Run',
  body: { goal_id: 'g', day: '2026-11-21', minutes: 5 },
}
const COMPLETE: Command = { kind: 'completeGoal', id: 'g', title: 'Run' }

function mends(command: Command, code: string, archived = false) {
  const problem = { type: '', title: '', status: 409, detail: '', code }
  return mendsOf({ command, problem } as Entry, archived)
}

test('what a goal that is put away refused begins with restoring it, for as long as it is away', () => {
  expect(mends(LOG, 'goal-archived', true)).toEqual(['restoreGoal'])
  expect(mends(LOG, 'goal-archived')).toEqual(['again', 'change'])
  expect(mends(COMPLETE, 'goal-archived', true)).toEqual(['restoreGoal'])
})

test('a change of a goal that was put away is looked at again, for its goal is another since', () => {
  const was = { title: 'Run', version: 4 }
  const revise: Command = { kind: 'reviseGoal', id: 'g', title: 'Run', body: { title: 'Walk' }, was }
  expect(mends(revise, 'goal-archived', true)).toEqual(['restoreGoal'])
  expect(mends(revise, 'goal-archived')).toEqual(['change'])
})

test('what is so already, or cannot be any more, leaves nothing to do', () => {
  expect(mends(COMPLETE, 'goal-completed')).toEqual([])
  expect(mends({ ...COMPLETE, kind: 'archiveGoal' }, 'goal-archived', true)).toEqual([])
  expect(mends(LOG, 'not-found')).toEqual([])
  expect(mends({ kind: 'undo', id: 'l', what: 'Log' }, 'changed-since')).toEqual([])
  expect(mends({ kind: 'undo', id: 'l', what: 'Log' }, 'undone-already')).toEqual([])
})

test('what would be refused again as it is can only be changed', () => {
  expect(mends(LOG, 'day-not-begun')).toEqual(['change'])
  expect(mends(LOG, 'forbidden')).toEqual(['again', 'change'])
  // Nothing was typed here, so there is nothing to change either.
  expect(mends(COMPLETE, 'version-conflict')).toEqual(['again'])
})

test('a command is about the goal of its log, and an undo about that of what it takes back', () => {
  expect(goalIdOf(LOG)).toBe('g')
  expect(goalIdOf({ kind: 'undo', id: 'l', what: 'Log', effect: LOG })).toBe('g')
  expect(goalIdOf({ kind: 'undo', id: 'l', what: 'Log' })).toBeUndefined()
  expect(goalIdOf({ kind: 'changeProfile', body: { name: null }, was: { name: null } })).toBeUndefined()
})
