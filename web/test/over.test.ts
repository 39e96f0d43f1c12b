import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { expired, signedIn, signIn } from '~/api/session'
import { cache } from '~/data/cache'
import { keep, keepNoMore } from '~/data/keep'
import { bringBack, SHAPE } from '~/data/kept'
import { dashboardQuery } from '~/data/queries'
import { recall, remember } from '~/lib/remember'
import { wireOf } from '~/outbox/commands'
import { database, type Entry, entriesOf, put } from '~/outbox/store'

const ADA = { user: 'ada', workspace: 'adas' }
const DAY_MS = 24 * 3_600_000

const unsigned = (type: string) =>
  Response.json({ code: 'session-ended', status: 401 }, { status: 401, headers: { 'content-type': type } })

let answer: (path: string) => Response

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('fetch', async (asked: Request | string) =>
    answer(new URL(typeof asked === 'string' ? asked : asked.url, location.origin).pathname),
  )
  answer = () => unsigned('application/problem+json')
  await (await database()).clear('cache')
  await (await database()).clear('outbox')
  cache.clear()
  remember('session', ADA)
  signedIn.set(ADA)
})

afterEach(async () => {
  vi.useRealTimers()
  await keepNoMore()
  expired.set(false)
  sessionStorage.clear()
  vi.unstubAllGlobals()
})

const stored = async () => JSON.stringify(await (await database()).getAll('cache'))
const written = () => vi.advanceTimersByTimeAsync(1_000)

function entry(key: string, state: Entry['state']): Entry {
  const command = { kind: 'archiveGoal' as const, id: key, title: 'Run' }
  return { key, user: ADA.user, command, wire: wireOf(command), madeAt: Date.now(), state, attempts: 0 }
}

test('whose session was ended elsewhere has nothing left here but what was not sent', async () => {
  for (const [key, state] of [
    ['a', 'done'],
    ['b', 'waiting'],
    ['c', 'refused'],
  ] as const)
    await put(entry(key, state))
  remember('back', { user: ADA.user, answers: [] }, true)
  cache.setQueryData(['goals'], 'Run')
  keep()
  await written()
  await expect.poll(stored).toContain('Run')

  await cache.fetchQuery({ ...dashboardQuery(), retry: false }).catch(() => undefined)
  expect(expired.get()).toBe(true)
  await expect.poll(stored).toBe('[]')
  expect((await entriesOf(ADA.user)).map(({ key }) => key)).toEqual(['b', 'c'])
  expect(recall('back', true)).toBeUndefined()
  expect(cache.getQueryData(['goals']), 'the page stays as it is').toBe('Run')

  cache.setQueryData(['goals'], 'Run far')
  dispatchEvent(new Event('pagehide'))
  await written()
  expect(await stored()).toBe('[]')

  // As after a reload.
  cache.clear()
  await bringBack()
  expect(cache.getQueryData(['goals'])).toBeUndefined()

  answer = () => Response.json({ user_id: ADA.user, workspace_id: ADA.workspace })
  await signIn({ email: 'ada@example.org', password: 'a fine secret' })
  cache.setQueryData(['goals'], 'Run again')
  await written()
  await expect.poll(stored).toContain('Run again')
})

test('a proxy that wants a password of its own ends no session', async () => {
  answer = () => unsigned('text/html')
  cache.setQueryData(['goals'], 'Run')
  keep()
  await written()
  await cache.fetchQuery({ ...dashboardQuery(), retry: false }).catch(() => undefined)
  expect(expired.get()).toBe(false)
  await expect.poll(stored).toContain('Run')
})

test('a session that was over before anything is kept takes what there was with it', async () => {
  await (await database()).put('cache', { shape: SHAPE, answers: [] }, 'ada')
  expired.set(true)
  keep()
  await expect.poll(stored).toBe('[]')
})

test('who is out in one tab is out in all, which keep nothing more either', async () => {
  keep()
  cache.setQueryData(['goals'], 'Run')
  const other = new BroadcastChannel('momentum')
  other.postMessage({ type: 'session', isOver: true })
  await expect.poll(() => expired.get()).toBe(true)
  await written()
  expect(await stored()).toBe('[]')
  other.close()
})

test('what is too old to be shown is not kept either, whichever workspace it is of', async () => {
  const db = await database()
  const answers = (...days: number[]) =>
    days.map((age) => ({ key: ['goals', age], data: `${age} days`, updatedAt: Date.now() - age * DAY_MS }))
  await db.put('cache', { shape: SHAPE, answers: answers(29, 31) }, 'ada graces')
  await db.put('cache', { shape: SHAPE, answers: answers(40) }, 'ada lins')
  await db.put('cache', { shape: SHAPE - 1, answers: answers(1) }, 'ada ours')
  keep()
  await expect
    .poll(async () => (await db.getAllKeys('cache')).filter((key) => key !== 'ada'))
    .toEqual(['ada graces'])
  expect(await stored()).toContain('29 days')
  expect(await stored()).not.toContain('31 days')
})
