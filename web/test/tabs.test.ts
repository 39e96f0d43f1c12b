import { beforeEach, expect, test, vi } from 'vitest'
import { expired, signedIn } from '~/api/session'
import { cache } from '~/data/cache'
import { bringBack, keep } from '~/data/kept'
import { remember } from '~/lib/remember'
import { entries, give, onAnswered } from '~/outbox'
import { database } from '~/outbox/store'

const other = new BroadcastChannel('momentum')
/** What this tab tells the others. */
const heard: string[] = []
other.addEventListener('message', ({ data }) => heard.push(data.type))

beforeEach(async () => {
  await (await database()).clear('outbox')
  heard.length = 0
  remember('session', { user: 'u', workspace: 'w' })
  signedIn.set({ user: 'u', workspace: 'w' })
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('offline')
  })
})

test('what could not be sent is tried again by this tab, and not by all at once', async () => {
  const answered = vi.fn()
  onAnswered(answered)
  const { key } = give({ kind: 'createGoal', id: 'g', body: { title: 'Run' } })
  const given = () => entries.get().find((entry) => entry.key === key)
  await expect.poll(() => given()?.attempts).toBe(1)
  await expect.poll(() => heard).toEqual(['outbox'])
  expect(given()?.state).toBe('waiting')
  expect(answered).not.toHaveBeenCalled()
})

test('who signs in again in one tab is back in all', async () => {
  expired.set(true)
  other.postMessage({ type: 'session' })
  await expect.poll(() => expired.get()).toBe(false)
})

test('answers are kept for a month, each by its own age', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  keep()
  const daysAgo = (days: number) => ({ updatedAt: Date.now() - days * 24 * 3_600_000 })
  cache.setQueryData(['logs', 'old'], 'old', daysAgo(31))
  cache.setQueryData(['logs', 'young'], 'young', daysAgo(29))
  await vi.advanceTimersByTimeAsync(1_000)
  vi.useRealTimers()
  const stored = async () =>
    ((await (await database()).get('cache', 'u')) as { answers: { data: string }[] })?.answers
  await expect.poll(async () => (await stored())?.map(({ data }) => data)).toEqual(['young'])
  cache.clear()
  await bringBack()
  expect(cache.getQueryData(['logs', 'young'])).toBe('young')
})
