import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import type { GoalListRow } from '~/api/types'
import { entries } from '~/outbox'
import GoalsPage from '~/pages/goals'
import { isFound } from '~/pages/goals/found'
import { opened } from '~/shell/opened'
import { PauseAll } from '~/shell/pause-all'
import { Toasts, unsay } from '~/ui/toast'

const TODAY = '2026-11-25'
const goal = (title: string, more: Partial<GoalListRow> = {}) =>
  ({ id: title, title, minutes: 0, logs: 0, created_at: '', ...more }) as GoalListRow
const away = { archived_on: TODAY }

let goals: GoalListRow[]
let search: { show?: string; find?: string }
/** What the address says now is shown. */
let follow: () => void

vi.mock('~/data/use', () => ({
  useEditing: () => true,
  useGoals: () => ({ goals }),
  useToday: () => TODAY,
}))
vi.mock('@tanstack/react-router', () => ({
  Link: ({ children }: { children: string }) => <a href="/goal">{children}</a>,
  useSearch: () => search,
  useNavigate: () => (to: { search: (before: object) => object }) => {
    search = to.search(search)
    follow()
  },
}))

beforeEach(() => {
  search = {}
  vi.stubGlobal('fetch', () => new Promise(() => undefined))
  signedIn.set({ user: 'ada', workspace: 'adas' })
})
afterEach(() => {
  cleanup()
  unsay()
  opened.set(undefined)
  entries.set([])
  signedIn.set(undefined)
  vi.unstubAllGlobals()
})

function showPage() {
  const { rerender } = render(<GoalsPage />)
  follow = () => rerender(<GoalsPage />)
}
const titles = () => screen.queryAllByRole('link').map((one) => one.textContent)
const numbered = (count: number) => Array.from({ length: count }, (_, at) => goal(`Goal ${at + 1}`))

test('a title is found by any part of it, whatever its accents and its case', () => {
  expect(isFound('Übung macht Spaß', 'ubung')).toBe(true)
  expect(isFound('Übung macht Spaß', ' SPASS ')).toBe(true)
  expect(isFound('Café', 'fé')).toBe(true)
  expect(isFound('Café', 'tea')).toBe(false)
})

test('among many goals one is looked for, and the address says what for', async () => {
  goals = [...numbered(11), goal('Café', away), goal('Übung')]
  showPage()
  const field = await screen.findByRole<HTMLInputElement>('searchbox', { name: 'Find a goal' })
  await userEvent.type(field, 'ubung')
  expect(search).toEqual({ find: 'ubung' })
  expect(titles()).toEqual(['Übung'])
  await userEvent.clear(field)
  await userEvent.type(field, 'cafe')
  screen.getByRole('heading', { name: 'No such goal here' })
  // It is in the archive, as the count beside it says.
  await userEvent.click(screen.getByRole('radio', { name: /^Archived\s*1$/ }))
  expect(search).toEqual({ show: 'archived', find: 'cafe' })
  expect(titles()).toEqual(['Café'])
  // Elsewhere, all are asked for again.
  search = {}
  act(() => field.blur())
  follow()
  expect([field.value, titles().length]).toEqual(['', 12])
})

test('a few goals are seen at once', () => {
  goals = numbered(11)
  showPage()
  expect(screen.queryByRole('searchbox')).toBeNull()
})

test('a goal is taken out of the archive where it is listed, and the next one has the focus', async () => {
  goals = [goal('Run', away), goal('Swim', away)]
  search = { show: 'archived' }
  showPage()
  await userEvent.click(await screen.findByRole('button', { name: 'Restore: Run' }))
  expect(entries.get().map(({ command }) => command)).toEqual([
    { kind: 'restoreGoal', id: 'Run', title: 'Run' },
  ])
  expect(document.activeElement?.textContent).toBe('Swim')
})

test('the way to pause all is there where there are several', async () => {
  goals = [goal('Run'), goal('Swim', away)]
  showPage()
  expect(screen.queryByRole('button', { name: 'Pause all…' })).toBeNull()
  goals = [goal('Run'), goal('Swim'), goal('Read', away)]
  act(follow)
  await userEvent.click(await screen.findByRole('button', { name: 'Pause all…' }))
  expect(opened.get()).toEqual({ name: 'pauseAll' })
})

test('all goals that are kept at are paused for the same days, and that is taken back at once', async () => {
  goals = [goal('Run'), goal('Swim'), goal('Read', away), goal('Paint', { completed_on: TODAY })]
  const close = vi.fn()
  render(
    <>
      <PauseAll onClose={close} />
      <Toasts>{null}</Toasts>
    </>,
  )
  const dialog = screen.getByRole('dialog', { name: 'Pause all goals' })
  fireEvent.change(within(dialog).getByLabelText(/^To/), { target: { value: '2026-12-06' } })
  await userEvent.click(within(dialog).getByRole('button', { name: 'Pause' }))
  expect(close).toHaveBeenCalledOnce()
  const body = { first: TODAY, last: '2026-12-06' }
  const given = () => entries.get().map(({ command }) => command)
  expect(given()).toEqual(['Run', 'Swim'].map((title) => ({ kind: 'pauseGoal', id: title, title, body })))
  screen.getByText('2 goals paused')
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }))
  expect(given().slice(2)).toMatchObject([
    { kind: 'undo', id: 'Swim' },
    { kind: 'undo', id: 'Run' },
  ])
  screen.getByText('Taken back: Pause all goals')
  expect(screen.queryByText(/Pause Run/)).toBeNull()
})
