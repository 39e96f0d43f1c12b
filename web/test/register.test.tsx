import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { signOut } from '~/api/session'
import { cache } from '~/data/cache'
import { weekStartHere } from '~/pages/parts/week-start'
import RegisterPage from '~/pages/register'

const navigate = vi.fn()
vi.mock('@tanstack/react-router', () => ({
  Link: 'a',
  useNavigate: () => navigate,
  useSearch: () => ({}),
}))

afterEach(() => {
  cleanup()
  cache.clear()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const speaking = (tag: string) => vi.spyOn(navigator, 'language', 'get').mockReturnValue(tag)

test('whose weeks begin on Sunday at home has them begin so from the first', async () => {
  speaking('en-US')
  let sent: Record<string, unknown> = {}
  vi.stubGlobal('fetch', async (asked: Request | string, init?: RequestInit) => {
    if (asked === '/v1/accounts') sent = JSON.parse(String(init?.body))
    return Response.json({ open: true, user_id: 'ada', workspace_id: 'adas' })
  })
  render(
    <QueryClientProvider client={cache}>
      <RegisterPage />
    </QueryClientProvider>,
  )
  await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.org')
  await userEvent.type(screen.getByLabelText('Password'), 'a fine long secret')
  await userEvent.click(screen.getByRole('button', { name: 'Create account' }))
  await expect.poll(() => navigate.mock.calls.length).toBe(1)
  expect(sent).toMatchObject({ email: 'ada@example.org', week_start: 'sunday' })
  signOut()
})

test('weeks begin on Monday where the browser says so, or nothing', () => {
  expect(['de-DE', 'ar-EG', 'not a language'].map((tag) => speaking(tag) && weekStartHere())).toEqual([
    'monday',
    'saturday',
    'monday',
  ])
  speaking('en-US')
  const told = (locale: object) => {
    vi.spyOn(Intl, 'Locale').mockImplementation(function made() {
      return locale as Intl.Locale
    })
    return weekStartHere()
  }
  expect([told({}), told({ weekInfo: { firstDay: 7 } })]).toEqual(['monday', 'sunday'])
})
