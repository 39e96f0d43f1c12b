import { expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import { persistWhatWaits } from '~/data/persist'
import { entries, give, send } from '~/outbox'

test('a browser is asked to keep what waits once something does, and once only', async () => {
  const persist = vi.fn(async () => true)
  Object.defineProperty(navigator, 'storage', { value: { persist }, configurable: true })
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('offline')
  })
  signedIn.set({ user: 'u', workspace: 'w' })
  persistWhatWaits()
  await send()
  expect(persist).not.toHaveBeenCalled()
  give({ kind: 'createGoal', id: 'g', body: { title: 'Run' } })
  const attempts = () => entries.get()[0]?.attempts
  await expect.poll(attempts).toBe(1)
  await send()
  expect(attempts()).toBe(2)
  expect(persist).toHaveBeenCalledOnce()
})
