import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Goal, Me } from '~/api/types'
import { act } from '~/outbox/act'
import { DayPanel } from '~/pages/goal/day'
import { Filters } from '~/pages/parts/history-filters'
import SettingsPage from '~/pages/settings'
import Dialogs from '~/shell/dialogs'
import { opened } from '~/shell/opened'
import PastBanner from '~/shell/past'
import { Button, IconButton } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { LoadMore } from '~/ui/load-more'

vi.mock('~/outbox/act', () => ({ act: vi.fn(), nameOf: () => '' }))
const navigate = vi.fn()
let path = '/'
vi.mock('@tanstack/react-router', () => ({
  Link: 'a',
  useNavigate: () => navigate,
  useRouterState: () => path,
}))
let me = { name: 'Ada', email: 'ada@example.org', theme: 'system', language: 'en' } as Me
vi.mock('~/data/use', () => ({
  useMe: () => ({ me }),
  useGoals: () => ({ goals: [] }),
  useGoal: () => ({ goal: undefined }),
  useToday: () => '2026-11-25',
  usePast: () => '2026-11-01T12:00:00Z',
  useLogs: () => ({ logs: [] }),
}))
vi.mock('~/pages/settings/below', () => ({ default: () => null }))

afterEach(() => {
  cleanup()
  opened.set(undefined)
  path = '/'
  vi.clearAllMocks()
})

const focused = () => document.activeElement
const press = (name: string | RegExp) => userEvent.click(screen.getByRole('button', { name }))

test('the filters have the focus once they are cleared, and the page once now is looked at', async () => {
  render(
    <main id="main" tabIndex={-1}>
      <PastBanner past="2026-11-01T12:00:00Z" />
      <Filters filter={{ from: '2026-11-01' }} />
    </main>,
  )
  await press('Clear filters')
  expect(focused()?.textContent).toContain('Filters')
  await press('Back to now')
  expect(focused()).toBe(screen.getByRole('main'))
})

/** A list of two pages of two lines each. The second comes when the test says so. */
function List({ links, come }: { links: boolean; come: Promise<void> }) {
  const [pages, setPages] = useState(1)
  const [isFetchingNextPage, setFetching] = useState(false)
  const fetchNextPage = async () => {
    setFetching(true)
    await come
    setFetching(false)
    setPages((before) => before + 1)
  }
  const lines = Array.from({ length: pages * 2 }, (_, at) => `Line ${at + 1}`)
  return (
    <div>
      <ul>
        {lines.map((line) => (
          <li key={line}>{links ? <a href="/">{line}</a> : line}</li>
        ))}
      </ul>
      <LoadMore query={{ hasNextPage: pages < 3, isFetchingNextPage, fetchNextPage }} />
    </div>
  )
}

test.each([true, false])(
  'more is asked for with the focus kept, and ends at what came last',
  async (links) => {
    let arrive: () => void = () => undefined
    const come = new Promise<void>((resolve) => {
      arrive = resolve
    })
    render(<List links={links} come={come} />)
    const more = screen.getByRole('button', { name: 'Load more' })
    await userEvent.click(more)
    expect(more.getAttribute('aria-disabled')).toBe('true')
    await userEvent.click(more)
    arrive()
    await screen.findByText('Line 4')
    expect(screen.queryByText('Line 5'), 'a press meanwhile asks for nothing').toBeNull()
    expect(focused()).toBe(more)
    await userEvent.keyboard('{Enter}')
    await screen.findByText('Line 6')
    expect(screen.queryByRole('button')).toBeNull()
    expect(focused()?.textContent).toBe('Line 5')
  },
)

test('what cannot be pressed keeps the focus, and sends no form either', async () => {
  const [press, send] = [vi.fn(), vi.fn((event) => event.preventDefault())]
  render(
    <form onSubmit={send}>
      <input aria-label="Name" />
      <IconButton icon="right" label="Next year" aria-disabled onClick={press} />
      <Button type="submit" aria-disabled>
        Save
      </Button>
    </form>,
  )
  await userEvent.type(screen.getByLabelText('Name'), 'Ada{Enter}')
  await userEvent.click(screen.getByRole('button', { name: 'Save' }))
  const next = screen.getByRole('button', { name: 'Next year' })
  await userEvent.click(next)
  await userEvent.keyboard('{Enter}')
  expect([press, send].map((one) => one.mock.calls.length)).toEqual([0, 0])
  expect(focused()).toBe(next)
})

test('a name that is saved leaves the focus where it is, and what is typed in the field', async () => {
  const { rerender } = render(<SettingsPage />)
  const field = screen.getByLabelText('Name')
  await userEvent.type(field, ' King')
  await press('Save')
  expect(act).toHaveBeenCalledWith(expect.objectContaining({ body: { name: 'Ada King' } }))
  me = { ...me, name: 'Ada King' }
  rerender(<SettingsPage />)
  expect(focused()).toBe(screen.getByRole('button', { name: 'Save' }))
  // Elsewhere it is changed again, while something is typed here.
  await userEvent.type(screen.getByLabelText('Name'), ', Countess')
  me = { ...me, name: 'A. King' }
  rerender(<SettingsPage />)
  expect((screen.getByLabelText('Name') as HTMLInputElement).value).toBe('Ada King, Countess')
  // What is so already is not saved.
  await userEvent.clear(screen.getByLabelText('Name'))
  await userEvent.type(screen.getByLabelText('Name'), 'A. King{Enter}')
  expect(act).toHaveBeenCalledOnce()
})

test('where what opened a dialog is gone, the page has the focus', async () => {
  const app = (has: { button: boolean; dialog: boolean }) => (
    <main id="main" tabIndex={-1}>
      {has.button && <button type="button">Open</button>}
      {has.dialog && (
        <Dialog title="Target" onClose={() => undefined}>
          <input />
        </Dialog>
      )}
    </main>
  )
  const { rerender } = render(app({ button: true, dialog: false }))
  screen.getByRole('button').focus()
  rerender(app({ button: true, dialog: true }))
  expect(focused()).toBe(screen.getByRole('textbox'))
  rerender(app({ button: false, dialog: false }))
  expect(focused()).toBe(screen.getByRole('main'))
})

test('a day that is closed gives the focus back to where it was chosen', async () => {
  const goal = { id: 'g', title: 'Run' } as Goal
  render(
    <main>
      <svg aria-hidden="true">
        <rect data-day="2026-11-20" tabIndex={-1} />
      </svg>
      <DayPanel goal={goal} day="2026-11-20" today="2026-11-25" locked />
    </main>,
  )
  await press('Close')
  expect(focused()?.getAttribute('data-day')).toBe('2026-11-20')
})

test('a dialog goes with the page it was opened on, unless something was typed in it', () => {
  const open = { name: 'newGoal' } as const
  opened.set(open)
  const { rerender } = render(<Dialogs open={open} />)
  rerender(<Dialogs open={open} />)
  expect(opened.get()).toBe(open)
  fireEvent.input(screen.getByLabelText('Title'), { target: { value: 'Swim' } })
  path = '/goals'
  rerender(<Dialogs open={open} />)
  expect(opened.get(), 'not lost').toBe(open)
  cleanup()
  const next = render(<Dialogs open={open} />)
  path = '/history'
  next.rerender(<Dialogs open={open} />)
  expect(opened.get()).toBeUndefined()
})
