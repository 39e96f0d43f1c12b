import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import type { DailyLog } from '~/api/types'
import { act } from '~/outbox/act'
import TodayPage from '~/pages/today'

const [EVE, MORNING] = ['2026-11-24', '2026-11-25']
const LOG = { id: 'l', goal_id: 'g', day: EVE, minutes: 30, text: 'far', version: 1 } as DailyLog

let today = EVE
/** Whether the goal is due. */
let due = true
/** The logs of a range, once they are read: none are without network. */
let read = (_: { to: string }): DailyLog[] | undefined => [LOG]

vi.mock('~/outbox/act', () => ({ act: vi.fn() }))
vi.mock('~/data/use', () => {
  const streak = { current: 0, unit: 'days' }
  const goal = () => ({
    goal_id: 'g',
    title: 'Run',
    due,
    met: false,
    minutes_today: 0,
    minutes_needed: 1,
    streak,
  })
  return {
    useToday: () => today,
    usePast: () => undefined,
    useEditing: () => true,
    useMe: () => ({ me: undefined }),
    useGoals: () => ({ goals: [{ id: 'g', title: 'Run' }] }),
    useDashboard: () => ({
      dashboard: { today, goals: [goal()], year: [], week: { minutes: 0 }, streak },
      errorUpdateCount: 0,
    }),
    useLogs: (range: { to: string }) => ({ logs: read(range) }),
    weekStartOf: () => 'monday',
  }
})
vi.mock('@tanstack/react-router', () => ({
  Link: 'a',
  useNavigate: () => () => undefined,
  useSearch: () => ({}),
}))

afterEach(() => {
  cleanup()
  vi.clearAllMocks()
  today = EVE
  due = true
  read = () => [LOG]
})

/** Begins to log on the goal, and gives what is needed to go on. */
async function open() {
  const { rerender } = render(<TodayPage />)
  await userEvent.click(screen.getByRole('button', { name: 'Log on Run' }))
  const form = await screen.findByRole('form', { name: 'Log on Run' })
  const midnight = () => {
    today = MORNING
    rerender(<TodayPage />)
  }
  return { form, minutes: within(form).getByLabelText('Minutes'), midnight }
}
const logged = () =>
  vi.mocked(act).mock.calls.map(([command]) => command.kind === 'logDay' && command.body.day)

test('what was begun before midnight is logged on the day it was begun, and says so', async () => {
  const { form, minutes, midnight } = await open()
  await userEvent.type(minutes, '4')
  expect(within(form).queryByRole('status')).toBeNull()
  // The goal is not due any more, which would be another list.
  due = false
  midnight()
  expect(within(form).getByRole('status').textContent).toBe('Day: Tuesday, November 24')
  await userEvent.type(minutes, '5{Enter}')
  expect(logged()).toEqual([EVE])
})

test('a form that is empty goes with the day', async () => {
  const { form, minutes, midnight } = await open()
  await userEvent.type(minutes, '4{Backspace}')
  midnight()
  expect(within(form).queryByRole('status')).toBeNull()
  await userEvent.type(minutes, '45{Enter}')
  expect(logged()).toEqual([MORNING])
})

test('a correction that is typed at midnight is not lost', async () => {
  // What is of the new day cannot be read.
  read = ({ to }) => (to === EVE ? [LOG] : undefined)
  const { rerender } = render(<TodayPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'Correct: 30 min on Run' }))
  const note = await screen.findByLabelText(/^Note/)
  await userEvent.type(note, ' and wide')
  today = MORNING
  rerender(<TodayPage />)
  screen.getByRole('heading', { name: 'Logged on this day' })
  await userEvent.click(screen.getByRole('button', { name: 'Save' }))
  expect(act).toHaveBeenCalledWith(expect.objectContaining({ id: 'l', body: { text: 'far and wide' } }))
  // Once it is done, the new day is shown.
  expect(screen.queryByRole('button', { name: 'Correct: 30 min on Run' })).toBeNull()
})
