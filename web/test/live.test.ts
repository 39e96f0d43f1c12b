import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import { goLive } from '~/data/live'
import { renew } from '~/data/renew'
import { remember } from '~/lib/remember'

vi.mock('~/data/renew', async (original) => ({ ...(await original<object>()), renew: vi.fn() }))

/** A feed that the test speaks for. */
class Feed extends EventTarget {
  static readonly CLOSED = 2
  static readonly all: Feed[] = []
  static get last() {
    return Feed.all.at(-1)
  }
  readyState = 0
  onopen?: () => void
  onerror?: () => void
  constructor(readonly url: string) {
    super()
    Feed.all.push(this)
  }
  opens(at: string) {
    this.onopen?.()
    this.dispatchEvent(new MessageEvent('heartbeat', { lastEventId: at }))
  }
  /** As browsers do when the answer is no stream. */
  fails() {
    this.readyState = Feed.CLOSED
    this.onerror?.()
  }
  close() {}
}

let answer = () => Response.json({ items: [] })
const problem = (status: number, code: string) => () =>
  Response.json({ type: '', title: '', status, detail: '', code }, { status })
/** Until the feed is tried again. */
const later = () => vi.advanceTimersByTimeAsync(5_000)

goLive()
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('EventSource', Feed)
  vi.stubGlobal('fetch', async () => answer())
  remember('heard', { position: 'h-0-7', when: Date.now() })
  Feed.all.length = 0
  signedIn.set({ user: 'u', workspace: 'w' })
})
afterEach(async () => {
  // The feed ends with the session.
  signedIn.set(undefined)
  Feed.last?.fails()
  await later()
  vi.mocked(renew).mockClear()
  vi.useRealTimers()
})

test('after an outage the feed goes on where it was cut, however often it was tried meanwhile', async () => {
  await vi.waitFor(() => expect(Feed.last?.url).toBe('/v1/events?after=h-0-7'))
  Feed.last?.opens('h-0-8')
  answer = problem(503, 'unavailable')
  for (let tried = 1; tried <= 3; tried++) {
    Feed.last?.fails()
    await later()
    expect(Feed.all).toHaveLength(1 + tried)
    expect(Feed.last?.url).toBe('/v1/events?after=h-0-8')
  }
  expect(renew).not.toHaveBeenCalled()
})

test('a tab that nobody looks at leaves the feed to others, and takes it up again when it is seen', async () => {
  await vi.waitFor(() => expect(Feed.all).toHaveLength(1))
  const seen = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  Feed.last?.fails()
  let other = false
  await navigator.locks.request('momentum-feed', async () => {
    other = true
  })
  expect(other).toBe(true)
  expect(Feed.all).toHaveLength(1)
  seen.mockRestore()
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.waitFor(() => expect(Feed.all).toHaveLength(2))
})

test('where there is nothing to go on from, all is asked again as soon as the feed tells what happens', async () => {
  await vi.waitFor(() => expect(Feed.all).toHaveLength(1))
  answer = problem(410, 'cursor-gone')
  Feed.last?.fails()
  await later()
  expect(Feed.last?.url).toBe('/v1/events')
  expect(renew).not.toHaveBeenCalled()
  Feed.last?.opens('n-0-1')
  expect(renew).toHaveBeenCalledOnce()
  expect(renew).toHaveBeenCalledWith(expect.arrayContaining(['me', 'dashboard', 'logs']))
})
