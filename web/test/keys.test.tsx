import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import YearChart from '~/charts/heatmap'
import { remember } from '~/lib/remember'
import { undo } from '~/outbox/act'
import { redo } from '~/outbox/redo'
import { Goals } from '~/pages/today/goals'
import { opened } from '~/shell/opened'
import Shortcuts from '~/shell/shortcuts'

vi.mock('~/outbox/act', () => ({ undo: vi.fn() }))
vi.mock('~/outbox/redo', () => ({ redo: vi.fn() }))
const navigate = vi.fn()
let past: string | undefined
vi.mock('@tanstack/react-router', () => ({ Link: 'a', useNavigate: () => navigate }))
vi.mock('~/data/use', () => ({ useEditing: () => !past }))

afterEach(() => {
  cleanup()
  opened.set(undefined)
  past = undefined
  vi.clearAllMocks()
})

const App = () => (
  <>
    <Shortcuts />
    <dialog data-testid="dialog" />
  </>
)

const press = (key: string, more = {}) => fireEvent.keyDown(document.body, { key, ...more })

test('nothing is taken back beneath a dialog, where nobody would see it', () => {
  render(<App />)
  const dialog = screen.getByTestId<HTMLDialogElement>('dialog')
  dialog.open = true
  press('z', { ctrlKey: true })
  dialog.open = false
  opened.set({ name: 'keys' })
  press('z', { ctrlKey: true })
  expect(undo).not.toHaveBeenCalled()
  opened.set(undefined)
  press('z', { ctrlKey: true })
  expect(undo).toHaveBeenCalledOnce()
  press('Z', { ctrlKey: true, shiftKey: true })
  expect([vi.mocked(redo).mock.calls.length, vi.mocked(undo).mock.calls.length]).toEqual([1, 1])
})

test('while the past is looked at, no key changes what is now', () => {
  past = '2026-11-01T12:00:00Z'
  render(<App />)
  press('z', { ctrlKey: true })
  press('n')
  expect(undo).not.toHaveBeenCalled()
  expect(opened.get()).toBeUndefined()
  press('?')
  expect(opened.get()?.name).toBe('keys')
})

test('who turned single keys off keeps the others', () => {
  const list = (
    <>
      <App />
      <Goals rows={[{ id: 'g', title: 'Run' }]} logs={[]} day="2026-11-25" isToday />
    </>
  )
  const { unmount } = render(list)
  const isOpen = () => screen.getByRole('button', { name: 'Log on Run' }).getAttribute('aria-expanded')
  remember('keys', false)
  for (const key of ['n', '?', 'g', 'h', 'l', 'j']) press(key)
  expect(opened.get()).toBeUndefined()
  expect(navigate).not.toHaveBeenCalled()
  expect([isOpen(), document.activeElement]).toEqual(['false', document.body])
  press('z', { ctrlKey: true })
  expect(undo).toHaveBeenCalledOnce()
  remember('keys', undefined)
  press('l')
  expect(isOpen()).toBe('true')
  unmount()
})

test('the arrows move in the year, and are the browser’s with Alt', () => {
  render(
    <YearChart
      asTable={false}
      year={2026}
      today="2026-11-25"
      weekStart="monday"
      totals={new Map()}
      selected={undefined}
      onSelect={() => undefined}
    />,
  )
  const cell = document.querySelector<SVGElement>('[data-day="2026-11-25"]')
  cell?.focus()
  for (const more of [{ altKey: true }, { ctrlKey: true }, { metaKey: true }])
    expect(fireEvent.keyDown(cell as Element, { key: 'ArrowLeft', ...more }), 'left alone').toBe(true)
  expect(document.activeElement).toBe(cell)
  expect(fireEvent.keyDown(cell as Element, { key: 'ArrowLeft' }), 'taken').toBe(false)
  expect(document.activeElement?.getAttribute('data-day')).toBe('2026-11-18')
})
