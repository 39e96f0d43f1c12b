import { expect, test, vi } from 'vitest'
import { position } from '~/api/position'
import { signedIn } from '~/api/session'
import { cache } from '~/data/cache'
import { renewAfterAnswers } from '~/data/renew'
import { remember } from '~/lib/remember'
import { openOutbox } from '~/outbox'
import { wireOf } from '~/outbox/commands'
import { put } from '~/outbox/store'

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
