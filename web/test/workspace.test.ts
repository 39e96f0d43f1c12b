import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { api } from '~/api/client'
import { position } from '~/api/position'
import { signedIn } from '~/api/session'
import { choose, OWN, workspace } from '~/api/workspace'
import { meAway } from '~/data/away'
import { cache } from '~/data/cache'
import { forgetAll } from '~/data/forget'
import { keep, keepNoMore } from '~/data/keep'
import { bringBack } from '~/data/kept'
import { enter, forgetKept } from '~/data/membership'
import { dashboardQuery, meQuery } from '~/data/queries'
import { recall, remember } from '~/lib/remember'
import { entries, give, isHere, openOutbox, repair } from '~/outbox'
import { undo } from '~/outbox/act'
import { database } from '~/outbox/store'
import { problem } from './problem'

const LOG = {
  kind: 'logDay' as const,
  id: 'l',
  title: 'Run',
  body: { goal_id: 'g', day: '2026-11-21', minutes: 5 },
}
const NAME = { kind: 'changeProfile' as const, body: { name: 'Grace' }, was: { name: null } }

const GRACE = { user: 'grace', workspace: 'hers' }

/** What was asked for, with the workspace it names. */
let asked: [path: string, workspace: string | null][] = []
let answer = (_: string): unknown => ({})

beforeAll(openOutbox)
beforeEach(async () => {
  asked = []
  answer = () => ({ id: 'x', version: 1, position: 'h-0-1', changed: true })
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url)
    asked.push([pathname, request.headers.get('momentum-workspace')])
    const told = answer(request.url)
    return told instanceof Response ? told : Response.json(told)
  })
  await (await database()).clear('outbox')
  await (await database()).clear('cache')
  cache.clear()
  remember('session', GRACE)
  signedIn.set(GRACE)
  choose(OWN)
  entries.set([])
})
afterEach(() => {
  keepNoMore()
  signedIn.set(undefined)
  sessionStorage.clear()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const isSent = () => entries.get().every(({ state }) => state !== 'waiting')

test('what is chosen is remembered for the person, and the tab keeps it whatever others choose', () => {
  choose('adas')
  expect([recall('workspace.grace'), workspace()]).toEqual(['adas', 'adas'])
  remember('workspace.grace', 'another tab’s')
  expect(workspace()).toBe('adas')
  signedIn.set({ user: 'ada', workspace: 'adas' })
  expect(workspace()).toBe(OWN)
  signedIn.set({ user: 'grace', workspace: 'hers' })
  expect(workspace(), 'as in a new tab').toBe('another tab’s')
})

test('a command is sent into the workspace it was given in, whichever is shown by then', async () => {
  choose('adas')
  answer = () => new Response(null, { status: 503 })
  give(LOG)
  await expect.poll(() => asked.length).toBeGreaterThan(0)
  choose(OWN)
  asked = []
  answer = () => ({ id: 'l', version: 1, position: 'h-0-7', changed: true })
  give({ ...LOG, id: 'mine' })
  await expect.poll(isSent, { timeout: 10_000 }).toBe(true)
  expect(asked).toEqual([
    ['/v1/daily-logs', 'adas'],
    ['/v1/daily-logs', null],
  ])
  expect(position.now('adas'), 'each has its own count and place').toEqual({
    settled: 1,
    position: 'h-0-7',
  })
  expect(position.now(OWN).settled).toBe(1)
  expect(entries.get().map(isHere)).toEqual([false, true])
})

test('what the person does about themselves is theirs in every workspace', async () => {
  choose('adas')
  const { key } = give(NAME)
  await expect.poll(isSent).toBe(true)
  undo(key)
  await expect.poll(() => asked.length).toBe(2)
  expect(asked).toEqual([
    ['/v1/me/profile', null],
    ['/v1/history/h-0-1/undo', null],
  ])
  expect(entries.get().map(isHere)).toEqual([true, true])
})

test('what is taken back last is something of the workspace that is shown', async () => {
  give(LOG)
  await expect.poll(isSent).toBe(true)
  choose('adas')
  undo()
  expect(entries.get()).toHaveLength(1)
})

test('what is refused as one is no member any more stays, and is given again where it was', async () => {
  choose('adas')
  answer = () => problem(404, 'not-found', {}, { what: 'workspace' })
  give(LOG)
  await expect.poll(() => entries.get()[0]?.state).toBe('refused')
  choose(OWN)
  const [refused] = entries.get()
  if (refused) repair(refused)
  await expect.poll(() => asked.length).toBe(2)
  expect(asked[1]).toEqual(['/v1/daily-logs', 'adas'])
})

test('queries are about the workspace that is shown, and the person is asked for without it', async () => {
  choose('adas')
  remember('heard.adas', { position: 'h-3-9', when: Date.now() })
  answer = () => ({})
  await cache.fetchQuery(dashboardQuery())
  await api.get('/v1/sessions')
  expect(asked).toEqual([
    ['/v1/dashboard', 'adas'],
    ['/v1/sessions', null],
  ])
})

test('answers are kept apart by workspace', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  keep()
  const show = async (of: string, data?: string) => {
    cache.clear()
    choose(of)
    await bringBack()
    const before = cache.getQueryData(['goals'])
    if (data) cache.setQueryData(['goals'], data)
    dispatchEvent(new Event('pagehide'))
    if (data) {
      const all = async () => JSON.stringify(await (await database()).getAll('cache'))
      vi.useRealTimers()
      await expect.poll(all).toContain(data)
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    }
    return before
  }
  expect(await show(OWN, 'my own')).toBeUndefined()
  expect(await show('adas', 'Ada’s')).toBeUndefined()
  expect(await show(OWN)).toBe('my own')
  expect(await show('adas')).toBe('Ada’s')
  vi.useRealTimers()
})

test('who goes to another workspace has kept what was known, and nothing of it comes under the other’s key', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  choose('adas')
  keep()
  cache.setQueryData(['goals'], 'Ada’s')
  enter(OWN)
  cache.setQueryData(['goals'], 'Ada’s, asked for on the way out')
  dispatchEvent(new Event('pagehide'))
  const db = await database()
  expect(JSON.stringify(await db.get('cache', 'grace adas'))).toContain('Ada’s')
  expect(await db.get('cache', 'grace')).toBeUndefined()
})

