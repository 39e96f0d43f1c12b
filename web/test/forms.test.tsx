import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { parseNumber } from '~/lib/number'
import { act } from '~/outbox/act'
import { Composer } from '~/pages/parts/composer'
import Fields from '~/pages/parts/history-fields'
import LogForm from '~/pages/parts/log-form'
import { Card } from '~/pages/today/card'
import ToDay from '~/pages/today/to-day'
import { GoalDialog } from '~/shell/goal-dialog'
import { PlanDialog } from '~/shell/plan-dialog'
import { Dialog } from '~/ui/dialog'

const TODAY = '2026-11-25'

vi.mock('~/outbox/act', () => ({ act: vi.fn() }))
vi.mock('~/data/use', () => ({
  useGoal: () => ({ goal: { id: 'g', title: 'Run' } }),
  useGoals: () => ({ goals: [] }),
  useMe: () => ({ me: undefined }),
  useToday: () => '2026-11-25',
}))
const navigate = vi.fn()
vi.mock('@tanstack/react-router', () => ({
  useNavigate: () => navigate,
  Link: ({ children }: { children: string }) => <a href="/goal">{children}</a>,
}))

afterEach(() => {
  cleanup()
  vi.clearAllMocks()
})

test('one separator is the decimal one, unless it sets thousands apart', () => {
  expect(['1.5', '1,5', ' 12 ', '0,125', '1234,5'].map(parseNumber)).toEqual([1.5, 1.5, 12, 0.125, 1234.5])
  expect(['10,000', '10.000', '1,234,567'].map(parseNumber)).toEqual([10_000, 10_000, 1_234_567])
  expect(['', ' ', 'ten', '1.5.0', '10,00,000'].map(parseNumber)).toEqual(Array(5).fill(Number.NaN))
})

test('what was typed and not logged is found again, for its goal and day, until it is logged', async () => {
  const composer = (day: string) => <Composer goal={{ id: 'g', title: 'Run' }} day={day} recent={[]} />
  const note = () => screen.getByLabelText<HTMLTextAreaElement>('Note')
  const { unmount } = render(composer(TODAY))
  await userEvent.type(note(), 'along the river')
  unmount()
  const other = render(composer('2026-11-20'))
  expect(note().value).toBe('')
  other.unmount()
  const again = render(composer(TODAY))
  expect(note().value).toBe('along the river')
  await userEvent.click(screen.getByRole('button', { name: 'Log 30 min' }))
  again.unmount()
  render(composer(TODAY))
  expect(note().value).toBe('')
})

test('Escape closes the dialog on top, and leaves the one beneath', async () => {
  const [below, above] = [vi.fn(), vi.fn()]
  const dialogs = (both: boolean) => (
    <>
      <Dialog title="Below" onClose={below}>
        <input />
      </Dialog>
      {both && (
        <Dialog title="Above" onClose={above} stays>
          <input />
        </Dialog>
      )}
    </>
  )
  const { rerender } = render(dialogs(true))
  await userEvent.keyboard('{Escape}')
  expect(above).not.toHaveBeenCalled()
  expect(below).not.toHaveBeenCalled()
  rerender(dialogs(false))
  await userEvent.keyboard('{Escape}')
  expect(below).toHaveBeenCalledOnce()
})

test('a press beside a dialog closes it, unless something was typed there; a press on its scrollbar never does', async () => {
  const close = vi.fn()
  render(
    <Dialog title="Goal" onClose={close}>
      <input />
    </Dialog>,
  )
  const dialog = screen.getByRole('dialog')
  dialog.getBoundingClientRect = () => new DOMRect(100, 100, 300, 300)
  const press = (clientX: number) => fireEvent.mouseDown(dialog, { clientX, clientY: 200 })
  press(395)
  expect(close).not.toHaveBeenCalled()
  press(50)
  expect(close).toHaveBeenCalledOnce()
  const field = screen.getByRole('textbox')
  await userEvent.type(field, 'Learn Finnish')
  press(50)
  expect(close).toHaveBeenCalledOnce()
  field.remove()
  press(50)
  expect(close).toHaveBeenCalledTimes(2)
})

test('a pause says what is wrong with its days, and takes the focus there', async () => {
  const close = vi.fn()
  render(<PlanDialog name="pause" id="g" onClose={close} />)
  const person = userEvent.setup()
  const [first, last] = [screen.getByLabelText('From'), screen.getByLabelText(/^To/)]
  const submit = screen.getByRole('button', { name: 'Pause' })
  await person.clear(first)
  await person.click(submit)
  expect(screen.getByRole('alert').textContent).toBe('This is needed.')
  expect(document.activeElement).toBe(first)
  fireEvent.change(first, { target: { value: TODAY } })
  fireEvent.change(last, { target: { value: '2026-11-24' } })
  await person.click(submit)
  expect(screen.getByRole('alert').textContent).toBe('The range ends before it begins.')
  expect(document.activeElement).toBe(last)
  await person.click(submit)
  expect(document.activeElement).toBe(last)
  expect(act).not.toHaveBeenCalled()
  fireEvent.change(last, { target: { value: TODAY } })
  await person.click(submit)
  expect(act).toHaveBeenCalledWith(expect.objectContaining({ body: { first: TODAY, last: TODAY } }))
  expect(close).toHaveBeenCalledOnce()
})

