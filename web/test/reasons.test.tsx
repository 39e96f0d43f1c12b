import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { StreakChanged } from '~/api/types'
import { cache } from '~/data/cache'
import Reasons from '~/pages/goal/reasons'

vi.mock('~/data/use', () => ({
  useToday: () => '2026-11-25',
  useMe: () => ({
    me: {
      workspace: { calendar: { zone: 'UTC', week_start: 'monday', day_start_minute: 0 }, calendars: [] },
    },
  }),
}))

afterEach(() => {
  cleanup()
  cache.clear()
  vi.unstubAllGlobals()
})

const figures = (current: number, unit = 'days') => ({ current, unit, longest: { days: 3, weeks: 0 } })
const changed = (id: string, day: number, before: object, after: object) =>
  ({ cause: { event: id }, recorded_at: `2026-11-${day}T10:00:00Z`, before, after }) as StreakChanged
const happened = (id: string, day: number) => ({
  id,
  type: 'DailyLogCreated',
  recorded_at: `2026-11-${day}T10:00:00Z`,
  local_day: `2026-11-${day}`,
  changes: [],
})
const query = { hasNextPage: false, isFetchingNextPage: false, fetchNextPage: async () => undefined }
const show = (...changes: StreakChanged[]) =>
  render(
    <QueryClientProvider client={cache}>
      <ol>
        <Reasons goal="g" changes={changes} query={query} />
      </ol>
    </QueryClientProvider>,
  )

test('causes are read as far back as the changes go, and no further', async () => {
  const asked: (string | null)[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const cursor = new URL(request.url).searchParams.get('cursor')
    asked.push(cursor)
    if (!cursor) return Response.json({ items: [happened('new', 20)], next: 'two' })
    return Response.json({ items: [happened('old', 12)], next: 'three' })
  })
  show(
    changed('new', 20, figures(1), figures(2)),
    changed('calendar', 16, figures(3), figures(1)),
    changed('old', 12, figures(2), figures(3)),
  )
  await expect.poll(() => screen.queryAllByText('Logged')).toHaveLength(2)
  expect(asked).toEqual([null, 'two'])
  // What is of no goal has its day all the same.
  expect(screen.getByText('A change').closest('li')?.textContent).toMatch(/Nov.*2026/)
})

test('lengths have their units where these differ, and nothing is told of nothing', () => {
  vi.stubGlobal('fetch', async () => Response.json({ items: [] }))
  show(
    changed('b', 20, figures(3), figures(0, 'weeks')),
    changed('a', 19, figures(0), figures(0, 'weeks')),
    changed('c', 18, figures(0), figures(0)),
  )
  const lines = screen.getAllByRole('listitem').map((line) => line.textContent)
  expect(lines[0]).toContain('3 days → 0 weeks')
  expect(lines[1]).not.toContain('→')
  expect(lines[2]).toContain('Only earlier streaks changed.')
})
