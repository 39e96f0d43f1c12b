import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import type { DailyLog } from '~/api/types'
import { act } from '~/outbox/act'
import { LogRow } from '~/pages/parts/log-row'

vi.mock('~/outbox/act', () => ({ act: vi.fn() }))
vi.mock('~/data/use', () => ({ useToday: () => '2026-11-25' }))
vi.mock('@tanstack/react-router', () => ({ Link: 'a' }))

afterEach(() => {
  cleanup()
  vi.mocked(act).mockClear()
})

const LOG = { id: 'l', goal_id: 'g', day: '2026-11-20', minutes: 30, text: 'far', version: 1 } as DailyLog
const list = (...logs: DailyLog[]) => (
  <main tabIndex={-1}>
    <ul>
      {logs.map((log) => (
        <LogRow key={log.id} log={log} title="Run" />
      ))}
    </ul>
  </main>
)
const edit = (minutes: number) =>
  userEvent.click(screen.getByRole('button', { name: `Correct: ${minutes} min on Run` }))
const save = () => userEvent.click(screen.getByRole('button', { name: 'Save' }))

test('a correction is one of the log as it stood when its form was opened', async () => {
  const { rerender } = render(list(LOG))
  await edit(30)
  const note = await screen.findByLabelText(/^Note/)
  // Somebody else corrects it meanwhile.
  rerender(list({ ...LOG, minutes: 50, version: 2 }))
  await userEvent.clear(note)
  await userEvent.type(note, 'farther')
  await save()
  expect(act).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ body: { text: 'farther' }, was: expect.objectContaining({ version: 1 }) }),
  )
  screen.getByText('50 min')
})

test('what was not touched is no correction, whatever others did meanwhile', async () => {
  const { rerender } = render(list(LOG))
  await edit(30)
  await screen.findByLabelText(/^Note/)
  rerender(list({ ...LOG, minutes: 50, version: 2 }))
  await save()
  expect(act).not.toHaveBeenCalled()
})

test('a log without a day says so, and takes the focus there', async () => {
  render(list(LOG))
  await edit(30)
  const day = await screen.findByLabelText('Day')
  fireEvent.change(day, { target: { value: '' } })
  await save()
  expect(screen.getByRole('alert').textContent).toBe('Choose a day.')
  expect(document.activeElement).toBe(day)
  expect(act).not.toHaveBeenCalled()
})

test('a day that has not begun is told at its field, and the form stays', async () => {
  render(list(LOG))
  await edit(30)
  const day = await screen.findByLabelText('Day')
  fireEvent.change(day, { target: { value: '2026-11-26' } })
  await save()
  expect(screen.getByRole('alert').textContent).toBe('This day has not begun yet where your calendar is.')
  expect(act).not.toHaveBeenCalled()
})

test('the focus moves on to the row beside one that is removed, or to the page', async () => {
  const remove = async () => userEvent.click(await screen.findByRole('button', { name: 'Remove' }))
  const { rerender } = render(list(LOG, { ...LOG, id: 'm', minutes: 45 }))
  await edit(45)
  await remove()
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Correct: 30 min on Run')
  rerender(list(LOG))
  await edit(30)
  await remove()
  expect(document.activeElement).toBe(screen.getByRole('main'))
  expect(act).toHaveBeenCalledTimes(2)
})
