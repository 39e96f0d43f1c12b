import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import { cache } from '~/data/cache'
import { useGoal } from '~/data/use'
import { entries } from '~/outbox'
import type { Command } from '~/outbox/commands'
import Below from '~/pages/goal/below'
import { DayPanel } from '~/pages/goal/day'
import Progress from '~/pages/goal/progress'
import StreakPanel from '~/pages/goal/streak'
import { entry } from './entry'

const TODAY = '2026-11-25'

vi.mock('@tanstack/react-router', () => ({
  Link: 'a',
  useNavigate: () => () => undefined,
  useSearch: ({ select }: { select?: unknown }) => (select ? undefined : {}),
}))

const NOTHING = () =>
  Response.json(
    { code: 'not-found', status: 404 },
    { status: 404, headers: { 'content-type': 'application/problem+json' } },
  )

/** What was asked for about the goal. */
let asked: string[]
let answers: Record<string, unknown>

beforeEach(() => {
  asked = []
  answers = {}
  vi.stubGlobal('fetch', async ({ url }: Request) => {
    const { pathname, search } = new URL(url)
    if ((pathname + search).includes('=g') || pathname.includes('/g')) asked.push(pathname)
    const answer = answers[pathname]
    return answer ? Response.json(answer) : NOTHING()
  })
  signedIn.set({ user: 'u', workspace: 'w' })
})

afterEach(() => {
  cleanup()
  cache.clear()
  entries.set([])
  vi.unstubAllGlobals()
})

const MADE = entry('a', { kind: 'createGoal', id: 'g', body: { title: 'Run', total_minutes: 600 } })
const LOGGED = entry('b', {
  kind: 'logDay',
  id: 'l',
  title: 'Run',
  body: { goal_id: 'g', day: TODAY, minutes: 40 },
})

function Page({ day }: { day?: string | undefined }) {
  const { goal } = useGoal('g')
  if (!goal) return null
  const shown = { goal, today: TODAY, locked: false }
  return (
    <>
      <Progress {...shown} />
      <StreakPanel {...shown} />
      <Below {...shown} day={undefined} />
      {day && <DayPanel {...shown} day={day} />}
    </>
  )
}

const show = (day?: string) =>
  render(
    <QueryClientProvider client={cache}>
      <Page day={day} />
    </QueryClientProvider>,
  )
const panel = (name: string) => screen.getByRole('region', { name })
const logs = () => [...panel('Logs').querySelectorAll('li')].map(({ textContent }) => textContent)

test('a goal that only the outbox knows has what was logged on it here, and nothing is asked about it', async () => {
  entries.set([MADE, LOGGED])
  show(TODAY)
  await screen.findByRole('gridcell', { name: /40 min, 1 log$/ })
  await screen.findByRole('img', { name: /Minutes a week/ })
  expect(logs()).toEqual(['40 minToday'])
  within(panel('Today')).getByText('40 min')
  expect(screen.queryByText('This could not be loaded')).toBeNull()
  expect(panel('Progress').querySelector('.skeleton')).toBeNull()
  expect(screen.queryByRole('button', { name: 'How it came to be' })).toBeNull()
  expect(asked).toEqual([])
})

test('once the server knows it, it is asked, and what was shown stays until it answers', async () => {
  entries.set([MADE, LOGGED])
  show()
  const theirs = { id: 'm', goal_id: 'g', day: '2026-11-24', minutes: 5, version: 1, withdrawn: false }
  answers['/v1/daily-logs'] = { items: [theirs] }
  act(() => entries.set([{ ...MADE, state: 'done', settled: 1, changed: true }, LOGGED]))
  expect(logs()).toEqual(['40 minToday'])
  await expect.poll(logs).toEqual(['40 minToday', '5 minYesterday'])
  expect(new Set(asked)).toEqual(
    new Set([
      '/v1/goals/g',
      '/v1/goals/g/progress',
      '/v1/goals/g/streak',
      '/v1/daily-totals',
      '/v1/daily-logs',
    ]),
  )
})

test('where progress, or a day, cannot be read, it is said', async () => {
  const { body } = MADE.command as Extract<Command, { kind: 'createGoal' }>
  answers['/v1/goals/g'] = { ...body, id: 'g', minutes: 5, logs: 1, created_at: `${TODAY}T10:00:00Z` }
  show(TODAY)
  await screen.findByRole('region', { name: 'Progress' })
  const failed = (name: string) => within(panel(name)).queryByText('This could not be loaded')
  await expect.poll(() => failed('Progress')).not.toBeNull()
  await expect.poll(() => failed('Today')).not.toBeNull()
  expect(panel('Progress').querySelector('.skeleton')).toBeNull()
})
