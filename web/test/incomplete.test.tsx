import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { api, incomplete } from '~/api/client'
import Incomplete from '~/shell/incomplete'
import { problem } from './problem'

afterEach(() => {
  cleanup()
  incomplete.set(false)
  vi.unstubAllGlobals()
})

test('that an answer lacks something is said until one of the same kind lacks nothing', async () => {
  render(<Incomplete />)
  const status = screen.getByRole('status')
  const ask = async (path: '/v1/dashboard' | '/v1/weeks' | '/v1/me' | '/v1/history', answer: Response) => {
    vi.stubGlobal('fetch', async () => answer)
    await act(() => api.get(path).catch(() => undefined))
    return status.textContent
  }
  const said = 'Some of what happened is not counted yet. Nothing is lost.'
  const whole = () => Response.json({})
  const lacking = () => Response.json({}, { headers: { 'momentum-incomplete': 'goals' } })
  expect(await ask('/v1/dashboard', whole())).toBe('')
  expect(await ask('/v1/dashboard', lacking())).toBe(said)
  // These would not say so.
  expect(await ask('/v1/me', whole())).toBe(said)
  expect(await ask('/v1/history', whole())).toBe(said)
  expect(await ask('/v1/weeks', problem(503, 'unavailable'))).toBe(said)
  expect(await ask('/v1/weeks', whole())).toBe('')
})
