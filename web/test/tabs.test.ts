import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { expired, signedIn } from '~/api/session'
import { cache } from '~/data/cache'
import { keep, keepNoMore } from '~/data/keep'
import { bringBack, type Kept, SHAPE } from '~/data/kept'
import { remember } from '~/lib/remember'
import { type Entry, entries, give, onAnswered, openOutbox } from '~/outbox'
import { database, put } from '~/outbox/store'

const other = new BroadcastChannel('momentum')
/** What this tab tells the others. */
const heard: string[] = []
other.addEventListener('message', ({ data }) => heard.push(data.type))

beforeEach(async () => {
  await (await database()).clear('outbox')
  heard.length = 0
  cache.clear()
  remember('session', { user: 'u', workspace: 'w' })
  signedIn.set({ user: 'u', workspace: 'w' })
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('offline')
  })
})

afterEach(keepNoMore)

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

const entry = (key: string): Entry => ({
  key,
  user: 'u',
  command: { kind: 'archiveGoal', id: 'g', title: 'Run' },
  wire: { method: 'POST', path: '/v1/goals/g/archive', body: '' },
  madeAt: Date.now(),
  state: 'done',
  attempts: 0,
})

test('what another tab was given and was answered between two looks is heard of, and nothing of before', async () => {
  await put(entry('before'))
  const answered = vi.fn()
  const stop = onAnswered(({ key }) => answered(key))
  signedIn.set(undefined)
  signedIn.set({ user: 'u', workspace: 'w' })
  await openOutbox()
  expect(answered).not.toHaveBeenCalled()
  await put(entry('since'))
  other.postMessage({ type: 'outbox' })
  await expect.poll(() => answered.mock.calls).toContainEqual(['since'])
  expect(answered).not.toHaveBeenCalledWith('before')
  stop()
})

test('who closes the tab right after an answer finds it, too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  keep()
  cache.setQueryData(['goals'], 'new')
  dispatchEvent(new Event('pagehide'))
  vi.useRealTimers()
  const stored = async () => JSON.stringify(await (await database()).get('cache', 'u'))
  await expect.poll(stored).toContain('new')
})

test('who left in another tab has nothing kept by this one, which has not heard of it yet', async () => {
  await (await database()).clear('cache')
  keep()
  cache.setQueryData(['goals'], 'theirs')
  remember('session', undefined)
  keepNoMore()
  expect(await (await database()).get('cache', 'u')).toBeUndefined()
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

test('what another tab keeps stays beside what this one does, and of the same the newest', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const db = await database()
  const at = (seconds: number) => Date.now() + seconds * 1_000
  const theirs = { data: 'theirs', updatedAt: at(-10) }
  const answers = [
    { key: ['goals'], ...theirs },
    { key: ['logs', { goal: 'g', from: '2026-11-01' }], ...theirs },
    { key: ['weeks'], ...theirs },
    { key: ['me'], data: 'old', updatedAt: at(-31 * 24 * 3_600) },
  ]
  await db.put('cache', { shape: SHAPE, answers }, 'u')
  keep()
  cache.setQueryData(['goals'], 'ours', { updatedAt: at(-5) })
  cache.setQueryData(['logs', { from: '2026-11-01', goal: 'g' }], 'ours', { updatedAt: at(-20) })
  await vi.advanceTimersByTimeAsync(1_000)
  vi.useRealTimers()
  const stored = async () =>
    ((await db.get('cache', 'u')) as Kept).answers.map(({ key, data }) => [key[0], data])
  await expect.poll(stored).toEqual([
    ['goals', 'ours'],
    ['logs', 'theirs'],
    ['weeks', 'theirs'],
  ])
})