test('where one can go is known as it was where one comes from, unless something newer is', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const kept = (data: string, updatedAt: number) => {
    const answers = [{ key: ['workspaces'], data, updatedAt }]
    return database().then((db) => db.put('cache', { shape: 3, answers }, 'grace'))
  }
  choose('adas')
  cache.setQueryData(['workspaces'], 'hers and Ada’s')
  enter(OWN)
  const begin = async () => {
    cache.clear()
    await bringBack()
    return cache.getQueryData(['workspaces'])
  }
  await kept('hers', Date.now() - 5_000)
  expect(await begin()).toBe('hers and Ada’s')
  await kept('hers, Ada’s and Lin’s', Date.now() + 5_000)
  expect(await begin()).toBe('hers, Ada’s and Lin’s')
  await forgetAll()
  expect(await begin()).toBeUndefined()
})

test('who is removed from a workspace has nothing kept of it', async () => {
  choose('adas')
  keep()
  cache.setQueryData(['goals'], 'Ada’s')
  await forgetKept()
  cache.setQueryData(['goals'], 'Ada’s, asked for on the way out')
  dispatchEvent(new Event('pagehide'))
  expect(await (await database()).getAll('cache')).toEqual([])
})

test('the person’s own workspace is their own by whichever id they come to it', () => {
  choose('hers')
  expect([workspace(), recall('workspace.grace')]).toEqual([OWN, undefined])
  // As it was remembered before.
  signedIn.set(undefined)
  workspace()
  remember('shown', { user: 'grace', workspace: 'hers' }, true)
  signedIn.set(GRACE)
  expect(workspace()).toBe(OWN)
})

test('away, the person has the calendar of the workspace, and the role that they have there', async () => {
  choose('adas')
  const calendar = { zone: 'Asia/Tokyo', week_start: 'sunday', day_start_minute: 60 }
  const there = {
    id: 'adas',
    name: 'Ours',
    role: 'viewer',
    today: '2026-01-01',
    calendar,
    calendars: [],
    version: 3,
  }
  answer = (url) => {
    if (new URL(url).pathname === '/v1/workspace') return there
    return { id: 'grace', email: 'grace@example.org', workspace: { ...there, id: 'hers', role: 'owner' } }
  }
  const me = await meAway(new AbortController().signal)
  expect(me).toEqual({ id: 'grace', email: 'grace@example.org', workspace: there })
  expect(asked).toContainEqual(['/v1/workspace', 'adas'])
  expect(meQuery.queryKey).toEqual(['me'])
})