/** Half a date in a field, as browsers tell it: no value, and bad input. */
const half = (field: HTMLInputElement) => {
  fireEvent.change(field, { target: { value: '' } })
  field.setCustomValidity('half')
  Object.defineProperty(field, 'validity', { value: { badInput: true }, configurable: true })
}
const whole = (field: HTMLInputElement) => {
  field.setCustomValidity('')
  Reflect.deleteProperty(field, 'validity')
  fireEvent.change(field, { target: { value: TODAY } })
}
const none = () => undefined
const saved = vi.fn()
const log = { day: '2026-11-20', minutes: 5, text: null }

test.each([
  ['a pause', <PlanDialog key="p" name="pause" id="g" onClose={none} />, /^To/, 'Pause', act],
  [
    'the first day of a pause',
    <PlanDialog key="f" name="pause" id="g" onClose={none} />,
    'From',
    'Pause',
    act,
  ],
  ['a goal', <GoalDialog key="g" id="g" onClose={none} />, /^Target date/, 'Save', act],
  ['a log', <LogForm key="l" initial={log} onSave={saved} onCancel={none} />, 'Day', 'Save', saved],
] as const)('a year of two digits is not taken, nor is half a date taken for none: %s', async (...form) => {
  const [, dialog, label, button, done] = form
  render(dialog)
  const person = userEvent.setup()
  const field = screen.getByLabelText<HTMLInputElement>(label)
  const isRefused = async () => {
    await person.click(screen.getByRole('button', { name: button }))
    expect(screen.getByRole('alert').textContent).toBe('Give a whole date, with a year from 1900 to 2200.')
    expect(document.activeElement).toBe(field)
    expect(done).not.toHaveBeenCalled()
  }
  for (const day of ['0026-11-20', '12026-11-20']) {
    fireEvent.change(field, { target: { value: day } })
    await isRefused()
  }
  half(field)
  await isRefused()
  whole(field)
  expect(screen.queryByRole('alert')).toBeNull()
  await person.click(screen.getByRole('button', { name: button }))
  expect(done).toHaveBeenCalledOnce()
})

test('a new goal is shown as it is now, although the past was looked at', async () => {
  render(<GoalDialog title="Swim" onClose={() => undefined} />)
  await userEvent.click(screen.getByRole('button', { name: 'Create goal' }))
  expect(navigate).toHaveBeenCalledWith(expect.objectContaining({ search: { past: undefined } }))
})

test('the days of a filter are told once they are whole', async () => {
  render(<Fields filter={{}} />)
  const from = screen.getByLabelText('From')
  const type = (value: string) => fireEvent.change(from, { target: { value } })
  // As a year comes, digit by digit.
  for (const year of ['0002', '0020', '0202']) type(`${year}-11-20`)
  expect(navigate).not.toHaveBeenCalled()
  expect((from as HTMLInputElement).value, 'and stays').toBe('0202-11-20')
  type('2026-11-20')
  expect(navigate).toHaveBeenCalledOnce()
  expect(navigate.mock.calls[0]?.[0].search({ past: 'then' })).toEqual({ past: 'then', from: '2026-11-20' })
})

test('a day is gone to once it is whole and has been; what is half typed gives way to the day that is shown', () => {
  const go = vi.fn()
  const field = (day: string) => <ToDay day={day} today={TODAY} go={go} />
  const { rerender } = render(field(TODAY))
  const day = screen.getByLabelText<HTMLInputElement>('Go to a day')
  const type = (value: string) => fireEvent.change(day, { target: { value } })
  for (const typed of ['0202-08-20', '2026-11-26', '']) type(typed)
  expect(go).not.toHaveBeenCalled()
  fireEvent.blur(day)
  expect(day.value).toBe(TODAY)
  type('2026-08-20')
  expect(go.mock.calls).toEqual([['2026-08-20']])
  rerender(field('2026-08-20'))
  expect(day.value).toBe('2026-08-20')
  // The arrows lead on.
  rerender(field('2026-08-19'))
  expect(day.value).toBe('2026-08-19')
})

test('a goal says nothing of a day whose logs are not read', () => {
  const card = (logs: [] | undefined) => (
    <Card
      row={{ id: 'g', title: 'Run' }}
      logs={logs}
      day="2026-11-20"
      isToday={false}
      locked={false}
      isOpen={false}
      onToggle={() => undefined}
      onDone={() => undefined}
    />
  )
  const { rerender } = render(card(undefined))
  expect(screen.queryByText('Nothing that day')).toBeNull()
  expect(screen.queryByRole('img')).toBeNull()
  rerender(card([]))
  screen.getByText('Nothing that day')
  screen.getByRole('img', { name: /^The last seven days/ })
})

test('a goal says that something of it was not sent yet', () => {
  const none = () => undefined
  const card = {
    logs: [],
    day: TODAY,
    isToday: true,
    locked: false,
    isOpen: false,
    onToggle: none,
    onDone: none,
  }
  const { rerender } = render(<Card row={{ id: 'g', title: 'Run' }} {...card} />)
  expect(screen.queryByRole('img', { name: 'Not sent yet' })).toBeNull()
  rerender(<Card row={{ id: 'g', title: 'Run', pending: true }} {...card} />)
  screen.getByRole('img', { name: 'Not sent yet' })
})
