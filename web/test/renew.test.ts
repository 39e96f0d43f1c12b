import { afterEach, expect, test, vi } from 'vitest'
import { position } from '~/api/position'
import { signedIn } from '~/api/session'
import { cache } from '~/data/cache'
import { renewAfterAnswers, renewOnNewDay, touchedBy } from '~/data/renew'
import { remember } from '~/lib/remember'
import { openOutbox } from '~/outbox'
import { wireOf } from '~/outbox/commands'
import { put } from '~/outbox/store'

afterEach(() => cache.clear())

test('what waited and is answered as the app opens makes older answers stale, before there is a feed', async () => {
  remember('session', { user: 'u', workspace: 'w' })
  signedIn.set({ user: 'u', workspace: 'w' })
  const body = { goal_id: 'g', day: '2026-11-21', minutes: 5 }
  const command = { kind: 'logDay' as const, id: 'l', title: 'Run', body }
  const rest = { user: 'u', madeAt: Date.now(), state: 'waiting' as const, attempts: 0 }
  await put({ key: 'k', command, wire: wireOf(command), ...rest })
  vi.stubGlobal('fetch', async () => Response.json({ id: 'l', version: 1, position: 'h-0-1' }))
  cache.setQueryData(['dashboard'], { data: 'from before', asOf: 0 })
  renewAfterAnswers()
  await openOutbox()
  await expect.poll(() => cache.getQueryState(['dashboard'])?.isInvalidated).toBe(true)
  expect(position.now()).toEqual({ settled: 1, position: 'h-0-1' })
})

test('a day that begins is asked for once, however many look at the clock, and the first is no new one', async () => {
  const asked = vi.spyOn(cache, 'invalidateQueries')
  vi.useFakeTimers()
  for (const today of [undefined, '2026-11-21', '2026-11-21', undefined]) renewOnNewDay(today)
  vi.runAllTimers()
  expect(asked).not.toHaveBeenCalled()
  for (const today of ['2026-11-22', '2026-11-22']) renewOnNewDay(today)
  vi.runAllTimers()
  const names = asked.mock.calls.map(([filters]) => filters?.queryKey?.[0])
  expect(names).toEqual(expect.arrayContaining(['me', 'dashboard', 'goals']))
  expect(new Set(names).size).toBe(names.length)
  vi.useRealTimers()
})

test('a goal that came to be may have been asked about before, also by what was logged on it', () => {
  expect(touchedBy('GoalCreated')).toEqual(expect.arrayContaining(['goal', 'logs', 'totals', 'history']))
})

test('a week that is closed changes how today stands', () => {
  expect(touchedBy('WeekClosed')).toContain('dashboard')
})
