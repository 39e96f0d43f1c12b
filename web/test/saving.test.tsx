import { act, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { entries } from '~/outbox'
import { Saving } from '~/shell/saving'

test('that there is no network, and what waits for it, is read out where it comes and goes', () => {
  const online = vi.spyOn(navigator, 'onLine', 'get')
  render(<Saving />)
  const status = screen.getByRole('status')
  expect(status.textContent).toBe('')
  const become = (next: boolean) =>
    act(() => {
      online.mockReturnValue(next)
      dispatchEvent(new Event(next ? 'online' : 'offline'))
    })
  become(false)
  expect(status.textContent).toBe('Offline')
  act(() => entries.set([{ state: 'waiting' } as never]))
  expect(status.textContent).toBe('1 change not sent yet')
  become(true)
  expect(status.textContent).toBe('')
  expect(screen.getByRole('status')).toBe(status)
})
