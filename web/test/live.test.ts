import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { position } from '~/api/position'
import { signedIn } from '~/api/session'
import { choose, OWN } from '~/api/workspace'
import { goLive } from '~/data/live'
import { lookAfter } from '~/data/membership'
import { messagesOf } from '~/data/messages'
import { renew } from '~/data/renew'
import { remember } from '~/lib/remember'
import { problem } from './problem'

vi.mock('~/data/renew', async (original) => ({ ...(await original<object>()), renew: vi.fn() }))
vi.mock('~/data/membership', () => ({ lookAfter: vi.fn(), sayWhatWasLeft: vi.fn() }))

/** A feed that the test speaks for. */
class Feed {
  static readonly all: Feed[] = []
  static get last() {
    return Feed.all.at(-1)
  }
  private out: ReadableStreamDefaultController<Uint8Array> | undefined
  readonly body = new ReadableStream<Uint8Array>({
    start: (out) => {
      this.out = out
    },
  })
  readonly url: string
  readonly workspace: string | null
  constructor(asked: Request) {
    const { pathname, search } = new URL(asked.url)
    asked.signal.addEventListener('abort', () => this.fails())
    this.url = pathname + search
    this.workspace = asked.headers.get('momentum-workspace')
    Feed.all.push(this)
  }
  says(event: string, id: string, data = '{}') {
    this.out?.enqueue(new TextEncoder().encode(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`))
  }
  /** As a connection that is cut. */
  fails() {
    this.out?.error(new TypeError('network error'))
  }
}

/** What the server answers in place of a feed, if it does. */
let answer: (() => Response) | undefined
/** Until the feed is tried again. */
const later = () => vi.advanceTimersByTimeAsync(5_000)

goLive()
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('fetch', async (asked: Request) => {
    const feed = new Feed(asked)
    return answer?.() ?? new Response(feed.body)
  })
  remember('heard', { position: 'h-0-7', when: Date.now() })
  answer = undefined
  Feed.all.length = 0
  signedIn.set({ user: 'u', workspace: 'w' })
})
afterEach(async () => {
  // The feed ends with the session.
  signedIn.set(undefined)
  Feed.last?.fails()
  await later()
  vi.mocked(renew).mockClear()
  vi.mocked(lookAfter).mockClear()
  vi.useRealTimers()
})

test('after an outage the feed goes on where it was cut, however often it was tried meanwhile', async () => {
  await vi.waitFor(() => expect(Feed.last?.url).toBe('/v1/events?after=h-0-7'))
  Feed.last?.says('heartbeat', 'h-0-8')
  await later()
  answer = () => problem(503, 'unavailable')
  Feed.last?.fails()
  for (let tried = 1; tried <= 3; tried++) {
    await later()
    expect(Feed.all).toHaveLength(1 + tried)
    expect(Feed.last?.url).toBe('/v1/events?after=h-0-8')
  }
  expect(renew).not.toHaveBeenCalled()
})

test('a feed that goes silent is given up, and taken up anew', async () => {
  await vi.waitFor(() => expect(Feed.all).toHaveLength(1))
  const tenSeconds = () => vi.advanceTimersByTimeAsync(10_000)
  for (let beat = 0; beat < 5; beat++) {
    await tenSeconds()
    Feed.last?.says('heartbeat', 'h-0-8')
  }
  await tenSeconds()
  await tenSeconds()
  expect(Feed.all).toHaveLength(1)
  await tenSeconds()
  await later()
  expect(Feed.all.map(({ url }) => url)).toEqual(['/v1/events?after=h-0-7', '/v1/events?after=h-0-8'])
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
  answer = () => problem(410, 'cursor-gone')
  Feed.last?.fails()
  await later()
  expect(Feed.last?.url).toBe('/v1/events?after=h-0-7')
  expect(renew).not.toHaveBeenCalled()
  answer = undefined
  await later()
  expect(Feed.last?.url).toBe('/v1/events')
  expect(renew).not.toHaveBeenCalled()
  // What is asked then waits for what the feed will not tell.
  Feed.last?.says('heartbeat', 'h-0-9')
  await vi.waitFor(() => expect(renew).toHaveBeenCalledOnce())
  expect(position.now().position).toBe('h-0-9')
  expect(renew).toHaveBeenCalledWith(expect.arrayContaining(['me', 'dashboard', 'logs']))
})

test('what happens is asked for again, but for what another tab hears of another workspace', async () => {
  await vi.waitFor(() => expect(Feed.all).toHaveLength(1))
  const other = new BroadcastChannel('momentum')
  const heard = new Promise<MessageEvent>((hears) => other.addEventListener('message', hears))
  other.postMessage({ type: 'happened', name: 'GoalCreated', position: 'h-1-1', workspace: 'elsewhere' })
  Feed.last?.says('DailyLogCreated', 'h-0-8', '{"command":"somebody else’s"}')
  expect((await heard).data).toMatchObject({ type: 'happened', name: 'DailyLogCreated', workspace: OWN })
  expect(renew).toHaveBeenCalledOnce()
  expect(renew).toHaveBeenCalledWith(expect.arrayContaining(['logs', 'totals']))
  other.close()
})

test('the feed is that of the workspace that is shown, and tells that one is no member of it', async () => {
  signedIn.set(undefined)
  await vi.waitFor(() => expect(Feed.all).toHaveLength(1))
  Feed.last?.fails()
  await later()
  signedIn.set({ user: 'g', workspace: 'v' })
  Feed.last?.fails()
  choose('w')
  answer = () => problem(404, 'not-found')
  await later()
  await vi.waitFor(() => expect(Feed.last).toMatchObject({ url: '/v1/events', workspace: 'w' }))
  await vi.waitFor(() => expect(lookAfter).toHaveBeenCalled())
  choose(OWN)
})

test('messages are read whole, however they are cut on their way', async () => {
  const bytes = new TextEncoder().encode(
    'id: 1\nevent: heartbeat\ndata: {}\n\n: nothing\n\nid:2\nevent:Läuft\ndata:{"a":1}\n\nid: 3',
  )
  const body = new ReadableStream<Uint8Array>({
    start(out) {
      for (const byte of bytes) out.enqueue(Uint8Array.of(byte))
      out.close()
    },
  })
  const read = []
  for await (const message of messagesOf(body)) read.push(message)
  expect(read).toEqual([
    { id: '1', event: 'heartbeat', data: '{}' },
    { id: '2', event: 'Läuft', data: '{"a":1}' },
  ])
})
