import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { cache } from '~/data/cache'
import { Data } from '~/pages/settings/data'
import { say } from '~/ui/toast'
import { problem } from './problem'

vi.mock('~/ui/toast', () => ({ say: vi.fn(), unsay: vi.fn() }))

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test('where the session is over, nothing is downloaded, and it says why', async () => {
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
  let answer = () => problem(401, 'session-ended')
  vi.stubGlobal('fetch', async () => answer())
  render(
    <QueryClientProvider client={cache}>
      <Data />
    </QueryClientProvider>,
  )
  const take = () => userEvent.click(screen.getByRole('button', { name: 'Export everything' }))
  await take()
  await expect
    .poll(() => vi.mocked(say).mock.calls[0]?.[0])
    .toBe('Your session has ended. Please sign in again.')
  expect(clicked).not.toHaveBeenCalled()
  answer = () => Response.json({})
  await take()
  await expect.poll(() => clicked.mock.calls.length).toBe(1)
})
