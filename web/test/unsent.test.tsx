import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import type { Goal } from '~/api/types'
import { cache } from '~/data/cache'
import { type Entry, entries, stuck } from '~/outbox'
import { type Command, wireOf } from '~/outbox/commands'
import { database } from '~/outbox/store'
import { OutboxList } from '~/shell/outbox-list'
import { Saving } from '~/shell/saving'

const TODAY = '2026-11-25'

let goal: Goal
vi.mock('~/data/use', () => ({
  useGoals: () => ({ goals: [goal] }),
  useGoal: () => ({ goal }),
  useToday: () => TODAY,
}))
vi.mock('@tanstack/react-router', () => ({ Link: 'a', useNavigate: () => () => undefined }))

const entry = (key: string, command: Command, state: Entry['state'], code?: string): Entry => ({
  key,
  seq: key.charCodeAt(0),
  user: 'u',
  command,
  wire: wireOf(command),
  madeAt: Date.now(),
  state,
  attempts: 1,
  ...(code && { problem: { type: '', title: '', status: 500, detail: '', code } }),
})
const logOn = (goal_id: string): Command => ({
  kind: 'logDay',
  id: `log-${goal_id}`,
  title: 'Run',
  body: { goal_id, day: TODAY, minutes: 5 },
})

beforeEach(async () => {
  goal = { id: 'g', title: 'Run', version: 5, archived_on: TODAY } as Goal
  vi.stubGlobal('fetch', () => new Promise(() => undefined))
  await (await database()).clear('outbox')
  signedIn.set({ user: 'u', workspace: 'w' })
})
afterEach(() => {
  cleanup()
  cache.clear()
  entries.set([])
  stuck.set(false)
  vi.unstubAllGlobals()
})

const list = () => (
  <QueryClientProvider client={cache}>
    <Saving />
    <OutboxList />
  </QueryClientProvider>
)
const press = (name: string | RegExp) => userEvent.click(screen.getByRole('button', { name }))

test('what the server fails at says why, takes along what needs it when it is dropped, and is not told as no network', async () => {
  const made = { kind: 'createGoal', id: 'h', body: { title: 'Swim' } } as const
  entries.set([
    entry('a', made, 'waiting', 'unreadable-event'),
    entry('b', logOn('h'), 'waiting'),
    entry('c', logOn('g'), 'done'),
  ])
  stuck.set(true)
  render(list())
  screen.getByRole('button', { name: '2 changes not sent yet' })
  screen.getByText('The server could not do all of it. It is tried again by itself.')
  screen.getByText(/^This depends on something that another version of Momentum wrote\./)
  await press('Drop')
  await screen.findByText('Dropped: Create goal Swim and 1 change that needs it')
  expect(entries.get().map(({ key }) => key)).toEqual(['c'])
  await press('Undo')
  expect(entries.get().map(({ key, state }) => [key, state])).toEqual([
    ['a', 'waiting'],
    ['b', 'waiting'],
    ['c', 'done'],
  ])
})

test('a change of a goal that was put away is sent for what the goal is once it is restored', async () => {
  const was = { title: 'Run', version: 4 }
  const revise: Command = { kind: 'reviseGoal', id: 'g', title: 'Run', body: { title: 'Walk' }, was }
  entries.set([
    entry('a', revise, 'refused', 'goal-archived'),
    entry('b', logOn('g'), 'refused', 'goal-archived'),
  ])
  const { rerender } = render(list())
  await press('Restore')
  const given = () => entries.get().map(({ command, state }) => [command.kind, state])
  expect(given()).toEqual([
    ['restoreGoal', 'waiting'],
    ['reviseGoal', 'refused'],
    ['logDay', 'waiting'],
  ])
  goal = { ...goal, version: 6, archived_on: null }
  rerender(list())
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('Walk')
  await act(() => press('Save'))
  expect(given()).toContainEqual(['reviseGoal', 'waiting'])
  const [restored, again] = entries.get()
  expect(again).toMatchObject({ condition: 6, upon: [restored?.key] })
})
