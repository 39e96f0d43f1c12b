import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UnreachableError } from '~/api/problem'
import { expired, leave, reachSigned, signedIn, signIn, signOut } from '~/api/session'
import { recall, remember } from '~/lib/remember'
import { problem } from './problem'

const ADA = { email: 'ada@example.org', password: 'a fine secret' }
const WHO = { user: 'u', workspace: 'w' }
const ENTERED = { user_id: 'u', workspace_id: 'w' }
const locks = navigator.locks

/** What the server was asked for, in order. */
let asked: string[]
/** What it answers, by method and path. Without any, it never does. */
let answers: Record<string, () => Promise<Response>>

beforeEach(() => {
  asked = []
  answers = {}
  remember('session', WHO)
  signedIn.set(WHO)
  vi.stubGlobal('fetch', (input: Request | string, init?: RequestInit) => {
    const { method, url } = typeof input === 'string' ? { method: init?.method, url: input } : input
    const what = `${method} ${new URL(url, location.origin).pathname}`
    asked.push(what)
    const never = new Promise<never>((_, fail) => {
      const end = () => fail(init?.signal?.reason)
      if (init?.signal?.aborted) end()
      init?.signal?.addEventListener('abort', end)
    })
    return answers[what]?.() ?? never
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })
})

const LEAVE = 'DELETE /v1/sessions/current'
const ENTER = 'POST /v1/sessions'
const gone = async () => new Response(null, { status: 204 })
const lost = async () => {
  throw new TypeError('offline')
}

test('a sign-out that the server was not told of is told later, also after a sign-in that fails', async () => {
  answers = {
    [LEAVE]: lost,
    [ENTER]: async () => problem(401, 'wrong-credentials'),
  }
  signOut()
  await expect(signIn(ADA)).rejects.toThrow('wrong-credentials')
  asked = []
  answers[LEAVE] = gone
  await leave()
  expect(asked).toEqual([LEAVE])
  await leave()
  expect(asked, 'told once').toEqual([LEAVE])
})

test('a session that begins is not ended by a sign-out before it', async () => {
  answers = { [LEAVE]: lost, [ENTER]: async () => Response.json(ENTERED) }
  signOut()
  await signIn(ADA)
  asked = []
  await leave()
  expect(asked).toEqual([])
})

test.each([
  ['with locks', locks],
  ['without locks', undefined],
])(
  'who signs out is forgotten at once, and who signs in waits for the server to know, %s',
  async (_, value) => {
    Object.defineProperty(navigator, 'locks', { value, configurable: true })
    let answer: (response: Response) => void = () => undefined
    const told = new Promise<Response>((resolve) => {
      answer = resolve
    })
    answers = { [LEAVE]: () => told, [ENTER]: async () => Response.json(ENTERED) }
    signOut()
    expect(signedIn.get()).toBeUndefined()
    expect(recall('session')).toBeUndefined()
    const entered = signIn(ADA)
    // Told once more meanwhile, as when the network is back.
    const again = leave()
    await new Promise((later) => setTimeout(later))
    expect(asked).toEqual([LEAVE])
    answer(await gone())
    await entered
    await again
    expect(asked).toEqual([LEAVE, ENTER])
    expect(signedIn.get()).toEqual(WHO)
  },
)

test('what was asked for as one person is not asked for as the next', async () => {
  const unsigned = async () => problem(401, 'not-signed-in')
  answers = {
    'GET /v1/me': unsigned,
    'POST /v1/sessions/refresh': async () => new Response(null, { status: 200 }),
    [LEAVE]: gone,
    [ENTER]: async () => Response.json({ user_id: 'next', workspace_id: 'theirs' }),
  }
  const told = reachSigned(new Request(new URL('/v1/me', location.origin)))
  signOut()
  await signIn(ADA)
  expect((await told).status).toBe(401)
  expect(asked.filter((what) => what === 'GET /v1/me')).toHaveLength(1)
  expect(expired.get()).toBe(false)
})

test('an answer that does not come keeps nobody from asking again', async () => {
  // As if each limit were over at once; a signal that is not one of these would wait for ever.
  const limits = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    return AbortSignal.abort(new DOMException('too late', 'TimeoutError'))
  })
  answers['GET /v1/me'] = async () => problem(401, 'not-signed-in')
  const ask = () => reachSigned(new Request(new URL('/v1/me', location.origin)))
  await expect(ask()).rejects.toBeInstanceOf(UnreachableError)
  await expect(ask()).rejects.toBeInstanceOf(UnreachableError)
  // The server gives the same pair of tokens again for ten seconds.
  expect(Math.max(...limits.mock.calls.map(([ms]) => ms))).toBeLessThan(10_000)
  signOut()
  await expect(signIn(ADA)).rejects.toBeInstanceOf(UnreachableError)
  expect(asked.slice(-3)).toEqual([LEAVE, LEAVE, ENTER])
})
