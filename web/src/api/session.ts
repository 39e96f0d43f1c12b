/** Who is signed in on this browser, and what happens when their session ends. The tokens are cookies no script sees. */
import { alone, onTold, tell } from '~/lib/channel'
import { onRemembered, recall, remember } from '~/lib/remember'
import { store } from '~/lib/store'
import { problemOf, UnreachableError } from './problem'
import type { Register, SignedInAs, SignIn } from './types'

/**
 * So long an answer is waited for, while nothing else of a session can be asked for. Whose answer to a refresh was lost
 * gets the same pair of tokens within ten seconds, so asking again must come before that.
 */
const TURN_MS_MAX = 8_000
/** Passwords take the server a while. */
export const ENTER_MS_MAX = 30_000

/** A person who signed in here. */
export interface SignedIn {
  user: string
  workspace: string
}

/** Who is signed in; their name stays when the session ends, so that they come back to where they were. */
export const signedIn = store<SignedIn | undefined>(recall('session'))
/** Whether the session ended while the app was open. */
export const expired = store(false)

onRemembered('session', () => {
  const now = recall<SignedIn>('session')
  if (now?.user !== signedIn.get()?.user) location.reload()
})
onTold((told) => {
  // Who is out in one tab is out in all, and so is who is back.
  if (told.type === 'session' && recall<SignedIn>('session')?.user === signedIn.get()?.user)
    expired.set(Boolean(told.isOver))
})

/** Fetches, and tells a lost network from an answer. */
export async function reach(input: Request | string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(input, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new UnreachableError(error)
  }
}

/** Whose cookies go with what is sent now: another tab may have made them somebody else's, which this one is yet to hear of. */
export const userNow = () => (recall<SignedIn>('session') ?? signedIn.get())?.user

/** Fetches as whoever is signed in. An access token that ran out is refreshed, once: for them, and nobody after them. */
export async function reachSigned(request: Request): Promise<Response> {
  const again = request.clone()
  const asked = Date.now()
  const user = userNow()
  const isSame = () => userNow() === user
  const response = await reach(request)
  if (response.status !== 401) return response
  const last = (await refresh(asked)) && isSame() ? await reach(again) : response
  if (last.status === 401 && user && isSame()) {
    expired.set(true)
    tell({ type: 'session', isOver: true })
  }
  return last
}

/** Exchanges the refresh cookie for the next pair; false, if the session is over. */
async function refresh(asked: number): Promise<boolean> {
  return alone('refresh', async () => {
    // Another tab, or another request, may have done it since.
    if ((recall<number>('refreshed') ?? 0) >= asked) return true
    const response = await reach('/v1/sessions/refresh', post({}, TURN_MS_MAX))
    if (response.ok) remember('refreshed', Date.now())
    else {
      const told = await problemOf(response)
      // With the session goes what is kept here, so a proxy that wants a password of its own does not end it.
      if (response.status !== 401 || told instanceof UnreachableError) throw told
    }
    return response.ok
  })
}

function post(body: unknown, waitMs: number): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(waitMs),
  }
}

/** Whatever sets or clears the cookies takes its turn: an answer of before would otherwise clear those of a new session. */
const enter = (path: string, body: unknown) =>
  alone('refresh', async (): Promise<SignedIn> => {
    // Told later, it would end the session that begins now.
    await tellLeft()
    const response = await reach(path, post(body, ENTER_MS_MAX))
    if (!response.ok) throw await problemOf(response)
    const told = (await response.json()) as SignedInAs
    const now = { user: told.user_id, workspace: told.workspace_id }
    remember('leaving', undefined)
    remember('session', now)
    remember('refreshed', Date.now())
    signedIn.set(now)
    expired.set(false)
    tell({ type: 'session' })
    return now
  })

/** Signs in. */
export const signIn = (body: Pick<SignIn, 'email' | 'password'>) => enter('/v1/sessions', body)

/** Registers, and signs in. */
export const register = (body: Omit<Register, 'tokens'>) => enter('/v1/accounts', body)

/** Ends the session here: this browser forgets it at once, and the server is told, later if it cannot be reached. */
export function signOut(): void {
  remember('leaving', true)
  remember('session', undefined)
  remember('refreshed', undefined)
  signedIn.set(undefined)
  expired.set(false)
  void leave()
}

/** Tells the server that who was here has left, if it was not told yet. */
export const leave = () => alone('refresh', tellLeft)

async function tellLeft(): Promise<void> {
  if (!recall('leaving')) return
  const asked = { method: 'DELETE', signal: AbortSignal.timeout(TURN_MS_MAX) }
  const { ok } = await reach('/v1/sessions/current', asked).catch(Response.error)
  if (ok) remember('leaving', undefined)
}
